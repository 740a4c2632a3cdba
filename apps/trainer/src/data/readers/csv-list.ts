import path from 'node:path';
import { UsageError } from '../../cli/errors.ts';
import { type FaceMark, formatAddress } from '../address.ts';
import { byName, type Identity } from '../identity.ts';
import { type CsvRow, readCsv } from './csv.ts';

const boxColumns = ['x', 'y', 'width', 'height'] as const;
const pointColumns = [
  'left_eye_x', 'left_eye_y', 'right_eye_x', 'right_eye_y', 'nose_x', 'nose_y',
  'mouth_left_x', 'mouth_left_y', 'mouth_right_x', 'mouth_right_y',
] as const;

/**
 * Lists the pictures that a CSV file names in its columns `file` (relative to the CSV) and `identity`. With `x, y, width,
 * height` the face is cut out; with five points (`left_eye_x` …) it is turned upright and scaled, and a box is not looked at.
 * Other columns are left alone.
 */
export function listCsv(file: string): Identity[] {
  const { header, rows } = readCsv(file);
  const column = (name: string): number => header.indexOf(name);
  for (const name of ['file', 'identity']) {
    if (column(name) < 0) throw new UsageError(`${file}: expected a column '${name}', found ${header.join(', ')}`);
  }
  const mark = completeColumns(file, header, 'points', pointColumns) ?? completeColumns(file, header, 'box', boxColumns);
  const files = new Map<string, string[]>();
  for (const row of rows) {
    const [picture, name] = [row.cells[column('file')]!.trim(), row.cells[column('identity')]!.trim()];
    if (picture === '' || name === '') throw new UsageError(`${file}:${row.line}: expected a file and an identity, found '${picture}' and '${name}'`);
    const address = formatAddress({
      file: path.isAbsolute(picture) ? picture : path.join(path.dirname(file), picture),
      ...(mark ? { face: readMark(file, row, header, mark) } : {}),
    });
    const mine = files.get(name);
    if (mine) mine.push(address);
    else files.set(name, [address]);
  }
  if (files.size === 0) throw new UsageError(`${file}: names no pictures`);
  return Array.from(files, ([name, addresses]) => ({ name, files: addresses })).sort((a, b) => byName(a.name, b.name));
}

interface MarkColumns {
  readonly kind: FaceMark['kind'];
  readonly names: readonly string[];
}

/** All of the columns or none: with some of them, one is misspelt. */
function completeColumns(file: string, header: readonly string[], kind: FaceMark['kind'], names: readonly string[]): MarkColumns | undefined {
  const missing = names.filter((name) => !header.includes(name));
  if (missing.length === names.length) return undefined;
  if (missing.length > 0) throw new UsageError(`${file}: expected all of the columns ${names.join(', ')} or none, found none named ${missing.join(', ')}`);
  return { kind, names };
}

function readMark(file: string, { line, cells }: CsvRow, header: readonly string[], { kind, names }: MarkColumns): FaceMark {
  const values = names.map((name) => {
    const text = cells[header.indexOf(name)]!.trim();
    const value = text === '' ? Number.NaN : Number(text);
    if (!Number.isFinite(value)) throw new UsageError(`${file}:${line}: column '${name}': expected a number, found '${text}'`);
    return value;
  });
  if (kind === 'box' && !(values[2]! > 0 && values[3]! > 0)) {
    throw new UsageError(`${file}:${line}: expected a width and a height above 0, found ${values[2]} × ${values[3]}`);
  }
  return { kind, values };
}
