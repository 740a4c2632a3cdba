import { readFileSync } from 'node:fs';
import { UsageError } from '../../cli/errors.ts';

export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file}: cannot read the pairs (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
}
