import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../../cli/errors.ts';
import { byName } from '../identity.ts';

/**
 * The files that a list names: `{000..012}` is a range with its zeros, `{a,b}` a choice, `*` and `?` stand for any letters of
 * a name in the last part. A file that does not exist is an error.
 */
export function expandPaths(list: string): string[] {
  const files = expandBraces(list).flatMap(expandStars);
  for (const file of files) {
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new UsageError(`${file}: no such file${file === list ? '' : `, named by ${list}`}`);
  }
  return files;
}

const mostFiles = 100_000;

export function expandBraces(text: string): string[] {
  const found = /^(.*?)\{([^{}]*)\}(.*)$/s.exec(text);
  if (!found) return [text];
  const [, before, inside, after] = found as unknown as [string, string, string, string];
  const choices = rangeOf(inside) ?? inside.split(',');
  const rest = expandBraces(after);
  if (choices.length * rest.length > mostFiles) throw new UsageError(`${text}: names ${choices.length * rest.length} files; expected at most ${mostFiles}`);
  return choices.flatMap((choice) => rest.map((end) => before + choice + end));
}

function rangeOf(inside: string): string[] | undefined {
  const found = /^(\d+)\.\.(\d+)$/.exec(inside);
  if (!found) return undefined;
  const [first, last] = [Number(found[1]), Number(found[2])];
  if (last < first || last - first >= mostFiles) throw new UsageError(`{${inside}}: expected a range upwards of at most ${mostFiles}`);
  return Array.from({ length: last - first + 1 }, (_, i) => String(first + i).padStart(found[1]!.length, '0'));
}

function expandStars(file: string): string[] {
  const { dir, base } = path.parse(file);
  if (/[*?]/.test(dir)) throw new UsageError(`${file}: * and ? may stand in the last part of a path only`);
  if (!/[*?]/.test(base)) return [file];
  const pattern = new RegExp(`^${base.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`);
  const folder = dir || '.';
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new UsageError(`${folder}: no such folder, named by ${file}`);
  const names = readdirSync(folder).filter((name) => pattern.test(name) && !name.startsWith('.')).sort(byName);
  if (names.length === 0) throw new UsageError(`${file}: no such files`);
  return names.map((name) => path.join(dir, name));
}
