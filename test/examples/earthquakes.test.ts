import { beforeAll, describe, expect, it } from 'vitest';
import { byArrival, DAY, score, truth, windowName, wrongDay } from '../../examples/earthquakes/compare.js';
import { longestDelay, outOfOrder, type Quake, readFeed } from '../../examples/earthquakes/feed.js';
import { earthquakePage, sceneOf } from '../../examples/earthquakes/picture.js';
import { finalDays, onTimeDays, type Replay, replay, type Settings } from '../../examples/earthquakes/replay.js';
import { count, problems } from './xml.js';

const HOUR = 3_600_000;
const settings: Settings = { bound: 48 * HOUR, idle: 12 * HOUR, early: 12 * HOUR, lateness: 120 * HOUR };
const quakes = readFeed();
const expected = truth(quakes);

describe('the recorded feed', () => {
  it('is as out of order as the documentation says', () => {
    expect(quakes).toHaveLength(1707);
    expect(((outOfOrder(quakes) / quakes.length) * 100).toFixed(1)).toBe('75.9');
    expect((longestDelay(quakes) / HOUR).toFixed(1)).toBe('160.8');
    expect(new Set(quakes.map(quake => quake.net)).size).toBe(12);
    expect(expected.size).toBe(78);
  });
});

describe('windows by arrival', () => {
  it('are wrong almost everywhere, exactly this much', () => {
    expect(score(expected, byArrival(quakes))).toEqual({
      windows: 82,
      wrong: 76,
      worst: { window: windowName('ci', Date.UTC(2018, 1, 5)), truth: 50, said: 103 },
    });
    expect(wrongDay(quakes)).toBe(535);
  });

  it('are what counting by the day of arrival gives', () => {
    const counts = new Map<string, number>();
    for (const { net, updated } of quakes) {
      const name = windowName(net, Math.floor(updated / DAY) * DAY);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    expect(new Map([...byArrival(quakes)].map(([name, stats]) => [name, stats.quakes]))).toEqual(counts);
  });

  it('are right when everything arrives at once', () => {
    const prompt = quakes.map(quake => ({ ...quake, updated: quake.time })).sort((a, b) => a.updated - b.updated);
    expect(score(expected, byArrival(prompt))).toEqual({ windows: 78, wrong: 0, worst: undefined });
  });
});

describe('the replay', () => {
  let result: Replay;
  beforeAll(async () => {
    result = await replay(quakes, settings);
  });

  it('ends with every window right', () => {
    expect(score(expected, finalDays(result))).toEqual({ windows: 78, wrong: 0, worst: undefined });
    expect(result.drops).toEqual([]);
  });

  it('says as many panes as the documentation shows', () => {
    const number = (timing: string) => result.firings.filter(({ pane }) => pane.timing === timing).length;
    expect({ early: number('early'), onTime: number('on-time'), late: number('late') }).toMatchInlineSnapshot(`
      {
        "early": 207,
        "late": 34,
        "onTime": 78,
      }
    `);
    expect(score(expected, onTimeDays(result)).wrong).toMatchInlineSnapshot(`15`);
  });

  it('fires on time exactly when the drawn watermark passes the end of the day', () => {
    for (const { pane, at } of result.firings.filter(firing => firing.pane.timing === 'on-time')) {
      const passed = result.watermarks.find(point => point.event >= pane.window.end);
      expect(passed?.arrival).toBe(at);
    }
  });

  it('shows what too short a lateness loses', async () => {
    const short = await replay(quakes, { ...settings, lateness: 24 * HOUR });
    expect(short.drops.length).toBeGreaterThan(0);
    const missing = new Set(short.drops.map(({ record }) => windowName(record.value.net, Math.floor(record.timestamp / DAY) * DAY)));
    expect(score(expected, finalDays(short)).wrong).toBe(missing.size);
    const scene = sceneOf('nc', quakes, short);
    expect(scene.events.filter(event => event.dropped)).toHaveLength(short.drops.filter(({ record }) => record.value.net === 'nc').length);
  });

  it('is the same however often and slowly it runs', async () => {
    const slow = await replay(quakes.slice(0, 300), settings, { before: () => new Promise(done => setImmediate(done)) });
    const fast = await replay(quakes.slice(0, 300), settings);
    expect(slow).toEqual(fast);
  });

  it('makes a well-formed picture of every network', () => {
    const networks = [...new Set(quakes.map((quake: Quake) => quake.net))];
    const page = earthquakePage(quakes, networks, result);
    const drawings = page.match(/<svg[\s\S]*?<\/svg>/g) ?? [];
    expect(drawings).toHaveLength(12);
    for (const drawing of drawings) expect(problems(drawing)).toEqual([]);
    // The legend of each drawing shows one dot more.
    expect(count(page, 'class="dot"')).toBe(quakes.length + 12);
    expect(count(page, ' pane"')).toBe(result.firings.length);
    expect(page).not.toMatch(/NaN|undefined/);
  });
});
