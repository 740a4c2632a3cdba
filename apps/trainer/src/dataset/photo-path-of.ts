import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { PhotoPath } from '@facenet/face';
import { photoPath } from '@facenet/detect';
import { UsageError } from '../cli/errors.ts';
import { recordName } from './align-record.ts';

/**
 * How photos become crops like those of a set of faces, by the record that lies beside them; undefined where there is none
 * and whoever made the crops has to say it.
 */
export function photoPathOf(faces: string): PhotoPath | undefined {
  const isFolder = statSync(faces, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const folder = isFolder ? faces : path.dirname(faces);
  return aligned(path.join(folder, recordName)) ?? rendered(path.join(folder, 'synth.json'));
}

function aligned(record: string): PhotoPath | undefined {
  if (!existsSync(record)) return undefined;
  const { detector, alignment } = readRecord(record);
  if (typeof detector === 'string' && typeof alignment === 'string') return { detector, alignment };
  throw new UsageError(`${record}: expected the names of a detector and an alignment, got ${JSON.stringify({ detector, alignment })}`);
}

/** People who do not exist are drawn where the template has eyes and mouth; that of another version would be another style. */
function rendered(record: string): PhotoPath | undefined {
  if (!existsSync(record)) return undefined;
  const { style, photos } = readRecord(record);
  return style === 1 && photos === false ? { detector: photoPath.detector, alignment: 'five-point-136-1' } : undefined;
}

function readRecord(file: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch (error) {
    throw new UsageError(`${file}: cannot be read (${error instanceof Error ? error.message : String(error)})`);
  }
  throw new UsageError(`${file}: expected an object`);
}
