/** A self-contained HTML page around drawings: one is shown, the others wait behind a select. */
import { xml } from './scale.js';

/** One drawing of a page and its name in the select. */
export interface Drawing {
  readonly name: string;
  readonly svg: string;
}

const STYLE = `:root{color-scheme:light dark}body{margin:0 auto;padding:1.2rem;max-width:1400px;background:light-dark(#fff,#12151b);
color:light-dark(#1f2430,#eceff4);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
svg{width:100%;height:auto;display:block;min-width:680px}main{overflow-x:auto}select{font:inherit;padding:.25rem .5rem}
label,footer{display:block;padding:0 0 .6rem 1%}footer{padding-top:.8rem;opacity:.75}[hidden]{display:none}`;

const SCRIPT = `const pick=document.querySelector('select');const all=[...document.querySelectorAll('section')];
const show=()=>all.forEach((one,i)=>{one.hidden=i!==pick.selectedIndex});pick.addEventListener('change',show);show();`;

/** The page; `shown` is the index of the drawing that it opens with. `footer` is plain text. */
export function planePage(
  title: string,
  drawings: readonly Drawing[],
  options: { shown?: number; choose?: string; footer?: string } = {},
): string {
  const { shown = 0, choose = 'show', footer } = options;
  const select =
    drawings.length < 2
      ? ''
      : `<label>${xml(choose)} <select>${drawings.map((each, i) => `<option${i === shown ? ' selected' : ''}>${xml(each.name)}</option>`).join('')}</select></label>`;
  return [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${xml(title)}</title>`,
    `<style>${STYLE.replaceAll('\n', '')}</style></head><body>`,
    select,
    `<main>${drawings.map((each, i) => `<section${i === shown ? '' : ' hidden'}>${each.svg}</section>`).join('\n')}</main>`,
    footer === undefined ? '' : `<footer>${xml(footer)}</footer>`,
    select === '' ? '' : `<script>${SCRIPT.replaceAll('\n', '')}</script>`,
    '</body></html>',
    '',
  ]
    .filter(line => line !== '')
    .join('\n');
}
