/** Compiles blocks against the built library, all in one program, below `build/` where the name of the package leads to `dist/`. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../built.js';
import type { Block } from './blocks.js';

const FOLDER = join(ROOT, 'build', 'docs');

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.esnext.disposable.d.ts'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  skipLibCheck: true,
  types: ['node'],
  typeRoots: [join(ROOT, 'node_modules', '@types')],
};

/** What the compiler says of each block, as `README.md:12: sentence`; an empty list for a good one. */
export function compile(blocks: readonly Block[]): ReadonlyMap<Block, readonly string[]> {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const names = new Map(blocks.map((block, index) => [write(block, index), block]));
  const program = ts.createProgram([...names.keys()], OPTIONS);
  return new Map([...names].map(([name, block]) => [block, diagnosticsOf(program, name, block)]));
}

/** The JavaScript of a block, written to a file that node can run. */
export function transpile(block: Block, index: number): string {
  const path = join(FOLDER, `run-${index}.js`);
  writeFileSync(
    path,
    ts.transpileModule(moduleOf(block), { compilerOptions: { target: OPTIONS.target!, module: ts.ModuleKind.ESNext } }).outputText,
  );
  return path;
}

function write(block: Block, index: number): string {
  const path = join(FOLDER, `${block.file.replaceAll(/[^A-Za-z0-9]+/g, '-')}-${block.line}-${index}.ts`).replaceAll('\\', '/');
  writeFileSync(path, moduleOf(block));
  return path;
}

function moduleOf(block: Block): string {
  return `${preludeOf(block)}${block.code}\nexport {};\n`;
}

function preludeOf(block: Block): string {
  return block.prelude === '' ? '' : `${block.prelude}\n`;
}

function diagnosticsOf(program: ts.Program, name: string, block: Block): string[] {
  const source = program.getSourceFile(name);
  if (!source) return [`${block.where}: not found by the compiler`];
  const before = preludeOf(block).split('\n').length - 1;
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(({ start, messageText }) => {
    const line = block.line + source.getLineAndCharacterOfPosition(start ?? 0).line - before;
    return `${block.file}:${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}
