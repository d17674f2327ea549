/** A PostgreSQL server of its own, in a temporary folder: Debian's package `postgresql`. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface PostgresServer {
  readonly port: number;
  readonly user: string;
  stop(): void;
}

const VERSIONS = '/usr/lib/postgresql';

/** The folder of its programs; undefined, after a loud line, where there is no server. With CI=true that is an error. */
export function postgresPrograms(): string | undefined {
  const version = existsSync(VERSIONS) ? readdirSync(VERSIONS).sort((a, b) => Number(b) - Number(a))[0] : undefined;
  if (version !== undefined) return join(VERSIONS, version, 'bin');
  const sentence = 'No PostgreSQL server: its tests are NOT RUN. Install it: apt-get install -y postgresql';
  if (process.env.CI === 'true') throw new Error(sentence);
  console.warn(sentence);
  return undefined;
}

/** Starts one with fsync and synchronous_commit on, as they are by default. */
export async function startPostgres(programs: string): Promise<PostgresServer> {
  const root = process.getuid?.() === 0;
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-pg-'));
  const run = (program: string, ...args: string[]): void => {
    const command = [join(programs, program), ...args];
    const [first, ...rest] = root ? ['runuser', '-u', 'postgres', '--', ...command] : command;
    execFileSync(first as string, rest, { stdio: ['ignore', 'ignore', 'ignore'], cwd: '/' });
  };
  if (root) {
    execFileSync('chown', ['postgres', folder]);
    chmodSync(folder, 0o700);
  }
  const data = join(folder, 'data');
  const port = await freePort();
  run('initdb', '-D', data, '-U', 'tidemark', '-A', 'trust', '--no-locale', '-E', 'UTF8');
  run('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', `-p ${port} -h 127.0.0.1 -k ${folder}`, 'start');
  return {
    port,
    user: 'tidemark',
    stop() {
      run('pg_ctl', '-D', data, '-m', 'immediate', 'stop');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
