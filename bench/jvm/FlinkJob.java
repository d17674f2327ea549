import java.time.Duration;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.TypeHint;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.EventTimeSessionWindows;
import org.apache.flink.streaming.api.windowing.assigners.SlidingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.assigners.WindowAssigner;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;

/**
 * Flink in this process, as fast as it goes: one task slot, object reuse, the heap backend, no checkpoints. `shuffled`: with
 * `keyBy`, as jobs are written, which serialises events from one thread to another. Otherwise in one thread that is told that
 * its stream is keyed already.
 */
final class FlinkJob {
    /** The functions of a job are copies; what they share stands here. */
    private static Workload workload;
    private static Timed timed;

    private final MiniCluster cluster;
    private final Configuration configuration = new Configuration();

    FlinkJob(Workload workload) throws Exception {
        FlinkJob.workload = workload;
        configuration.set(StateBackendOptions.STATE_BACKEND, "hashmap");
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(32));
        cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration).setNumTaskManagers(1).setNumSlotsPerTaskManager(1).withRandomPorts().build());
        cluster.start();
    }

    Timed run(boolean shuffled, int count) throws Exception {
        timed = new Timed();
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(1);
        env.getConfig().enableObjectReuse();
        env.getConfig().setAutoWatermarkInterval(0);
        DataStream<Tuple3<String, Integer, Long>> events = env.fromSequence(0, count - 1)
                .map(FlinkJob::eventAt).returns(TypeInformation.of(new TypeHint<Tuple3<String, Integer, Long>>() {}))
                .assignTimestampsAndWatermarks(WatermarkStrategy.forGenerator(context -> new Bounded())
                        .<Tuple3<String, Integer, Long>>withTimestampAssigner((event, before) -> event.f2));
        KeyedStream<Tuple3<String, Integer, Long>, String> keyed = shuffled
                ? events.keyBy(event -> event.f0)
                : DataStreamUtils.reinterpretAsKeyedStream(events, event -> event.f0, Types.STRING);
        keyed.window(assigner()).aggregate(new SumUp(), new Deliver()).sinkTo(new DiscardingSink<>());
        cluster.executeJobBlocking(env.getStreamGraph().getJobGraph());
        return timed;
    }

    void close() throws Exception {
        cluster.close();
    }

    private static Tuple3<String, Integer, Long> eventAt(long index) {
        if (index == 0) timed.begin();
        return workload.events[(int) index];
    }

    /** Sessions of Flink also take in what is exactly the gap away. */
    private static WindowAssigner<Object, TimeWindow> assigner() {
        if (workload.session) return EventTimeSessionWindows.withGap(Duration.ofMillis(workload.size - 1));
        Duration size = Duration.ofMillis(workload.size);
        return workload.slide == 0 ? TumblingEventTimeWindows.of(size) : SlidingEventTimeWindows.of(size, Duration.ofMillis(workload.slide));
    }

    /** Bounded disorder; a watermark for so many events, as the arrays of the benchmark have. */
    private static final class Bounded implements WatermarkGenerator<Tuple3<String, Integer, Long>> {
        private long latest = Long.MIN_VALUE;
        private int events;

        @Override
        public void onEvent(Tuple3<String, Integer, Long> event, long timestamp, WatermarkOutput output) {
            latest = Math.max(latest, timestamp);
            if (++events % Workload.BATCH == 0) output.emitWatermark(new Watermark(latest - Workload.DISORDER - 1));
        }

        @Override
        public void onPeriodicEmit(WatermarkOutput output) {}
    }

    /** The accumulator of an aggregate as users write one. */
    public static final class Sum {
        public long sum;
        public long count;
    }

    private static final class SumUp implements AggregateFunction<Tuple3<String, Integer, Long>, Sum, Long> {
        @Override
        public Sum createAccumulator() {
            return new Sum();
        }

        @Override
        public Sum add(Tuple3<String, Integer, Long> event, Sum sum) {
            sum.sum += event.f1;
            sum.count++;
            return sum;
        }

        @Override
        public Long getResult(Sum sum) {
            return sum.sum;
        }

        @Override
        public Sum merge(Sum a, Sum b) {
            a.sum += b.sum;
            a.count += b.count;
            return a;
        }
    }

    private static final class Deliver extends ProcessWindowFunction<Long, Long, String, TimeWindow> {
        @Override
        public void process(String key, Context context, Iterable<Long> sums, Collector<Long> out) {
            TimeWindow window = context.window();
            long end = window.getEnd() + (workload.session ? 1 : 0);
            long result = workload.resultOf(sums.iterator().next(), window.getStart(), end);
            timed.digest.add(window.getStart(), key, result);
            out.collect(result);
        }

        /** After the watermark at the end of the input. */
        @Override
        public void close() {
            timed.end();
        }
    }
}
