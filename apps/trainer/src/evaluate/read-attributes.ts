import { readFileSync } from 'node:fs';
import path from 'node:path';
import { csvFields, type Attribute } from '@facenet/evaluation';
import { UsageError } from '../cli/errors.ts';
import { nameOf, type PictureSource } from '../data/encoded.ts';
import type { ImageSet } from './image-set.ts';

/** More values than this are no groups but, say, ages in years. */
const mostValues = 40;

export interface AttributesFile {
  readonly name: string;
  /** Whether the first column names images or people. */
  readonly key: 'file' | 'identity';
  readonly attributes: readonly string[];
  /** Key → a value for each attribute, '' where it is not known. */
  readonly rows: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads a CSV whose first line names the columns: `file` or `identity`, then attributes. A file is named by its person's folder
 * and its own name (`Ann/Ann_0001.jpg`).
 */
export function readAttributes(name: string): AttributesFile {
  const lines = readText(name).split(/\r?\n/).map((text, i) => ({ line: i + 1, text })).filter(({ text }) => text.trim() !== '');
  const [key, ...attributes] = csvFields(lines[0]?.text ?? '');
  if (key !== 'file' && key !== 'identity') {
    throw new UsageError(`${name}:1: expected the names of the columns, 'file' or 'identity' first, then attributes, got '${lines[0]?.text ?? ''}'`);
  }
  if (attributes.length === 0) throw new UsageError(`${name}:1: expected at least one attribute after '${key}'`);
  const doubled = attributes.find((attribute, i) => attribute === '' || attributes.indexOf(attribute) < i);
  if (doubled !== undefined) throw new UsageError(`${name}:1: expected a name of its own for each attribute, got '${doubled}'`);
  const rows = new Map<string, readonly string[]>();
  for (const { line, text } of lines.slice(1)) {
    const [item, ...values] = csvFields(text);
    if (values.length !== attributes.length) throw new UsageError(`${name}:${line}: expected ${attributes.length + 1} fields as in the first line, got ${values.length + 1}`);
    const known = key === 'file' ? fileKey(item!) : item!;
    if (rows.has(known)) throw new UsageError(`${name}:${line}: '${item}' is there twice`);
    rows.set(known, values);
  }
  return { name, key, attributes, rows };
}

/** The attributes of each image. Throws where the list names none of them, or an attribute has too many values to be groups. */
export function attributesOf({ name, key, attributes, rows }: AttributesFile, images: ImageSet<PictureSource>): { attributes: Attribute[]; without: number } {
  const found = images.files.map((file, row) => rows.get(key === 'file' ? fileKey(nameOf(file)) : images.identities[images.labels[row]!]!));
  if (found.every((values) => values === undefined)) {
    const example = key === 'file' ? fileKey(nameOf(images.files[0]!)) : images.identities[0]!;
    throw new UsageError(`${name}: none of its ${rows.size} lines names ${key === 'file' ? 'one of these images' : 'one of these people'}; expected names such as '${example}'`);
  }
  return {
    without: found.filter((values) => values === undefined).length,
    attributes: attributes.map((attribute, column) => {
      const values = [...new Set(found.flatMap((row) => row?.[column] || []))].sort((a, b) => (a < b ? -1 : 1));
      if (values.length > mostValues) {
        throw new UsageError(`${name}: attribute '${attribute}' has ${values.length} values; expected at most ${mostValues}, such as ranges of a number`);
      }
      return { name: attribute, values, of: Int32Array.from(found, (row) => (row?.[column] ? values.indexOf(row[column]) : -1)) };
    }),
  };
}

/** The last two parts of a path. */
function fileKey(file: string): string {
  return file.split(/[\\/]/).slice(-2).join('/');
}

function readText(file: string): string {
  try {
    return readFileSync(path.resolve(file), 'utf8');
  } catch (error) {
    throw new UsageError(`${file}: cannot read the attributes (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
}
