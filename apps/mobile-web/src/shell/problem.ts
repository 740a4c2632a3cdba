import { sentence } from '@facenet/page';

/** What went wrong, as a sentence for people. */
export function problemOf(error: unknown): string {
  return sentence(error instanceof Error ? error.message : String(error));
}
