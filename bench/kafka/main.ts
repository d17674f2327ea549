/** `npm run kafka`: a broker for the developer, until ctrl-c. */
import { startBroker } from './broker.js';

const broker = await startBroker(line => console.error(line));
if (typeof broker === 'string') {
  console.error(`No Kafka broker: ${broker}. It needs Java and Maven: apt-get install -y default-jre-headless maven`);
  process.exit(1);
}
console.log(`Kafka ${broker.version} listens at ${broker.address}, until ctrl-c. For the tests: KAFKA_BROKERS=${broker.address} npm test`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void broker.stop().then(() => process.exit(0));
  });
}
