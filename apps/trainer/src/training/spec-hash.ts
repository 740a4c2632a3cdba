import { createHash } from 'node:crypto';
import { canonicalSpec, type ModelSpec } from '@facenet/architecture';

/** Names a network by what it is: SHA-256 of its canonical JSON. */
export function specHash(spec: ModelSpec): string {
  return createHash('sha256').update(canonicalSpec(spec)).digest('hex');
}
