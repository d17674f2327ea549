/** The errors of Kafka, and what kafkajs throws in the words of the library. */
import { TidemarkError } from '../errors.js';
import type { KafkaTopic, TopicPartition } from './port.js';

/** What brokers answer to an owner whose epoch is too old. */
const FENCED: ReadonlySet<string> = new Set(['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED']);

/** What passes by itself: the transaction before is being finished, or a coordinator moves. */
const PASSING: ReadonlySet<string> = new Set([
  'CONCURRENT_TRANSACTIONS',
  'GROUP_LOAD_IN_PROGRESS',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSBrokerNotFound',
]);

interface KafkaError {
  readonly name?: string;
  readonly type?: string;
  readonly message?: string;
  readonly cause?: unknown;
}

/** An error and its causes. */
function chain(error: unknown): KafkaError[] {
  const errors: KafkaError[] = [];
  for (let at = error as KafkaError | undefined; at && errors.length < 10; at = at.cause as KafkaError | undefined) errors.push(at);
  return errors;
}

/** Their names and types. */
function namesOf(error: unknown): string[] {
  return chain(error).flatMap(({ type = '', name = '' }) => [type, name]);
}

/** Whether another try may help. */
export function passes(error: unknown): boolean {
  return namesOf(error).some(name => PASSING.has(name));
}

/** Whether an error, or what caused it, has this name or type. */
export function isOf(error: unknown, name: string): boolean {
  return namesOf(error).includes(name);
}

/** The error for users; one of the library, which kafkajs may have wrapped, stays as it is. */
export function explained(error: unknown, what: string): TidemarkError {
  const own = chain(error).find(each => each instanceof TidemarkError);
  if (own) return own as TidemarkError;
  if (namesOf(error).some(name => FENCED.has(name)))
    return new TidemarkError('FENCED', `Kafka: ${what}: another has acquired it, or its transaction took too long.`, { cause: error });
  const message = (error as KafkaError | undefined)?.message ?? String(error);
  return new TidemarkError('KAFKA_FAILED', `Kafka: ${what}: ${message}`, { cause: error });
}

/** An error of the broker. */
export function failed(sentence: string, cause?: unknown): TidemarkError {
  return new TidemarkError('KAFKA_FAILED', `Kafka: ${sentence}.`, { cause });
}

/** The error for a topic that is there with another number of partitions. */
export function otherPartitions({ topic, partitions }: KafkaTopic, found: number | undefined): TidemarkError {
  return failed(`topic ${topic} should have ${partitions} partitions, but has ${found}: choose another name, or that number`);
}

/** The error for a position that cannot be read from. */
export function outOfRange({ topic, partition }: TopicPartition, offset: number | undefined): TidemarkError {
  const at = offset === undefined ? 'its position' : `offset ${offset}`;
  return new TidemarkError(
    'OFFSET_OUT_OF_RANGE',
    `Kafka: ${at} of ${topic}/${partition} is not there. Records were deleted before they were read, or the topic was made anew.`,
  );
}
