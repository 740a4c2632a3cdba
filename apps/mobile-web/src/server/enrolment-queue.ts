import { z } from 'zod';
import type { EnrolmentRow } from '../gallery/device-database.ts';
import type { DamagedRecord, DeviceStore } from '../gallery/index.ts';
import { fromJson, jsonBytes } from '../gallery/sealed-rows.ts';
import type { SentFace, ServerLink, Whose } from './server-link.ts';
import { ServerError } from './server-error.ts';

export interface QueuedEnrolment {
  /** A UUID. */
  readonly id: string;
  readonly createdAt: Date;
  readonly state: 'waiting' | 'sent' | 'refused';
  readonly whose: Whose;
  readonly faces: number;
  /** Where it is meant to go. */
  readonly server: string;
  readonly collection: string;
  /** Why it was refused, or why it still waits; null where nothing was tried yet, or it is sent. */
  readonly problem: string | null;
  readonly tries: number;
  /** Whose faces they became at the server, once they are sent. */
  readonly personId: string | null;
}

/** Enrolments for a server that may be out of reach: they outlive the page and are sent once each. */
export interface EnrolmentQueue {
  /** For the server and collection that are chosen now. Its numbers stay until they are sent, and no longer. */
  add(whose: Whose, faces: readonly SentFace[]): Promise<QueuedEnrolment>;
  /** The oldest first. */
  list(): Promise<{ readonly enrolments: readonly QueuedEnrolment[]; readonly damaged: readonly DamagedRecord[] }>;
  /**
   * Sends what waits, one after the other, until the server is out of reach. Two calls at once, in tabs too, send nothing
   * twice. How many wait afterwards.
   */
  send(signal?: AbortSignal): Promise<number>;
  /** Tries a refused one again, as if it were new. */
  retry(id: string): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
}

const faceSchema = z.object({ vector: z.array(z.number()), modelId: z.string(), spaceId: z.string(), quality: z.number().nullable() });
const entrySchema = z.object({
  state: z.enum(['waiting', 'sent', 'refused']),
  whose: z.union([z.object({ personId: z.string() }), z.object({ name: z.string() })]),
  /** Empty once they are sent. */
  embeddings: z.array(faceSchema),
  faces: z.number(),
  server: z.string(),
  collection: z.object({ id: z.string(), name: z.string() }),
  idempotencyKey: z.string(),
  problem: z.string().nullable(),
  tries: z.number(),
  personId: z.string().nullable(),
});
type Entry = z.output<typeof entrySchema>;
interface Opened {
  readonly row: EnrolmentRow;
  readonly entry: Entry;
}

export function createEnrolmentQueue(store: DeviceStore, link: Pick<ServerLink, 'paired' | 'enrol'>): EnrolmentQueue {
  let sending: Promise<number> | undefined;
  const told = (): void => { store.changes.tell({ what: 'queue' }); };
  return {
    add: async (whose, faces) => {
      const paired = await link.paired();
      if (paired === undefined) throw new ServerError('not-paired', 'this phone is paired with no server');
      if (paired.collection === null) throw new ServerError('no-collection', 'no collection of the server is chosen yet');
      const readable = { id: crypto.randomUUID(), createdAt: Date.now() };
      const entry: Entry = {
        state: 'waiting', whose, faces: faces.length, server: paired.baseUrl, collection: paired.collection, idempotencyKey: crypto.randomUUID(),
        embeddings: faces.map(({ vector, modelId, spaceId, quality }) => ({ vector: [...vector], modelId, spaceId, quality })),
        problem: null, tries: 0, personId: null,
      };
      const row = await sealed(store, readable, entry);
      await store.transact('readwrite', ['enrolments'], (transaction) => transaction.objectStore('enrolments').add(row));
      told();
      return shown({ row, entry });
    },
    list: async () => {
      const { opened, damaged } = await readAll(store);
      return { enrolments: opened.map(shown), damaged };
    },
    send: (signal) => sending ??= alone(() => sendAll(store, link, told, signal)).finally(() => { sending = undefined; }),
    retry: async (id) => {
      const { opened } = await readAll(store);
      const found = opened.find(({ row }) => row.id === id);
      if (found?.entry.state !== 'refused') return;
      // The server remembers what it said to the old key.
      await replace(store, found.row, { ...found.entry, state: 'waiting', problem: null, idempotencyKey: crypto.randomUUID() });
      told();
    },
    remove: async (ids) => {
      await store.transact('readwrite', ['enrolments'], async (transaction) => { await Promise.all(ids.map((id) => transaction.objectStore('enrolments').delete(id))); });
      told();
    },
  };
}

async function sendAll(store: DeviceStore, link: Pick<ServerLink, 'paired' | 'enrol'>, told: () => void, signal: AbortSignal | undefined): Promise<number> {
  const waiting = (await readAll(store)).opened.filter(({ entry }) => entry.state === 'waiting');
  let left = waiting.length;
  for (const { row, entry } of waiting) {
    signal?.throwIfAborted();
    const { entry: next, mayGoOn } = await sendOne(link, entry, signal);
    await replace(store, row, next);
    told();
    if (next.state !== 'waiting') left--;
    if (!mayGoOn) break;
  }
  return left;
}

/** What became of one, and whether the next is worth a try. */
async function sendOne(link: Pick<ServerLink, 'paired' | 'enrol'>, entry: Entry, signal: AbortSignal | undefined): Promise<{ readonly entry: Entry; readonly mayGoOn: boolean }> {
  const paired = await link.paired();
  if (paired?.baseUrl !== entry.server || paired.collection?.id !== entry.collection.id) {
    return { entry: { ...entry, problem: `it is for the collection “${entry.collection.name}” of ${entry.server}; choose that one to send it, or remove this` }, mayGoOn: true };
  }
  const tried = { ...entry, tries: entry.tries + 1 };
  try {
    const faces = entry.embeddings.map(({ vector, ...rest }) => ({ ...rest, vector: Float32Array.from(vector) }));
    const { person } = await link.enrol(entry.whose, faces, entry.idempotencyKey, signal === undefined ? {} : { signal });
    return { entry: { ...tried, state: 'sent', embeddings: [], problem: null, personId: person?.id ?? null }, mayGoOn: true };
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    const isFinal = error.reason === 'refused' || error.reason === 'space';
    return { entry: { ...tried, state: isFinal ? 'refused' : 'waiting', problem: error.message }, mayGoOn: isFinal };
  }
}

/** One tab at a time where the browser can say so; elsewhere a second try with the same key changes nothing. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  const locks: LockManager | undefined = globalThis.navigator?.locks;
  return locks === undefined ? work() : locks.request('facenet-enrolments', work);
}

async function readAll(store: DeviceStore): Promise<{ readonly opened: readonly Opened[]; readonly damaged: readonly DamagedRecord[] }> {
  const rows = await store.transact('readonly', ['enrolments'], (transaction) => transaction.objectStore('enrolments').getAll());
  const damaged: DamagedRecord[] = [];
  const opened: Opened[] = [];
  for (const row of rows.sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))) {
    const bytes = await store.seal.open(bound(row), row);
    if (bytes === undefined) damaged.push({ kind: 'enrolment', id: row.id });
    else opened.push({ row, entry: entrySchema.parse(fromJson(bytes)) });
  }
  return { opened, damaged };
}

/** Unless it was removed meanwhile. */
async function replace(store: DeviceStore, old: EnrolmentRow, entry: Entry): Promise<void> {
  const row = await sealed(store, old, entry);
  await store.transact('readwrite', ['enrolments'], async (transaction) => {
    const rows = transaction.objectStore('enrolments');
    if (await rows.getKey(row.id) !== undefined) await rows.put(row);
  });
}

async function sealed({ seal }: DeviceStore, { id, createdAt }: Pick<EnrolmentRow, 'id' | 'createdAt'>, entry: Entry): Promise<EnrolmentRow> {
  return { id, createdAt, ...await seal.seal(bound({ id, createdAt }), jsonBytes(entry)) };
}

function bound({ id, createdAt }: Pick<EnrolmentRow, 'id' | 'createdAt'>): (string | number)[] {
  return ['enrolment', id, createdAt];
}

function shown({ row, entry: { state, whose, faces, server, collection, problem, tries, personId } }: Opened): QueuedEnrolment {
  return { id: row.id, createdAt: new Date(row.createdAt), state, whose, faces, server, collection: collection.name, problem, tries, personId };
}
