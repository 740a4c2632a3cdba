/**
 * Shows that every module boundary really fails: for each pair of projects an import is linted in memory, and it must
 * be refused exactly where the table forbids it; a pure project that imports a Node builtin must not compile.
 */
import path from 'node:path';
import nx from '@nx/eslint-plugin';
import { ESLint } from 'eslint';
import ts from 'typescript';
import tseslint from 'typescript-eslint';
import { boundaryRule, folderOf, mayImport, pure, withWebTypes } from './module-boundaries.mjs';

const root = path.resolve(import.meta.dirname, '..');
const entryOf = (project) => path.join(root, folderOf(project), 'src', folderOf(project).startsWith('apps/') ? 'main.ts' : 'index.ts');

const eslint = new ESLint({
  cwd: root,
  overrideConfigFile: true,
  overrideConfig: [{
    files: ['**/*.ts'],
    languageOptions: { parser: tseslint.parser },
    plugins: { '@nx': nx },
    rules: { '@nx/enforce-module-boundaries': boundaryRule },
  }],
});

async function refuses(from, statement) {
  const [result] = await eslint.lintText(`${statement}\n`, { filePath: entryOf(from) });
  return result.messages.some((message) => message.ruleId === '@nx/enforce-module-boundaries');
}

function compiles(project, text) {
  const configPath = path.join(root, folderOf(project), 'tsconfig.src.json');
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(configPath, ts.sys.readFile).config, ts.sys, path.dirname(configPath));
  const probe = path.join(root, folderOf(project), 'src', 'boundary-probe.ts');
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (name) => name === probe || fileExists(name);
  host.readFile = (name) => (name === probe ? text : readFile(name));
  host.getSourceFile = (name, target) => (name === probe
    ? ts.createSourceFile(name, text, target)
    : getSourceFile(name, target));
  const program = ts.createProgram([probe], options, host);
  return program.getSemanticDiagnostics(program.getSourceFile(probe)).length === 0;
}

const failures = [];
let passed = 0;
const check = (ok, sentence) => (ok ? passed++ : failures.push(sentence));

const projects = Object.keys(mayImport);
for (const from of projects) {
  for (const to of projects) {
    if (from === to) continue;
    const allowed = mayImport[from].includes(to);
    const refused = await refuses(from, `import * as other from '@facenet/${to}';\nvoid other;`);
    check(refused !== allowed, `${from} → ${to}: the rule ${refused ? 'refuses an allowed' : 'accepts a forbidden'} import`);
  }
  const other = projects.find((project) => project !== from);
  const relative = path.relative(path.dirname(entryOf(from)), entryOf(other));
  check(await refuses(from, `import * as other from '${relative}';\nvoid other;`),
    `${from} → ${other}: a relative path around the package name is accepted`);
}
for (const project of pure) {
  check(compiles(project, 'export const one: number = 1;\n'), `${project}: a plain module does not compile`);
  for (const [what, text] of [
    ["'node:fs'", "import 'node:fs';\nimport { readFileSync } from 'node:fs';\nexport default readFileSync;\n"],
    ['process', 'export default process.env;\n'],
    ...(withWebTypes.includes(project) ? [] : [['document', 'export default document.title;\n']]),
  ]) check(!compiles(project, text), `${project}: compiles with ${what}`);
}

for (const failure of failures) console.error(`boundary: ${failure}`);
console.log(`module boundaries: ${passed} held, ${failures.length} broken`);
process.exitCode = failures.length === 0 ? 0 : 1;
