import { UsageError } from '../cli/errors.ts';
import { decimal } from './decimal.ts';
import { type EmbeddingsFile, RowCollector } from './embeddings-file.ts';
import { forEachLine } from './lines.ts';

/** A first line `file,e0,e1,…`, then a path and its numbers on each line. */
export function readCsv(file: string): EmbeddingsFile {
  const rows = new RowCollector(file);
  let columns: number | undefined;
  forEachLine(file, (line, number) => {
    if (line.trim() === '') return;
    const where = `${file}: line ${number}`;
    const { path, values } = splitLine(line, where);
    if (columns === undefined) {
      // Without it the first vector could not be told from names of columns, which some programs number.
      if (path !== 'file') throw new UsageError(`${where}: expected the names of the columns, 'file,e0,e1,…', got '${line.slice(0, 40)}'`);
      columns = values.length;
      return;
    }
    if (values.length !== columns) throw new UsageError(`${where}: expected ${columns} numbers as named in the first line, got ${values.length}`);
    rows.add(path, values.map((text, i) => parseNumber(text, `${where}: number ${i + 1} of '${path}'`)), `line ${number}`);
  });
  return rows.finish();
}

export function* formatCsv({ keys, data, size }: EmbeddingsFile): Generator<string> {
  yield `${['file', ...Array.from({ length: size }, (_, i) => `e${i}`)].join(',')}\n`;
  for (const [row, key] of keys.entries()) {
    yield `${[quote(key), ...Array.from(data.subarray(row * size, (row + 1) * size), decimal)].join(',')}\n`;
  }
}

/** Only the path may be quoted (RFC 4180: a quote within is written twice). */
function splitLine(line: string, where: string): { path: string; values: string[] } {
  const quoted = /^"((?:[^"]|"")*)"(?:,|$)/.exec(line);
  if (quoted === null && line.startsWith('"')) throw new UsageError(`${where}: the quote of the path does not end`);
  const path = quoted ? quoted[1]!.replaceAll('""', '"') : line.split(',', 1)[0]!;
  const rest = line.slice(quoted ? quoted[0].length : path.length + 1);
  return { path, values: rest === '' ? [] : rest.split(',') };
}

function parseNumber(text: string, where: string): number {
  const value = Number(text);
  // Number('') is 0.
  if (text.trim() === '' || Number.isNaN(value)) throw new UsageError(`${where}: expected a number, got '${text}'`);
  return value;
}

function quote(path: string): string {
  return /[",]/.test(path) ? `"${path.replaceAll('"', '""')}"` : path;
}
