import { readFileSync } from 'node:fs';
import { UsageError } from '../../cli/errors.ts';

export interface CsvRow {
  /** Of its first character, counted from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface Csv {
  readonly header: readonly string[];
  readonly rows: readonly CsvRow[];
}

/** Reads comma-separated values (RFC 4180): a header, then rows of as many cells; cells may be quoted. Empty lines are passed over. */
export function readCsv(file: string): Csv {
  const [header, ...rows] = parseCsv(readText(file), file);
  if (!header) throw new UsageError(`${file}: is empty; expected a line with the names of the columns`);
  for (const { line, cells } of rows) {
    if (cells.length !== header.cells.length) throw new UsageError(`${file}:${line}: expected ${header.cells.length} cells as in the first line, found ${cells.length}`);
  }
  return { header: header.cells.map((name) => name.trim()), rows };
}

// A quoted cell, or one without quotes, and what ends it.
const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy;

export function parseCsv(text: string, file: string): CsvRow[] {
  const rows: CsvRow[] = [];
  let line = 1;
  let row: { line: number; cells: string[] } = { line, cells: [] };
  // Excel writes a byte order mark.
  cell.lastIndex = text.startsWith('\uFEFF') ? 1 : 0;
  while (cell.lastIndex < text.length || row.cells.length > 0) {
    const found = cell.exec(text);
    if (!found) throw new UsageError(`${file}:${line}: expected a cell, quoted as a whole or without quotes`);
    const [all, quoted, plain, end] = found;
    row.cells.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'));
    line += all.split('\n').length - 1;
    if (end === ',') continue;
    if (row.cells.length > 1 || row.cells[0] !== '') rows.push(row);
    row = { line, cells: [] };
  }
  return rows;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file}: cannot read it (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
}
