import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../cli/errors.ts';
import { writeFileAtomically, writePartsAtomically } from '@facenet/files';
import { formatCsv, readCsv } from './csv.ts';
import type { EmbeddingsFile } from './embeddings-file.ts';
import { formatJsonLines, readJsonLines } from './json-lines.ts';
import { formatNpy, namesFile, readNpy } from './npy.ts';

interface Format {
  readonly read: (file: string) => EmbeddingsFile;
  readonly write: (file: string, embeddings: EmbeddingsFile) => void;
}

const jsonLines: Format = {
  read: readJsonLines,
  write: (file, embeddings) => { writePartsAtomically(file, formatJsonLines(embeddings)); },
};

/** By the end of the file's name. Only JSON Lines say which space and model the vectors are of. */
const formats: Readonly<Record<string, Format>> = {
  '.jsonl': jsonLines,
  '.ndjson': jsonLines,
  '.csv': {
    read: readCsv,
    write: (file, embeddings) => { writePartsAtomically(file, formatCsv(embeddings)); },
  },
  '.npy': {
    read: readNpy,
    write: (file, embeddings) => {
      writeFileAtomically(namesFile(file), embeddings.keys.map((key) => `${key}\n`).join(''));
      writePartsAtomically(file, formatNpy(embeddings));
    },
  },
};

/** Whether `place` is named like a file of embeddings, and is no folder. */
export function isEmbeddingsFile(place: string): boolean {
  return formatOf(place) !== undefined && !(statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false);
}

/** Reads embeddings keyed by image; vectors come back with unit length. A UsageError says where what is wrong. */
export function readEmbeddingsFile(file: string): EmbeddingsFile {
  return requireEmbeddingsFormat(file).read(file);
}

/** Writes embeddings so that a crash leaves the old file or the new one. */
export function writeEmbeddingsFile(file: string, embeddings: EmbeddingsFile): void {
  const { write } = requireEmbeddingsFormat(file);
  requireWritableKeys(file, embeddings.keys);
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  write(file, embeddings);
}

/** Throws for images that a file of embeddings could not tell apart: before the work rather than after it. */
export function requireWritableKeys(file: string, keys: readonly string[]): void {
  const seen = new Set<string>();
  for (const key of keys) {
    if (seen.has(key)) throw new UsageError(`${file}: '${key}' would be written twice; a file of embeddings has one vector for each image`);
    if (/[\r\n]/.test(key)) throw new UsageError(`${file}: the path ${JSON.stringify(key)} has a line break; rename the image`);
    seen.add(key);
  }
}

/** Throws for a name that is of no known format. */
export function requireEmbeddingsFormat(file: string): Format {
  const format = formatOf(file);
  if (format !== undefined) return format;
  throw new UsageError(`${file}: expected a file of embeddings named ${Object.keys(formats).join(', ')}, got '${path.extname(file)}'`);
}

function formatOf(file: string): Format | undefined {
  return formats[path.extname(file).toLowerCase()];
}
