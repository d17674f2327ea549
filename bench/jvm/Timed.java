import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * One run of a job: from its first event to its last result, without what it takes to set it up. As on the other side the lesser of
 * the time on the wall and that of the processor, of all threads.
 */
final class Timed {
    private static final OperatingSystemMXBean SYSTEM = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    final Workload.Digest digest = new Workload.Digest();
    private long began;
    private long beganProcessor;
    private long nanos;

    void begin() {
        beganProcessor = SYSTEM.getProcessCpuTime();
        began = System.nanoTime();
    }

    void end() {
        nanos = Math.min(System.nanoTime() - began, SYSTEM.getProcessCpuTime() - beganProcessor);
    }

    /** Milliseconds, number of results, checksum. */
    @Override
    public String toString() {
        return nanos / 1e6 + " " + digest.results + " " + digest.checksum;
    }
}
