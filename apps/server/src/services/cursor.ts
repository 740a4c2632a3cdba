import type { Page, PageRequest } from '../store/store.ts';
import { invalid } from './service-error.ts';

// What a store takes to go on from is an id; anything else must not reach its SQL.
const resumable = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** A cursor names its list, so that one of another list is refused rather than misread. */
export function pageRequest(list: string, { limit, cursor }: { limit: number; cursor?: string | undefined }): PageRequest {
  if (cursor === undefined) return { limit };
  const [of, after] = Buffer.from(cursor, 'base64url').toString('latin1').split(' ');
  if (of !== list || after === undefined || !resumable.test(after)) throw invalid('cursor', 'not a cursor of this list');
  return { limit, after };
}

export function pageBody<T, B>(list: string, page: Page<T>, body: (item: T) => B): { items: B[]; next_cursor: string | null } {
  return { items: page.items.map(body), next_cursor: page.next === null ? null : Buffer.from(`${list} ${page.next}`, 'latin1').toString('base64url') };
}
