import type { Trigger } from '../engine/trigger.js';
import { checkOptions } from '../errors.js';
import { afterCount } from './afterCount.js';
import { checkTrigger } from './check.js';
import { defineTrigger } from './defineTrigger.js';
import { clear, earliest } from './parts.js';

/** State of {@link afterWatermark}. */
export interface WatermarkState {
  phase: 'early' | 'late' | 'finished';
  early: unknown;
  late: unknown;
}

/** What {@link afterWatermark} takes. */
export interface AfterWatermarkOptions<T> {
  /** Speculative firings before the watermark passes the end of the window. Repeats by itself. Default: none. */
  readonly early?: Trigger<T>;
  /** Firings after it, within allowed lateness. Repeats by itself. `never()` finishes the trigger with the on-time pane. Default: one firing per late element. */
  readonly late?: Trigger<T>;
}

/**
 * The trigger of event time, and the default: `early`'s firings until the watermark passes the end of the window, one
 * firing then, and `late`'s firings after it. (Beam's AfterWatermark.pastEndOfWindow.)
 *
 * @example
 * ```ts
 * import { afterCount, afterWatermark, every } from 'tidemark';
 *
 * const trigger = afterWatermark({ early: every('1s'), late: afterCount(1) });
 * ```
 */
export function afterWatermark<T = unknown>(options: AfterWatermarkOptions<T> = {}): Trigger<T, WatermarkState> {
  checkOptions(options, ['early', 'late'], 'afterWatermark');
  if (options.early) checkTrigger(options.early, 'afterWatermark: early');
  if (options.late) checkTrigger(options.late, 'afterWatermark: late');
  const early = options.early;
  const late: Trigger<T> = options.late ?? afterCount(1);
  const finishing = late.fires === 'never';
  const restart = (trigger: Trigger<T>, state: unknown): unknown => (trigger.isFinished(state) ? trigger.init() : state);
  const fresh = (phase: WatermarkState['phase']): WatermarkState => ({ phase, early: early?.init() ?? null, late: late.init() });

  return defineTrigger<T, WatermarkState>({
    name: nameOf(options),
    showsAtEnd: true,
    ...(early || options.late ? {} : { isDefault: true }),
    fires: early ? earliest([early.fires, 'at-end']) : 'at-end',
    finishes: finishing ? 'at-end' : 'never',
    init: () => fresh('early'),
    onElement(state, value, timestamp, context) {
      // Sessions feed both: a merge may lead back from late to early.
      if (early && (state.phase === 'early' || context.merging)) state.early = early.onElement(state.early, value, timestamp, context);
      if (state.phase === 'late' || (context.merging && !finishing)) state.late = late.onElement(state.late, value, timestamp, context);
      return state;
    },
    shouldFire(state, context) {
      if (state.phase === 'late') return late.shouldFire(state.late, context);
      if (state.phase === 'finished') return false;
      return context.watermark >= context.end || (early !== undefined && early.shouldFire(state.early, context));
    },
    onFire(state, context) {
      if (state.phase === 'late') {
        return { phase: 'late', early: early?.init() ?? null, late: restart(late, late.onFire(state.late, context)) };
      }
      if (context.watermark >= context.end) return fresh(finishing ? 'finished' : 'late');
      return { phase: 'early', early: early ? restart(early, early.onFire(state.early, context)) : null, late: late.init() };
    },
    isFinished: state => state.phase === 'finished',
    merge(states, context) {
      const merged = fresh('early');
      if (early)
        merged.early = restart(
          early,
          early.merge(
            states.map(state => state.early),
            context,
          ),
        );
      if (context.watermark < context.end || states.some(state => state.phase === 'early')) return merged;
      if (states.every(state => state.phase === 'finished')) return fresh('finished');
      return {
        ...merged,
        phase: 'late',
        late: restart(
          late,
          late.merge(
            states.map(state => state.late),
            context,
          ),
        ),
      };
    },
    clear: state => ({ phase: state.phase, early: early ? clear(early, state.early) : null, late: clear(late, state.late) }),
  });
}

function nameOf(options: AfterWatermarkOptions<never>): string {
  const parts = [options.early && `early: ${options.early.name}`, options.late && `late: ${options.late.name}`].filter(Boolean);
  return parts.length ? `afterWatermark({ ${parts.join(', ')} })` : 'afterWatermark()';
}
