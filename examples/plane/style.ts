/**
 * The colours: Okabe and Ito's palette, which colour-blind readers can tell apart, a little darker on light ground.
 * Shape says the same again: circle, square, triangle; dashed, thick and plain edges.
 */

const LIGHT = `--ground:#fff;--ink:#1f2430;--soft:#5c6470;--grid:#e4e7ec;--band:#f6f7f9;--void:#eef0f4;
--early:#2b87c4;--early-fill:#d3e9f8;--time:#00805d;--time-fill:#bfe5d9;--late:#c27a00;--late-fill:#fbe3b4;
--drop:#cc3d00;--mark:#a8327e;--dot:#2f3542`;
const DARK = `--ground:#12151b;--ink:#eceff4;--soft:#a3abb8;--grid:#2a303a;--band:#171b22;--void:#1a1e26;
--early:#6cc0f0;--early-fill:#173449;--time:#35c79c;--time-fill:#11443a;--late:#f2b33d;--late-fill:#4a3810;
--drop:#ff7a45;--mark:#ef86c4;--dot:#e3e7ee`;

const RULES = `text{font:14px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:var(--ink)}
.title{font-size:23px;font-weight:650}.sub,.tick,.caption{fill:var(--soft)}.sub{font-size:15px}.axis{font-weight:600}
.grid{stroke:var(--grid)}.border{stroke:var(--soft);stroke-opacity:.35;stroke-dasharray:2 4}.frame{fill:none;stroke:var(--soft);stroke-opacity:.55}
.band{fill:var(--band)}.void{fill:var(--void)}.note{fill:var(--soft);font-style:italic;font-size:13px}
.ideal{fill:none;stroke:var(--soft);stroke-width:1.5;stroke-dasharray:1.5 5;stroke-linecap:round}
.mark{fill:none;stroke:var(--mark);stroke-width:3.5;stroke-linejoin:round;stroke-linecap:round}
.halo{fill:none;stroke:var(--ground);stroke-width:7;stroke-opacity:.8;stroke-linejoin:round}
.source{fill:none;stroke:var(--mark);stroke-width:1.4;stroke-opacity:.75;stroke-dasharray:7 3}
.edge{fill:none}.value{font-weight:700}.badge{fill:var(--ground);stroke-width:1.3}
.early.pane{fill:var(--early-fill)}.early.edge{stroke:var(--early);stroke-width:1.8;stroke-dasharray:5 4}
.on-time.pane{fill:var(--time-fill)}.on-time.edge{stroke:var(--time);stroke-width:3.4}
.late.pane{fill:var(--late-fill)}.late.edge{stroke:var(--late);stroke-width:1.8}
.early.shape{fill:var(--early-fill);stroke:var(--early);stroke-width:2.4}.on-time.shape{fill:var(--time)}.late.shape{fill:var(--late)}
.early.value{fill:var(--early)}.on-time.value{fill:var(--time)}.late.value{fill:var(--late)}
.early.badge{stroke:var(--early)}.on-time.badge{stroke:var(--time)}.late.badge{stroke:var(--late)}
.dot{fill:var(--dot);fill-opacity:.62}.ball{fill:var(--ground);stroke:var(--dot);stroke-width:1.8}.balltext{font-weight:700;text-anchor:middle}
.dropped{fill:none;stroke:var(--drop);stroke-width:2.6;stroke-linecap:round}
.mid{text-anchor:middle}.end{text-anchor:end}`;

/** The style sheet of a drawing. */
export function style(theme: 'light' | 'auto'): string {
  const dark = theme === 'auto' ? `@media(prefers-color-scheme:dark){.plane{${DARK}}}` : '';
  const scoped = RULES.replace(/\n/g, '').replace(/(^|\}|,)(\.|text)/g, (_all, before: string, name: string) => `${before}.plane ${name}`);
  return `.plane{${LIGHT}}${dark}${scoped}`.replaceAll('\n', '');
}
