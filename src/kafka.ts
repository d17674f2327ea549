/**
 * Kafka: a client for real brokers over the package `kafkajs`, and a cluster in memory for tests.
 *
 * @module tidemark/kafka
 */

export { type KafkaJsOptions, kafkaJs } from './kafka/kafkaJs.js';
export { type KafkaFault, type KafkaStep, MemoryKafka, type MemoryKafkaOptions, memoryKafka } from './kafka/memoryKafka.js';
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
