import { ApiError } from '@facenet/contract';
import { sentence } from '@facenet/page';

/** What went wrong, as a sentence for people. */
export function problemOf(error: unknown): string {
  if (error instanceof ApiError) return sentence(error.message);
  if (error instanceof TypeError) return 'The server does not answer. Is it still running?';
  return sentence(error instanceof Error ? error.message : String(error));
}

export function isMissingKey(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}
