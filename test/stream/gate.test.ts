import { describe, expect, it } from 'vitest';
import { type Gate, type Gated, together } from '../../src/stream/gate.js';

function world() {
  const log: string[] = [];
  const gate = (name: string): Gate => ({ shut: () => void log.push(`shut ${name}`), open: () => void log.push(`open ${name}`) });
  const stream = (inputs: Gated[], own?: Gate): Gated => ({ inputs, gate: own });
  const connect = (_stream: Gated, i: number): void => void log.push(`connect ${i}`);
  return { log, gate, stream, connect };
}

describe('together', () => {
  it('connects all, in order, while the gates above them are shut', () => {
    const { log, gate, stream, connect } = world();
    const shared = gate('g');
    const [source, other] = [stream([]), stream([])];
    together([stream([stream([source], shared)]), other, stream([source], shared)], connect);
    expect(log).toEqual(['shut g', 'connect 0', 'connect 1', 'connect 2', 'open g']);
  });

  it('opens a gate after those that stand below it', () => {
    const { log, gate, stream, connect } = world();
    const [upper, lower] = [gate('upper'), gate('lower')];
    const source = stream([]);
    const branch = stream([source], upper);
    const direct = stream([source], upper);
    for (const streams of [
      [stream([branch], lower), stream([branch], lower), direct],
      [direct, stream([branch], lower)],
    ]) {
      log.length = 0;
      together(streams, connect);
      expect(log.filter(line => line.startsWith('open'))).toEqual(['open lower', 'open upper']);
    }
  });

  it('opens them also when connecting fails', () => {
    const { log, gate, stream } = world();
    const boom = (): never => {
      throw new Error('boom');
    };
    expect(() => together([stream([], gate('g'))], boom)).toThrow('boom');
    expect(log).toEqual(['shut g', 'open g']);
  });
});
