/**
 * Finds the TypeScript blocks in documents and in docstrings. Each stands alone: it is compiled as a module of its own, after the
 * prelude that an HTML comment `<!-- prelude: ... -->` before it may give. A block marked `ts run` is executed too, and what it prints
 * is compared with the plain block that follows it, if one does.
 */

export interface Block {
  /** Where its first line stands: `README.md:12`. */
  readonly where: string;
  readonly file: string;
  /** 1-based line of `file` at which `code` begins. */
  readonly line: number;
  readonly prelude: string;
  readonly code: string;
  readonly run: boolean;
  /** What it must print, if the document says so. */
  readonly prints: string | undefined;
}

/** The blocks of a document. */
export function blocksOf(file: string, text: string, firstLine = 1): Block[] {
  const lines = text.split('\n');
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at++) {
    const fence = /^(\s*)(`{3,})(.*)$/.exec(lines[at] as string);
    if (!fence) continue;
    const end = closing(lines, at, fence[2] as string);
    const [language, ...marks] = (fence[3] as string).trim().split(/\s+/);
    if (language === 'ts' || language === 'typescript') {
      const line = firstLine + at + 1;
      const code = inside(lines, at, end, fence[1] as string);
      blocks.push({
        where: `${file}:${line}`,
        file,
        line,
        prelude: preludeBefore(lines, at),
        code,
        run: marks.includes('run'),
        prints: outputAfter(lines, end),
      });
    }
    at = end;
  }
  return blocks;
}

/** The blocks in the docstrings of a source file. */
export function blocksOfSource(file: string, text: string): Block[] {
  return [...text.matchAll(/^[ \t]*\/\*\*[\s\S]*?\*\//gm)].flatMap(comment => {
    const firstLine = text.slice(0, comment.index).split('\n').length;
    const plain = comment[0]
      .replace(/^[ \t]*\/\*\*/, '')
      .replace(/\*\/$/, '')
      .replace(/^[ \t]*\* ?/gm, '');
    return blocksOf(file, plain, firstLine);
  });
}

function closing(lines: readonly string[], opening: number, fence: string): number {
  const end = lines.findIndex((line, at) => at > opening && line.trim() === fence);
  return end < 0 ? lines.length : end;
}

function inside(lines: readonly string[], opening: number, end: number, indent: string): string {
  return lines
    .slice(opening + 1, end)
    .map(line => (line.startsWith(indent) ? line.slice(indent.length) : line))
    .join('\n');
}

/** The text of the `<!-- prelude: ... -->` that ends right before line `at`, blank lines aside. */
function preludeBefore(lines: readonly string[], at: number): string {
  return /<!--\s*prelude:((?:(?!-->)[\s\S])*)-->\s*$/.exec(lines.slice(0, at).join('\n'))?.[1]?.trim() ?? '';
}

/** The plain block that begins right after line `end`, blank lines aside. */
function outputAfter(lines: readonly string[], end: number): string | undefined {
  let at = end + 1;
  while (lines[at]?.trim() === '') at++;
  const fence = /^(\s*)(`{3,})(text)?$/.exec(lines[at] ?? '');
  return fence ? inside(lines, at, closing(lines, at, fence[2] as string), fence[1] as string) : undefined;
}
