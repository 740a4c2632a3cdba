import type { FastifyRequest } from 'fastify';

/** Whether the caller has the content of this entity tag (with its quotes) already. */
export function isKnown({ headers: { 'if-none-match': known } }: FastifyRequest, etag: string): boolean {
  return known !== undefined && (known.trim() === '*' || known.split(',').some((each) => each.trim().replace(/^W\//, '') === etag));
}

/** As it was sent, with or without a slash at the end, which the router does not tell apart. */
export function pathOf({ raw }: FastifyRequest): string {
  return raw.url!.split('?', 1)[0]!;
}
