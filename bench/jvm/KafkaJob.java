import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.IntegerSerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.EmitStrategy;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.SessionWindows;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.internals.StreamTask;
import org.apache.kafka.streams.state.SessionStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Kafka Streams without a broker: the task of its test driver, fed as its thread feeds it, with polls of consumer records. State in
 * memory or in RocksDB, without a log of changes and without commits; results when their window closes. The driver's own way, record by record with
 * a commit after each, would be many times slower.
 */
final class KafkaJob {
    private static final String TOPIC = "events";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    /** The default of max.poll.records. */
    private static final int POLL = 500;
    /** Its own window never closes; no result has it. */
    private static final String CLOSING_KEY = "";
    /** Longer than the time on the wall between two looks for windows that have closed. */
    private static final long LATER = 10_000;

    private final Workload workload;
    private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    private Timed timed;

    KafkaJob(Workload workload) {
        this.workload = workload;
        try (IntegerSerializer serializer = new IntegerSerializer()) {
            for (Tuple3<String, Integer, Long> event : workload.events) {
                records.add(record(records.size(), event.f2, event.f0, serializer.serialize(TOPIC, event.f1)));
            }
        }
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, long timestamp, String key, byte[] value) {
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        return new ConsumerRecord<>(TOPIC, 0, offset, timestamp, TimestampType.CREATE_TIME, name.length, value.length, name, value,
                new RecordHeaders(), Optional.empty());
    }

    Timed run(boolean rocks, int count) throws Exception {
        timed = new Timed();
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "bench");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        try (TopologyTestDriver driver = new TopologyTestDriver(topology(rocks), properties, Instant.ofEpochMilli(Workload.BEGIN))) {
            Field field = TopologyTestDriver.class.getDeclaredField("task");
            field.setAccessible(true);
            StreamTask task = (StreamTask) field.get(driver);
            long closing = closing(count);
            timed.begin();
            for (int from = 0; from < count; from += POLL) {
                task.addRecords(PARTITION, records.subList(from, Math.min(count, from + POLL)));
                drain(task, System.currentTimeMillis());
            }
            task.addRecords(PARTITION, List.of(record(count, closing, CLOSING_KEY, new byte[4])));
            drain(task, System.currentTimeMillis() + LATER);
            timed.end();
        }
        return timed;
    }

    /** When all windows have closed, and none is forgotten yet. */
    private long closing(int count) {
        long latest = 0;
        for (int i = 0; i < count; i++) latest = Math.max(latest, workload.events[i].f2);
        return latest + workload.size + Workload.DISORDER;
    }

    private static void drain(StreamTask task, long now) {
        while (task.process(now)) {
            // until nothing is buffered
        }
    }

    private Topology topology(boolean rocks) {
        StreamsBuilder builder = new StreamsBuilder();
        KGroupedStream<String, Integer> grouped = builder.stream(TOPIC, Consumed.with(Serdes.String(), Serdes.Integer())).groupByKey();
        Duration size = Duration.ofMillis(workload.size);
        Duration grace = Duration.ofMillis(Workload.DISORDER);
        // Twice, since windows of Kafka are looked up after they have closed.
        Duration retention = size.plus(grace).multipliedBy(2);
        KTable<Windowed<String>, Integer> sums;
        if (workload.session) {
            // Its sessions also take in what is exactly the gap away.
            sums = grouped.windowedBy(SessionWindows.ofInactivityGapAndGrace(size.minusMillis(1), grace))
                    .emitStrategy(EmitStrategy.onWindowClose())
                    .aggregate(() -> 0, (key, value, sum) -> sum + value, (key, a, b) -> a + b,
                            (rocks ? Materialized.<String, Integer, SessionStore<Bytes, byte[]>>as("sums").withRetention(retention)
                                    : Materialized.<String, Integer>as(Stores.inMemorySessionStore("sums", retention)).withCachingDisabled())
                                    .withKeySerde(Serdes.String()).withValueSerde(Serdes.Integer()).withLoggingDisabled());
        } else {
            TimeWindows windows = TimeWindows.ofSizeAndGrace(size, grace);
            sums = grouped.windowedBy(workload.slide == 0 ? windows : windows.advanceBy(Duration.ofMillis(workload.slide)))
                    .emitStrategy(EmitStrategy.onWindowClose())
                    .aggregate(() -> 0, (key, value, sum) -> sum + value,
                            (rocks ? Materialized.<String, Integer, WindowStore<Bytes, byte[]>>as("sums").withRetention(retention)
                                    : Materialized.<String, Integer>as(Stores.inMemoryWindowStore("sums", retention, size, false)).withCachingDisabled())
                                    .withKeySerde(Serdes.String()).withValueSerde(Serdes.Integer()).withLoggingDisabled());
        }
        sums.toStream().foreach(this::deliver);
        return builder.build();
    }

    private void deliver(Windowed<String> windowed, Integer sum) {
        if (windowed.key().equals(CLOSING_KEY)) return;
        long start = windowed.window().start();
        // A session of Kafka ends with its last event.
        long end = windowed.window().end() + (workload.session ? workload.size : 0);
        timed.digest.add(start, windowed.key(), workload.resultOf(sum, start, end));
    }
}
