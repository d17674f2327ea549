/** Builds the page and serves it, to this machine alone. */
import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { readFeed } from '../earthquakes/feed.js';

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** `port` 0: any that is free. Rejects if the port is taken. */
export async function servePage(port = 0): Promise<{ address: string; stop(): Promise<void> }> {
  const script = await build({
    entryPoints: [file('page.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    sourcemap: 'inline',
    logLevel: 'silent',
  });
  const found: Readonly<Record<string, readonly [type: string, text: string]>> = {
    '/': ['text/html', readFileSync(file('index.html'), 'utf8')],
    '/style.css': ['text/css', readFileSync(file('style.css'), 'utf8')],
    '/page.js': ['text/javascript', script.outputFiles[0]?.text ?? ''],
    '/quakes.json': ['application/json', JSON.stringify(readFeed())],
  };
  const server = createServer((request, response) => answer(found[new URL(request.url ?? '/', 'http://localhost').pathname], response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    // By name, as browsers take it for a safe place: Web Locks need one.
    address: `http://localhost:${(server.address() as AddressInfo).port}/`,
    async stop() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

function answer(found: readonly [type: string, text: string] | undefined, response: ServerResponse): void {
  const [type, text] = found ?? ['text/plain', 'There is no such page.'];
  response.writeHead(found ? 200 : 404, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' });
  response.end(text);
}
