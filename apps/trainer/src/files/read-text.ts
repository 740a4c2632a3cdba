import { readFileSync } from 'node:fs';
import { UsageError } from '../cli/errors.ts';

/** A text file that the user named; `what` is what it should hold. */
export function readTextFile(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file}: cannot read ${what} (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
}
