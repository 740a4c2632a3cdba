export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What went wrong, in the words that came with it. */
export function shown(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
