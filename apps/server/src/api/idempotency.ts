import { createHash, type Hash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { invalid, ServiceError } from '../services/service-error.ts';
import type { Claim, GalleryStore } from '../store/store.ts';
import { seal, unseal } from './sealed-answer.ts';

/** An answer that can be given again. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

// A process that lives renews it; when one has died, whoever asks again waits no longer than this.
const leaseSeconds = 10;

/** Does what is asked once, however often it is asked under one Idempotency-Key; `work` keeps its answer by `remember` together with what it writes. */
export async function answerOnce(
  store: GalleryStore, request: FastifyRequest, work: (remember: (store: GalleryStore, answer: Answer) => Promise<void>) => Promise<Answer>,
): Promise<Answer & { readonly isReplayed: boolean }> {
  const given = request.headers['idempotency-key'];
  if (given === undefined) return { ...await work(() => Promise.resolve()), isReplayed: false };
  if (typeof given !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(given)) throw invalid('headers.idempotency-key', 'must be 1 to 200 visible ASCII characters');
  // A key is its caller's own: two callers may choose the same one.
  const own = `${request.caller?.keyId ?? ''} ${given}`;
  const key = createHash('sha256').update(own).digest('hex');
  const known = await store.replies.begin(key, digestOf(request), leaseSeconds);
  if (known === 'running') throw new ServiceError('idempotency_running', {});
  if (!('since' in known)) {
    if (known.requestDigest !== digestOf(request)) throw new ServiceError('idempotency_mismatch', {});
    return { status: known.status, body: unseal(own, known.body), isReplayed: true };
  }
  const stop = keepRenewing(store, known);
  try {
    return { ...await work(async (writing, answer) => {
      const isKept = await writing.replies.finish(known, { status: answer.status, body: seal(own, answer.body) });
      // This process stood still for longer than the lease, and another one does it now: what was written here is taken back.
      if (!isKept) throw new ServiceError('idempotency_running', {});
    }), isReplayed: false };
  } catch (error) {
    await store.replies.release(known);
    throw error;
  } finally {
    stop();
  }
}

function keepRenewing(store: GalleryStore, claim: Claim): () => void {
  // Where it fails the lease runs out, which `finish` notices.
  const timer = setInterval(() => void store.replies.renew(claim, leaseSeconds).catch(() => undefined), 1000 * leaseSeconds / 4);
  return () => { clearInterval(timer); };
}

/** Of what a request asks, not of how it is written: a form's boundary differs every time. */
function digestOf({ method, url, body }: FastifyRequest): string {
  const hash = createHash('sha256').update(`${method} ${url}\n`);
  addValue(hash, body);
  return hash.digest('hex');
}

function addValue(hash: Hash, value: unknown): void {
  if (value instanceof Uint8Array || ArrayBuffer.isView(value)) hash.update(`b${value.byteLength}:`).update(value as Uint8Array);
  else if (Array.isArray(value)) {
    hash.update(`[${value.length}:`);
    value.forEach((each) => addValue(hash, each));
  } else if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, each]) => each !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
    hash.update(`{${entries.length}:`);
    for (const [name, each] of entries) {
      addValue(hash, name);
      addValue(hash, each);
    }
  } else if (typeof value === 'string') hash.update(`s${value.length}:`).update(value);
  else hash.update(`${typeof value}:${String(value)};`);
}
