/** Numbers as people read them. */

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** A length of time in three digits, rounded up so that a bound still suffices, and readable as a `Duration`: `12.4s`. */
export function durationText(milliseconds: number): string {
  const whole = Math.ceil(milliseconds);
  const [name, unit] = UNITS.find(([, length]) => whole >= length) ?? UNITS[4];
  const amount = whole / unit;
  const step = unit === 1 || amount >= 100 ? unit : unit / (amount >= 10 ? 10 : 100);
  return `${(Math.ceil(whole / step) * step) / unit}${name}`;
}

/** A share of 0 to 1 in percent: `12.3 %`, `0.045 %`. Small ones keep two digits; only none is `0 %`, and only all `100 %`. */
export function shareText(share: number): string {
  const percent = share * 100;
  if (percent === 0 || percent === 100) return `${percent} %`;
  if (percent >= 10) return `${Number(Math.min(percent, 99.9).toFixed(1))} %`;
  return `${Number(percent.toPrecision(2))} %`;
}

/** Whether so many elements can tell a share from all: 99.9 % takes a thousand. */
export function tells(elements: number, share: number): boolean {
  return share === 1 || elements >= Math.round(1 / (1 - share));
}

/** A number with its thousands apart: `12,345`. */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
