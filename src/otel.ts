/**
 * The numbers of a job for OpenTelemetry.
 *
 * @module tidemark/otel
 */

export { otelMetrics } from './inspect/otelMetrics.js';
