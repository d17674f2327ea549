/** What the page shows. It is told what happens, and asks nobody. */
import { dayOf, truth, windowName } from '../earthquakes/compare.js';
import type { Quake } from '../earthquakes/feed.js';
import { networkName } from '../earthquakes/picture.js';
import { clockText, dayText } from '../plane/scale.js';
import type { DayPane } from './job.js';

const LOG_LINES = 40;
const DAY = 86_400_000;

export type Sign = 'starting' | 'running' | 'standby' | 'completed' | 'failed';

const WORDS = { early: 'early', 'on-time': 'on time', late: 'late' } as const;

export class View {
  readonly #quakes: readonly Quake[];
  readonly #cells = new Map<string, HTMLTableCellElement>();
  readonly #heads = new Map<number, HTMLTableCellElement>();
  readonly #said = new Map<string, DayPane>();
  readonly #truth: ReturnType<typeof truth>;

  constructor(quakes: readonly Quake[]) {
    this.#quakes = quakes;
    this.#truth = truth(quakes);
    this.#layTable();
  }

  /** What the tab does, with a sentence more; read out by screen readers. */
  state(sign: Sign, text: string, more: string): void {
    element('state').dataset.state = sign;
    setText('state-text', text);
    setText('state-more', more);
    this.say(`${text}. ${more}`);
    element<HTMLButtonElement>('pause').disabled = sign !== 'running';
    for (const id of ['speed', 'anew']) element<HTMLButtonElement>(id).disabled = sign !== 'running' && sign !== 'completed';
  }

  /** For screen readers alone. */
  say(sentence: string): void {
    setText('live', sentence);
  }

  /** So many quakes have come. */
  progress(count: number): void {
    const all = this.#quakes.length;
    const now = this.#quakes[Math.max(0, count - 1)]?.updated ?? 0;
    element<HTMLProgressElement>('progress').value = count / all;
    setText('feed-time', count === all ? 'all of it has come' : `${dayText(now)}, ${clockText(Math.floor(now / 60_000) * 60_000)}`);
    setText('feed-more', `${count.toLocaleString('en')} of ${all.toLocaleString('en')} quakes`);
  }

  checkpoint(seq: number, more: string): void {
    setText('checkpoint', `number ${seq}`);
    setText('checkpoint-more', more);
  }

  /** A pane, as it comes. */
  pane(pane: DayPane): void {
    const before = this.#said.get(nameOf(pane))?.value.quakes ?? 0;
    this.#put(pane);
    const cell = this.#cells.get(nameOf(pane));
    cell?.classList.remove('fresh');
    void cell?.offsetWidth; // begins the animation anew
    cell?.classList.add('fresh');
    this.#log(pane, pane.value.quakes - before);
  }

  /** What is there already, say from before a reload. */
  panes(panes: readonly DayPane[]): void {
    for (const pane of panes) this.#put(pane);
  }

  clear(): void {
    this.#said.clear();
    for (const cell of this.#cells.values()) {
      cell.className = '';
      cell.replaceChildren();
    }
    for (const head of this.#heads.values()) head.className = '';
    element('panes').replaceChildren();
    setText('verdict', '');
    setText('checkpoint', 'none yet');
    this.progress(0);
  }

  /** Compares what was said with a plain loop over the whole feed. */
  verdict(): void {
    const wrong = [...this.#truth].filter(([name, { quakes, strongest }]) => {
      const said = this.#said.get(name)?.value;
      return said?.quakes !== quakes || said.strongest !== strongest;
    });
    const right = `${this.#truth.size - wrong.length} of ${this.#truth.size} days are as a loop over the sorted feed counts them.`;
    setText('verdict', right);
    this.say(`The feed is over. ${right}`);
  }

  #put(pane: DayPane): void {
    const { timing, value, window, key } = pane;
    this.#said.set(nameOf(pane), pane);
    const cell = this.#cells.get(nameOf(pane));
    if (!cell) return;
    cell.className = timing;
    cell.title = `${networkName(key)}, ${dayText(window.start)}: ${value.quakes} quakes, strongest M ${value.strongest} (${WORDS[timing]})`;
    cell.replaceChildren(shape(timing), node('span', String(value.quakes)), node('span', ` ${WORDS[timing]}`, 'sr-only'));
    const head = this.#heads.get(window.start);
    if (timing === 'early' || !head || head.className === 'passed') return;
    head.className = 'passed';
    this.say(`${dayText(window.start)} is complete.`);
  }

  #log(pane: DayPane, more: number): void {
    const { timing, value, window, key } = pane;
    const line = document.createElement('li');
    line.className = timing;
    line.append(
      shape(timing),
      node('span', WORDS[timing], 'timing'),
      node('span', `${dayText(window.start)} · ${key}`, 'what'),
      node('span', more > 0 && more !== value.quakes ? `${value.quakes} (+${more})` : String(value.quakes), 'value'),
    );
    const list = element('panes');
    list.prepend(line);
    while (list.children.length > LOG_LINES) list.lastElementChild?.remove();
  }

  #layTable(): void {
    const counts = new Map<string, number>();
    for (const { net } of this.#quakes) counts.set(net, (counts.get(net) ?? 0) + 1);
    const times = this.#quakes.map(({ time }) => time);
    const days: number[] = [];
    for (let day = dayOf(Math.min(...times)); day <= Math.max(...times); day += DAY) days.push(day);
    const [headRow, body] = [document.querySelector('#days thead tr'), document.querySelector('#days tbody')];
    headRow?.append(heading('col', 'network'));
    for (const day of days) {
      const head = heading('col', dayText(day));
      this.#heads.set(day, head);
      headRow?.append(head);
    }
    for (const net of [...counts.keys()].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0))) {
      const row = document.createElement('tr');
      const head = heading('row', '');
      head.append(node('b', net), ` ${networkName(net).replace(` (${net})`, '')}`);
      head.title = networkName(net);
      row.append(head);
      for (const day of days) {
        const cell = document.createElement('td');
        this.#cells.set(windowName(net, day), cell);
        row.append(cell);
      }
      body?.append(row);
    }
  }
}

export function element<E extends HTMLElement>(id: string): E {
  return document.getElementById(id) as E;
}

function nameOf({ key, window }: DayPane): string {
  return windowName(key, window.start);
}

function setText(id: string, text: string): void {
  element(id).textContent = text;
}

function node(tag: string, text: string, name = ''): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  if (name) made.className = name;
  return made;
}

function heading(scope: 'row' | 'col', text: string): HTMLTableCellElement {
  const made = document.createElement('th');
  made.scope = scope;
  made.textContent = text;
  return made;
}

/** Circle, square or triangle: the same as the colour says. */
function shape(timing: DayPane['timing']): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  made.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `#${timing}`);
  made.append(use);
  return made;
}
