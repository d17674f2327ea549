/**
 * Hears which keys of an operator change, as long as somebody wants to know: a machine is put in front of the operator's own, and a function
 * in front of what its panes go through. Before and afterwards nothing of it is there.
 */
import type { WindowMachine } from '../engine/machine.js';
import type { WindowsAtWork } from '../engine/windowsAtWork.js';

/**
 * `touched` hears of each element's key, behind the element, and of each pane's; `advanced` of each step of time. Returns what ends it. Both are
 * to be called while the operator is not at work.
 */
export function watch<T, K>(operator: WindowsAtWork<T, K, any>, touched: (key: K) => void, advanced: () => void): () => void {
  const { machine, pane } = operator;
  const { key } = operator.spec;
  operator.machine = watched(machine, value => touched(key(value)), advanced);
  operator.pane = said => {
    touched(said.key);
    pane.call(operator, said);
  };
  return () => {
    operator.machine = machine;
    operator.pane = pane;
  };
}

function watched<T>(machine: WindowMachine<T>, taken: (value: T) => void, advanced: () => void): WindowMachine<T> {
  return {
    usesClock: machine.usesClock,
    drops: machine.drops,
    get watermark() {
      return machine.watermark;
    },
    get processingTime() {
      return machine.processingTime;
    },
    get inside() {
      return machine.inside as any;
    },
    element(value, timestamp, diff) {
      machine.element(value, timestamp, diff);
      taken(value);
    },
    run: stretch => {
      const { at } = stretch;
      machine.run?.(stretch);
      for (let i = at; i < stretch.at; i++) taken(stretch.values[i] as T);
    },
    advance: (watermark, processingTime) => {
      machine.advance(watermark, processingTime);
      advanced();
    },
    nextWake: () => machine.nextWake(),
    cut: (number, since) => machine.cut(number, since),
  };
}
