/**
 * What the library costs the page that uses it: minified and gzipped, without rxjs. A budget is what was reached, rounded up: it
 * may be lowered, hardly raised. The goals: 15 kB for operators, windows, triggers and aggregates, and 8 kB for counts in tumbling windows,
 * which is not reached.
 */
import { join, relative, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkBuilt, ROOT } from './built.js';

const KB = 1024;

/** The core: eventTime, windows, triggers, panes and the aggregates that most pipelines need. What is beside it has a budget of its own. */
const CORE = `
  allOf collect count exactSum first last max maxBy mean
  min minBy reduce rowAggregate sum variance dropCounts paneId TidemarkError
  eventTime finals latestPane materialize stage union updates windowBy EventStream
  arrivalTime ascending boundedOutOfOrderness punctuated END_OF_TIME START_OF_TIME afterAll afterCount afterEach
  afterFirst afterProcessingTime afterQuiet afterWatermark defineTrigger every everyEventTime never orFinally
  repeatedly days months weeks years countWindow cumulative defineAssigner globalWindow
  session sliding tumbling
`
  .trim()
  .split(/\s+/);

/** A program that uses so many names of the library. */
const use = (names: readonly string[]): string => `import { ${names.join(', ')} } from 'tidemark'; globalThis.use(${names.join(', ')});`;

/** What names beside the core cost whoever has the core. */
const beside = (name: string, kilobytes: number, ...names: string[]): Measure => ({
  name: `what ${name} adds`,
  budget: kilobytes * KB,
  program: use([...CORE, ...names]),
  base: ALL,
});

const ALL = use(CORE);
const JOB = ['run', 'replayable', 'toCallback', 'memoryStorage'] as const;

/** What names beside a job cost whoever has one. */
const besideJob = (name: string, kilobytes: number, ...names: string[]): Measure => ({
  name: `what ${name} adds to a job`,
  budget: kilobytes * KB,
  program: use([...CORE, ...JOB, ...names]),
  base: use([...CORE, ...JOB]),
});
const COUNT = `
  import { boundedOutOfOrderness, count, eventTime, tumbling, windowBy } from 'tidemark';
  const stream = eventTime(source, { timestamp: x => x.at, watermark: boundedOutOfOrderness('5m') });
  stream.pipe(windowBy(tumbling('1h'), { key: x => x.key, aggregate: count() })).subscribe(use);
`;
const TESTING = `${ALL} import * as testing from 'tidemark/testing'; globalThis.use(testing);`;

const INDEXED_DB = `${ALL} import { indexedDb } from 'tidemark/indexeddb'; globalThis.use(indexedDb);`;
const INDEXED_DB_MAP = `${INDEXED_DB} import { indexedDbMap } from 'tidemark/indexeddb'; globalThis.use(indexedDbMap);`;
const WEB_PAGE = `${INDEXED_DB} import { webPage } from 'tidemark/indexeddb'; globalThis.use(webPage);`;
const S3 = `${ALL} import { s3 } from 'tidemark/s3'; globalThis.use(s3);`;
const POSTGRES = `${ALL} import { createTable, toPostgres } from 'tidemark/postgres'; globalThis.use(createTable, toPostgres);`;

const OTEL = `${use([...CORE, ...JOB])} import { otelMetrics } from 'tidemark/otel'; globalThis.use(otelMetrics);`;
const KAFKA = `${ALL} import { kafkaJs } from 'tidemark/kafka'; globalThis.use(kafkaJs);`;
const KAFKA_STORAGE = `${KAFKA} import { kafkaStorage } from 'tidemark/kafka'; globalThis.use(kafkaStorage);`;
const MEMORY_KAFKA = `${ALL} import { memoryKafka } from 'tidemark/kafka'; globalThis.use(memoryKafka);`;

const CODECS = `${ALL} import { bytes, json, nullable, text } from 'tidemark/kafka'; globalThis.use(bytes, json, nullable, text);`;
const REGISTRY = `${ALL} import { schemaRegistry } from 'tidemark/kafka'; globalThis.use(schemaRegistry);`;
const TASKS = `${use([...CORE, ...JOB])} import { fromKafka, toKafka } from 'tidemark/kafka'; globalThis.use(fromKafka, toKafka);`;
const STAGES = `${TASKS} import { repartition } from 'tidemark/kafka'; globalThis.use(repartition);`;

interface Measure {
  readonly name: string;
  /** In bytes. */
  readonly budget: number;
  /** What a user writes. */
  readonly program: string;
  /** What the user has anyway, and is not counted. */
  readonly base?: string;
  /** Built files, below `dist/`, that stay outside, so that only what is left is counted. */
  readonly outside?: RegExp;
}

const MEASURES: readonly Measure[] = [
  { name: 'the core of tidemark', budget: 34.4 * KB, program: ALL },
  {
    name: 'operators, windows, triggers and aggregates',
    budget: 15 * KB,
    program: ALL,
    outside: /^((engine|state|stream|time)\/.*|errors\.js)$/,
  },
  { name: 'counts in tumbling windows', budget: 15.68 * KB, program: COUNT },
  beside('topK', 0.57, 'topK'),
  beside('distinct', 0.5, 'distinct'),
  beside('counting by value', 0.85, 'distinct', 'distinctValues', 'mostFrequent'),
  beside('approximateDistinct', 1.45, 'approximateDistinct'),
  beside('approximateMostFrequent', 0.88, 'approximateMostFrequent'),
  beside('quantiles', 1, 'quantiles'),
  beside('histogram', 0.5, 'histogram', 'linearBuckets', 'exponentialBuckets'),
  beside('ohlc', 0.65, 'ohlc'),
  beside('mapAsync', 3.13, 'mapAsync', 'asyncCounts'),
  beside('reorder', 1.77, 'reorder'),
  beside('dedupe', 1.77, 'dedupe'),
  beside('split', 0.96, 'split'),
  beside('shaping a stream', 3.34, 'reorder', 'dedupe', 'split'),
  beside('coGroup', 0.93, 'coGroup'),
  beside('joinWith', 2.23, 'joinWith'),
  beside('intervalJoin', 2.93, 'intervalJoin'),
  beside('afterDelta', 0.23, 'afterDelta'),
  beside('processingTimeout', 0.35, 'processingTimeout'),
  beside('combined', 1.1, 'combined'),
  beside('evictors', 0.65, 'defineEvictor', 'keepCount', 'keepDelta', 'keepTime'),
  beside('changes', 0.15, 'changes'),
  beside('adaptive', 1.25, 'adaptive'),
  beside('measureDisorder', 3.72, 'measureDisorder'),
  beside('drawDisorder to it', 5, 'measureDisorder', 'drawDisorder'),
  beside('stateOn', 7.7, 'stateOn'),
  beside('memory', 0.1, 'memory'),
  { name: 'what view adds to a job', budget: 10 * KB, program: use([...CORE, ...JOB, 'view', 'snapshotOf']), base: use([...CORE, ...JOB]) },
  beside('memoryStorage', 1.7, 'memoryStorage'),
  beside('a job, and a plan of one', 30.05, 'run', 'replayable', 'plan'),
  beside('a job', 30.51, 'run', 'replayable', 'toCallback', 'memoryStorage'),
  beside('whatIf', 17.04, 'whatIf', 'replayable'),
  besideJob('fork', 0.99, 'fork'),
  { name: 'what tidemark/indexeddb adds, with idb-keyval', budget: 2.95 * KB, program: INDEXED_DB, base: ALL },
  { name: 'what indexedDbMap adds to it', budget: 0.33 * KB, program: INDEXED_DB_MAP, base: INDEXED_DB },
  { name: 'what webPage adds to it', budget: 0.6 * KB, program: WEB_PAGE, base: INDEXED_DB },
  { name: 'what tidemark/s3 adds, with aws4fetch', budget: 7.19 * KB, program: S3, base: ALL },
  { name: 'what tidemark/postgres adds', budget: 3.44 * KB, program: POSTGRES, base: ALL },
  beside('a journaled job', 33.62, 'run', 'journaled', 'toCallback', 'memoryStorage'),
  { name: 'what tidemark/testing adds', budget: 17.53 * KB, program: TESTING, base: ALL },
  { name: 'what kafkaJs of tidemark/kafka adds, without kafkajs', budget: 8.15 * KB, program: KAFKA, base: ALL },
  { name: 'what kafkaStorage adds to it', budget: 4.17 * KB, program: KAFKA_STORAGE, base: KAFKA },
  { name: 'what memoryKafka of tidemark/kafka adds', budget: 5.3 * KB, program: MEMORY_KAFKA, base: ALL },
  { name: 'what codecs of tidemark/kafka add', budget: 0.4 * KB, program: CODECS, base: ALL },
  { name: 'what schemaRegistry of tidemark/kafka adds', budget: 0.66 * KB, program: REGISTRY, base: ALL },
  { name: 'what fromKafka and toKafka add to a job', budget: 12.8 * KB, program: TASKS, base: use([...CORE, ...JOB]) },
  { name: 'what repartition adds to them', budget: 1.1 * KB, program: STAGES, base: TASKS },
  besideJob('explain', 4.4, 'explain'),
  besideJob('watermarks', 1.45, 'watermarks'),
  besideJob('inspect', 1.3, 'inspect', 'keepEvents'),
  besideJob('prometheusText', 2.55, 'prometheusText'),
  { name: 'what otelMetrics of tidemark/otel adds to a job', budget: 2.5 * KB, program: OTEL, base: use([...CORE, ...JOB]) },
];

interface Bundle {
  readonly bytes: number;
  /** The built files of which something is left, below `dist/`. */
  readonly files: readonly string[];
}

/** An import of a file that was left out: no bundle of a user has it, since there the file is inside. */
const LEFT_OUT = /import(\{[^}]*\}|\w+)?(from)?"\.\/[^"]*";/g;

/** Leaves some of the built files out of a bundle. */
function leaveOut(outside: RegExp): Plugin {
  return {
    name: 'outside',
    setup(building) {
      building.onResolve({ filter: /^\./ }, ({ resolveDir, path }) => {
        const file = relative(join(ROOT, 'dist'), resolve(resolveDir, path));
        return outside.test(file) ? { path: `./${file}`, external: true, sideEffects: false } : undefined;
      });
    },
  };
}

async function bundle(contents: string, outside?: RegExp): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: ROOT, loader: 'js' },
    absWorkingDir: ROOT,
    external: ['rxjs', 'kafkajs'],
    plugins: outside ? [leaveOut(outside)] : [],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
  });
  const inputs = Object.values(metafile.outputs).flatMap(output => Object.entries(output.inputs));
  const files = inputs.filter(([path, { bytesInOutput }]) => path.startsWith('dist/') && bytesInOutput > 0).map(([path]) => path.slice(5));
  const text = (outputFiles[0]?.text ?? '').replace(LEFT_OUT, '');
  return { bytes: gzipSync(text, { level: 9 }).length, files };
}

beforeAll(checkBuilt);

describe('the size, minified and gzipped', () => {
  const figures: string[] = [];
  afterAll(() => console.log(`\nminified and gzipped, without rxjs:\n${figures.join('\n')}`));

  it.each(MEASURES)('of $name keeps its budget', async ({ name, budget, program, base, outside }) => {
    const { bytes: whole, files } = await bundle(program, outside);
    const bytes = whole - (base === undefined ? 0 : (await bundle(base)).bytes);
    figures.push(`  ${name.padEnd(44)} ${(bytes / KB).toFixed(2).padStart(6)} kB of ${budget / KB} kB`);
    expect(files.length).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(budget);
  });

  it('holds no window, aggregate or trigger that is not used', async () => {
    const { files } = await bundle(COUNT);
    expect(files).toContain('windows/tumbling.js');
    const unused =
      /^(windows\/(calendar|zone|sliding|session|cumulative|count|global)|aggregates\/(allOf|mean|sum|variance|collect|exactSum|distinct|multiset|topK|hyperLogLog|hash|ddSketch|quantiles|histogram|ohlc)|triggers\/(every|afterEach|afterAll|afterFirst|orFinally|afterQuiet)|testing\/)/;
    expect(files.filter(file => unused.test(file))).toEqual([]);
  });
});
