import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.EmitStrategy;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Sums of a minute per user, each said when its window has closed: state in RocksDB with its log of changes, as Kafka Streams has it by
 * default, one thread, a commit every second. Prints `begun` and the time when the first record comes, and `cpu` when a line is read.
 */
public final class Sums {
    private static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] words) throws Exception {
        Properties properties = new Properties();
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, words[0]);
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, words[3]);
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, words[4]);
        properties.put(StreamsConfig.STATE_DIR_CONFIG, words[5]);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1000);
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        AtomicBoolean begun = new AtomicBoolean();
        StreamsBuilder builder = new StreamsBuilder();
        TimeWindows minutes = TimeWindows.ofSizeAndGrace(Duration.ofMinutes(1), Duration.ofSeconds(5));
        builder.stream(words[1], Consumed.with(Serdes.String(), Serdes.String()))
                .mapValues(value -> {
                    if (!begun.get() && begun.compareAndSet(false, true)) System.out.println("begun " + System.currentTimeMillis());
                    return amountOf(value);
                })
                .groupByKey(Grouped.with(Serdes.String(), Serdes.Integer()))
                .windowedBy(minutes)
                .emitStrategy(EmitStrategy.onWindowClose())
                .aggregate(() -> 0, (user, amount, sum) -> sum + amount,
                        Materialized.<String, Integer, WindowStore<Bytes, byte[]>>as("sums")
                                .withRetention(Duration.ofHours(3))
                                .withKeySerde(Serdes.String()).withValueSerde(Serdes.Integer()))
                .toStream()
                .map((user, sum) -> KeyValue.pair(user.key(), "{\"start\":" + user.window().start() + ",\"sum\":" + sum + "}"))
                .to(words[2], Produced.with(Serdes.String(), Serdes.String()));
        KafkaStreams streams = new KafkaStreams(builder.build(), properties);
        streams.start();
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in));
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        while (requests.readLine() != null) System.out.println("cpu " + system.getProcessCpuTime() / 1_000_000);
        System.exit(0);
    }

    private static int amountOf(String value) {
        try {
            return JSON.readTree(value).get("amount").intValue();
        } catch (JsonProcessingException error) {
            throw new IllegalStateException(error);
        }
    }
}
