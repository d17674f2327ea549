/** A strict little check of XML: every tag closed in order, attributes quoted and unique, no stray markup in text. */

const TAG = /<(\/?)([A-Za-z][\w-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/y;
const TEXT = /(?:[^<&]|&(?:amp|lt|gt|quot|#\d+);)+/y;

/** What is wrong with a document; empty if nothing is. */
export function problems(document: string): string[] {
  const open: string[] = [];
  let at = 0;
  while (at < document.length) {
    TAG.lastIndex = at;
    TEXT.lastIndex = at;
    const tag = TAG.exec(document);
    const end = tag ? TAG.lastIndex : TEXT.test(document) ? TEXT.lastIndex : at;
    if (end === at) return [`neither tag nor text at ${at}: ${document.slice(at, at + 40)}`];
    if (tag) {
      const [, closing, name, attributes = '', alone] = tag;
      const names = [...attributes.matchAll(/([\w:-]+)="/g)].map(match => match[1]);
      if (new Set(names).size !== names.length) return [`an attribute twice in <${name}${attributes}>`];
      if (closing && open.pop() !== name) return [`</${name}> closes nothing at ${at}`];
      if (!closing && !alone) open.push(name as string);
    }
    at = end;
  }
  return open.length > 0 ? [`not closed: ${open.join(', ')}`] : [];
}

/** How often a text occurs. */
export function count(document: string, text: string): number {
  return document.split(text).length - 1;
}
