/**
 * Kafka: a client for real brokers over the package `kafkajs`, and a cluster in memory for tests.
 *
 * @module tidemark/kafka
 */

export {
  bytes,
  float64,
  int32,
  int64,
  json,
  type KafkaCodec,
  type KafkaDecoder,
  type KafkaEncoder,
  nullable,
  text,
} from './kafka/codec.js';
export { type KafkaJsOptions, kafkaJs } from './kafka/kafkaJs.js';
export { type KafkaFault, type KafkaStep, type KafkaTurn, MemoryKafka, type MemoryKafkaOptions, memoryKafka } from './kafka/memoryKafka.js';
export { isRetraction, type PaneHeaders, paneHeaders, paneValue } from './kafka/paneRecord.js';
export type {
  KafkaBatch,
  KafkaBounds,
  KafkaClient,
  KafkaCommit,
  KafkaHeader,
  KafkaHeaders,
  KafkaListener,
  KafkaMember,
  KafkaOffset,
  KafkaOutput,
  KafkaPosition,
  KafkaProducer,
  KafkaRecord,
  KafkaSubscribe,
  KafkaSubscription,
  KafkaTopic,
  KafkaTransactor,
  TopicPartition,
} from './kafka/port.js';
export { type SchemaRegistryReading, type SchemaRegistryWriting, schemaRegistry } from './kafka/schemaRegistry.js';
export { type KafkaStorageOptions, kafkaStorage } from './kafkaStorage/kafkaStorage.js';
export { type FromKafkaOptions, fromKafka } from './tasks/fromKafka.js';
export type { InvalidRecord, KafkaBuffer, KafkaMessage, KafkaStart } from './tasks/kafkaSource.js';
export { type RepartitionOptions, repartition } from './tasks/repartition.js';
export { type ToKafkaOptions, toKafka } from './tasks/toKafka.js';
