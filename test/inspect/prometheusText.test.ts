import { describe, expect, it } from 'vitest';
import { prometheusText } from '../../src/inspect/prometheusText.js';
import { at } from '../streams.js';
import { watchedJob } from './jobs.js';

/** The exposition format 0.0.4, line by line: what is said of a family, or a sample of the family before. */
const HELP = /^# HELP ([a-z_]+) .+$/;
const TYPE = /^# TYPE ([a-z_]+) (counter|gauge|histogram)$/;
const SAMPLE = /^([a-z_]+)\{([a-z]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z]+="(?:[^"\\\n]|\\["\\n])*")*)\} (-?[0-9.e+]+)$/;

function parsed(text: string): Map<string, { readonly type: string; readonly samples: [string, string, number][] }> {
  const families = new Map<string, { readonly type: string; readonly samples: [string, string, number][] }>();
  let family = '';
  expect(text.endsWith('\n')).toBe(true);
  for (const line of text.slice(0, -1).split('\n')) {
    const help = HELP.exec(line);
    const type = TYPE.exec(line);
    if (help) {
      family = help[1]!;
      expect(families.has(family)).toBe(false);
    } else if (type) {
      expect(type[1]).toBe(family);
      families.set(family, { type: type[2]!, samples: [] });
    } else {
      const [, name = '', labels = '', value] = SAMPLE.exec(line) ?? [];
      expect([line, name.startsWith(family)]).toEqual([line, true]);
      families.get(family)!.samples.push([name, labels, Number(value)]);
    }
  }
  return families;
}

describe('the text for Prometheus', () => {
  it('follows the format, each family once, also of several jobs', async () => {
    const one = watchedJob('one');
    const two = watchedJob('two "\\\n"');
    await Promise.all([one.begun, two.begun]);
    one.source.next(at(20, 1));
    two.source.next(at(30, 1));
    const families = parsed(prometheusText(one.job, two.job));
    expect(families.get('tidemark_elements_total')).toEqual({
      type: 'counter',
      samples: [
        ['tidemark_elements_total', 'job="one",operator="devices"', 1],
        ['tidemark_elements_total', 'job="two \\"\\\\\\n\\"",operator="devices"', 1],
      ],
    });
    expect(families.get('tidemark_watermark_lag_seconds')?.samples[0]).toEqual([
      'tidemark_watermark_lag_seconds',
      'job="one",operator="devices",kind="eventTime"',
      85,
    ]);
    expect([...families.keys()].filter(name => !name.startsWith('tidemark_'))).toEqual([]);
    await Promise.all([one.job.stop(), two.job.stop()]);
  });

  it('has cumulative buckets', async () => {
    const { job, begun } = watchedJob();
    prometheusText(job);
    await begun;
    await job.checkpoint();
    const { type, samples } = parsed(prometheusText(job)).get('tidemark_checkpoint_size_bytes')!;
    expect(type).toBe('histogram');
    const buckets = samples.filter(([name]) => name.endsWith('_bucket'));
    expect(buckets.map(([, labels]) => labels).at(-1)).toBe('job="job",le="+Inf"');
    expect(buckets.map(([, , value]) => value)).toEqual(buckets.map(([, , value]) => value).toSorted((a, b) => a - b));
    expect(samples.slice(-2).map(([name]) => name)).toEqual(['tidemark_checkpoint_size_bytes_sum', 'tidemark_checkpoint_size_bytes_count']);
    expect([buckets.at(-1)?.[2], samples.at(-1)?.[2]]).toEqual([1, 1]);
    await job.stop();
  });
});
