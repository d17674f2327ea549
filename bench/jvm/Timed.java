/** One run of a job: from its first event to its last result, without what it takes to set it up. */
final class Timed {
    final Workload.Digest digest = new Workload.Digest();
    private long began;
    private long nanos;

    void begin() {
        began = System.nanoTime();
    }

    void end() {
        nanos = System.nanoTime() - began;
    }

    /** Milliseconds, number of results, checksum. */
    @Override
    public String toString() {
        return nanos / 1e6 + " " + digest.results + " " + digest.checksum;
    }
}
