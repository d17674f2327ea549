import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;

/**
 * Makes the events that the command line asks for and says so, then runs what standard input asks for, line by line: `flink`,
 * `flink-chained`, `kafka` or `kafka-rocksdb`, and the number of events. Each answer is a line.
 */
public final class Peers {
    public static void main(String[] words) throws Exception {
        // What libraries print must not stand between answers.
        PrintStream answers = System.out;
        System.setOut(System.err);
        Workload workload = new Workload(words);
        FlinkJob flink = new FlinkJob(workload);
        KafkaJob kafka = null;
        answers.println("ready");
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in));
        for (String request = requests.readLine(); request != null; request = requests.readLine()) {
            String[] asked = request.split(" ");
            int count = Integer.parseInt(asked[1]);
            if (asked[0].startsWith("kafka")) {
                if (kafka == null) kafka = new KafkaJob(workload);
                answers.println(kafka.run(asked[0].equals("kafka-rocksdb"), count));
            } else {
                answers.println(flink.run(asked[0].equals("flink"), count));
            }
        }
        flink.close();
        System.exit(0);
    }
}
