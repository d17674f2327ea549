import org.apache.flink.api.java.tuple.Tuple3;

/** The events of bench/workloads/events.ts, draw for draw, and the digest of bench/contenders/digest.ts. */
final class Workload {
    static final long BEGIN = 1_704_067_200_000L;
    static final int DISORDER = 5_000;
    /** After so many events a watermark follows, as after an array of the benchmark. */
    static final int BATCH = 256;

    /** Milliseconds; `slide` is that of sliding windows, and 0 of others. */
    final boolean session;
    final long size;
    final long slide;
    /** Key, value, timestamp: what Flink's own serialiser is fastest with. */
    final Tuple3<String, Integer, Long>[] events;

    /** Key, window and value of each result, in any order. */
    static final class Digest {
        int results;
        int checksum;

        void add(long start, String key, long value) {
            int hash = (int) (start / 1_000) * 0x9e3779b1 ^ key.hashCode();
            hash = (hash ^ (hash >>> 15)) * 0x85ebca6b ^ (int) value * 0xc2b2ae35;
            hash = (hash ^ (hash >>> 13)) * 0x27d4eb2f;
            checksum += hash ^ (hash >>> 16);
            results++;
        }
    }

    /** Mulberry32. */
    private static final class Generator {
        private int state = 20_240_101;

        double next() {
            state += 0x6d2b79f5;
            int mixed = (state ^ (state >>> 15)) * (1 | state);
            mixed = (mixed + (mixed ^ (mixed >>> 7)) * (61 | mixed)) ^ mixed;
            return ((mixed ^ (mixed >>> 14)) & 0xffff_ffffL) / 4_294_967_296.0;
        }
    }

    /** What the command line says: kind size slide keys events eventsPerSecond. */
    @SuppressWarnings("unchecked")
    Workload(String[] words) {
        session = words[0].equals("session");
        size = Long.parseLong(words[1]);
        slide = Long.parseLong(words[2]);
        String[] keys = new String[Integer.parseInt(words[3])];
        for (int id = 0; id < keys.length; id++) keys[id] = "key-" + id;
        double perSecond = Double.parseDouble(words[5]);
        Generator random = new Generator();
        events = new Tuple3[Integer.parseInt(words[4])];
        for (int i = 0; i < events.length; i++) {
            double behind = random.next() * DISORDER;
            String key = keys[(int) Math.floor(random.next() * keys.length)];
            int value = (int) Math.floor(random.next() * 1_000);
            events[i] = Tuple3.of(key, value, (long) Math.floor(BEGIN + (i * 1_000.0) / perSecond - behind));
        }
    }

    /** The length of a session is part of its result. */
    long resultOf(long sum, long start, long end) {
        return session ? sum * 31 + (end - start) : sum;
    }
}
