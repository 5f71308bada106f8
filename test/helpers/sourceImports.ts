import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { parseAst } from 'vite';

/** One way in which a source file names another module. */
export interface SourceImport {
  /** As written: `./x.ts`, `electron`, `node:fs`. */
  specifier: string;
  /** Path from the repository's root when relative, else the package's name as written. */
  target: string;
  /** Erased by the compiler: `import type`, `export type … from`, `import('…').T` in a type. */
  typeOnly: boolean;
}

export interface SourceFile {
  /** Path from the repository's root, with forward slashes. */
  path: string;
  imports: SourceImport[];
  /** Every string literal and the fixed parts of every template. */
  strings: string[];
}

/** Reads the imports of every TypeScript and JavaScript file under these folders. A file that does not parse is an error. */
export function readSources(root: string, folders: string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    filesUnder(join(root, folder))
      .filter((file) => /\.(ts|tsx|mts|cts|js|mjs|cjs)$/.test(file) && !file.endsWith('.d.ts'))
      .map((file) => parseSource(relative(root, file).split(sep).join('/'), readFileSync(file, 'utf8'))),
  );
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name));
}

export function parseSource(path: string, text: string): SourceFile {
  const lang = path.endsWith('.tsx') ? 'tsx' : /\.[mc]?ts$/.test(path) ? 'ts' : 'js';
  const file: SourceFile = { path, imports: [], strings: [] };
  visit(parseAst(text, { lang, sourceType: path.endsWith('.cjs') ? 'script' : 'module' }, path), file);
  return file;
}

function visit(node: unknown, file: SourceFile): void {
  if (Array.isArray(node)) {
    for (const child of node) visit(child, file);
    return;
  }
  if (!isNode(node)) return;
  const source = text(node.source);
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      if (source !== null) add(file, source, isTypeOnly(node));
      break;
    case 'ImportExpression':
      if (source !== null) add(file, source, false);
      break;
    case 'TSImportType':
      if (source !== null) add(file, source, true);
      break;
    case 'TSExternalModuleReference': {
      const named = text(node.expression);
      if (named !== null) add(file, named, false);
      break;
    }
    case 'CallExpression': {
      const named = Array.isArray(node.arguments) ? text(node.arguments[0]) : null;
      if (named !== null && isNode(node.callee) && /^require\w*$/.test(nameOf(node.callee))) add(file, named, false);
      break;
    }
    case 'Literal':
      if (typeof node.value === 'string') file.strings.push(node.value);
      break;
    case 'TemplateLiteral':
      file.strings.push(templateText(node));
      break;
  }
  for (const value of Object.values(node)) visit(value, file);
}

/** `import type …`, `export type …`, or named imports that are all marked `type`. */
function isTypeOnly(node: Node): boolean {
  if (node.importKind === 'type' || node.exportKind === 'type') return true;
  const specifiers = Array.isArray(node.specifiers) ? node.specifiers.filter(isNode) : [];
  return specifiers.length > 0 && specifiers.every((one) => one.importKind === 'type' || one.exportKind === 'type');
}

function add(file: SourceFile, specifier: string, typeOnly: boolean): void {
  const target = specifier.startsWith('.') ? posix.join(posix.dirname(file.path), specifier) : specifier;
  file.imports.push({ specifier, target: target.replace(/\?.*$/, ''), typeOnly });
}

interface Node {
  type: string;
  [key: string]: unknown;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function text(node: unknown): string | null {
  if (!isNode(node)) return null;
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node.type === 'TSLiteralType') return text(node.literal);
  if (node.type === 'TemplateLiteral' && Array.isArray(node.expressions) && node.expressions.length === 0)
    return templateText(node);
  return null;
}

function nameOf(callee: Node): string {
  if (callee.type === 'Identifier' && typeof callee.name === 'string') return callee.name;
  return callee.type === 'MemberExpression' && isNode(callee.property) ? nameOf(callee.property) : '';
}

function templateText(node: Node): string {
  const quasis = Array.isArray(node.quasis) ? node.quasis.filter(isNode) : [];
  return quasis.map((quasi) => (isCooked(quasi.value) ? quasi.value.cooked : '')).join('?');
}

function isCooked(value: unknown): value is { cooked: string } {
  return typeof value === 'object' && value !== null && 'cooked' in value && typeof value.cooked === 'string';
}
