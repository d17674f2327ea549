/** Rare states of jobs over Kafka: schedules that never come to them show nothing. */

/** All of these come in two thousand schedules. */
export const KAFKA_SOMETIMES: readonly string[] = [
  'restored',
  'began anew',
  'lost',
  'swept',
  'collected',
  'restarting by FENCED',
  'restarting by KAFKA_FAILED',
  'restarting by STORAGE_FAILED',
  'restarting by CHECKPOINT_FAILED',
  'aborted by STORAGE_FAILED',
  'acquire failed before',
  'acquire failed after',
  'committed failed after',
  'append failed before',
  'append failed after',
  'positions failed after',
  'end failed before',
  'end failed after',
  'join failed after',
  'woke up as nobody',
  'positions were shown late',
  'trimmed',
  'killed while it hangs',
];
