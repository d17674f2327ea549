/** `npm run example:browser`: a job in a page. Open the address, reload it, close it, open it in two tabs. */
import { servePage } from './server.js';

const port = Number(process.argv[2] ?? 0);
if (!(Number.isInteger(port) && port >= 0 && port < 65_536)) {
  console.error('usage: npm run example:browser [-- PORT]');
  process.exit(2);
}
const { address, stop } = await servePage(port).catch(error => {
  const { code, message } = error as { code?: unknown; message: string };
  console.error(
    code === 'EADDRINUSE' ? `Port ${port} is taken by another program: give another one, or none for any that is free.` : message,
  );
  process.exit(1);
});
console.log(`A week of earthquakes, counted in a page: ${address}
Reload it, close it, kill the browser: it goes on where it was. Open it in a second tab: that one stands by. Ctrl+C ends this server.`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
