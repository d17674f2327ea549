/**
 * Reads a source file of the library the way the import law needs it: what it imports, whether any of it is left at run time,
 * and which clocks or sources of chance it touches. Parsed with the TypeScript API, so that text in comments and strings does not count.
 */
import ts from 'typescript';

/** A file of `src/`: its path below `src/` with forward slashes, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export interface Import {
  readonly from: string;
  /** False for what is erased when the file is compiled: `import type`, `export type`, `import('...')` in a type. */
  readonly runtime: boolean;
}

export interface ReadFile extends SourceFile {
  readonly imports: readonly Import[];
  /** True when nothing but types is left, so that there is nothing to run and nothing to test. */
  readonly typesOnly: boolean;
  /** True when every statement is `export { ... } from '...'` or `export type { ... } from '...'`. */
  readonly reexportsOnly: boolean;
  /** Reads of clocks, timers and chance, as `name (line n)`. */
  readonly impure: readonly string[];
}

const IMPURE: ReadonlySet<string> = new Set(
  (
    'Date.now performance.now performance.timeOrigin process.hrtime Math.random crypto.randomUUID crypto.getRandomValues ' +
    'setTimeout setInterval setImmediate requestAnimationFrame queueMicrotask asyncScheduler'
  ).split(' '),
);

export function readSource(file: SourceFile): ReadFile {
  const root = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.ES2022, true);
  const imports: Import[] = [];
  const impure: string[] = [];
  const visit = (node: ts.Node): void => {
    const found = importOf(node);
    if (found) imports.push(found);
    const read = impurityOf(node);
    if (read) impure.push(`${read} (line ${root.getLineAndCharacterOfPosition(node.getStart()).line + 1})`);
    ts.forEachChild(node, visit);
  };
  visit(root);
  return { ...file, imports, impure, typesOnly: root.statements.every(isType), reexportsOnly: root.statements.every(isReexport) };
}

function importOf(node: ts.Node): Import | undefined {
  // With verbatimModuleSyntax `import { type A }` leaves an `import './a.js'` behind: only `import type` is erased.
  if (ts.isImportDeclaration(node)) return { from: text(node.moduleSpecifier), runtime: !node.importClause?.isTypeOnly };
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) return { from: text(node.moduleSpecifier), runtime: !node.isTypeOnly };
  if (ts.isImportTypeNode(node)) return { from: text((node.argument as ts.LiteralTypeNode).literal), runtime: false };
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return { from: node.arguments[0] ? text(node.arguments[0]) : '', runtime: true };
  }
  return undefined;
}

function text(node: ts.Node): string {
  return ts.isStringLiteralLike(node) ? node.text : `(computed: ${node.getText()})`;
}

function impurityOf(node: ts.Node): string | undefined {
  if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && ts.isIdentifier(node.expression) && node.expression.text === 'Date') {
    const reads = ts.isCallExpression(node) || !node.arguments?.length;
    return reads ? `${ts.isNewExpression(node) ? 'new ' : ''}Date()` : undefined;
  }
  if (ts.isPropertyAccessExpression(node)) {
    const name = node.getText().replace(/^globalThis\./, '');
    return IMPURE.has(name) ? name : undefined;
  }
  if (ts.isIdentifier(node) && IMPURE.has(node.text) && isValueUse(node)) return node.text;
  return undefined;
}

/** Whether an identifier stands for the global value, not for a property, a parameter or a member of that name. */
function isValueUse(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  return !(ts.isTypeElement(parent) || ts.isClassElement(parent) || ts.isParameter(parent) || ts.isTypeReferenceNode(parent));
}

function isType(statement: ts.Statement): boolean {
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return true;
  if (ts.isImportDeclaration(statement)) return statement.importClause?.isTypeOnly === true;
  if (ts.isExportDeclaration(statement)) return statement.isTypeOnly;
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some(modifier => modifier.kind === ts.SyntaxKind.DeclareKeyword) === true;
}

function isReexport(statement: ts.Statement): boolean {
  return (
    ts.isExportDeclaration(statement) &&
    !!statement.moduleSpecifier &&
    !!statement.exportClause &&
    ts.isNamedExports(statement.exportClause)
  );
}
