import type { EnrolResponse, SearchResponse } from '@facenet/contract';
import { vectorToBase64 } from '@facenet/gallery-file';
import type { DeviceStore } from '../gallery/index.ts';
import { callServer, type CallOptions } from './call-server.ts';
import type { PairingLink } from './pairing-link.ts';
import { askReach, type Reach } from './reach.ts';
import { readAccount, removeAccount, type ServerAccount, writeAccount } from './server-account.ts';
import { ServerError } from './server-error.ts';

/** Numbers of a face; its picture stays here. */
export interface SentEmbedding {
  /** Unit length. */
  readonly vector: Float32Array;
  readonly modelId: string;
  readonly spaceId: string;
}

export interface SentFace extends SentEmbedding {
  readonly quality: number | null;
}

/** Someone on the server, or someone to be made there: a name that one person has already means that person. */
export type Whose = { readonly personId: string } | { readonly name: string };

/** The account without its secret. */
export type PairedServer = Omit<ServerAccount, 'secret'>;

/** The server that this phone is paired with. Everything throws a ServerError with a sentence for people. */
export interface ServerLink {
  /** Undefined where it is paired with none. Throws a DamagedRecordError; `disconnect` helps. */
  paired(): Promise<PairedServer | undefined>;
  /** Exchanges the code, once, for a key that is kept; a pairing before is replaced. */
  pair(link: PairingLink, options?: CallOptions): Promise<PairedServer>;
  /** Forgets the key. It lives on at the server until it ends or is revoked there. */
  disconnect(): Promise<void>;
  /** Whether the page's model and a collection of the server share a space. */
  reach(spaceId: string, options?: CallOptions): Promise<Reach>;
  choose(collection: { readonly id: string; readonly name: string } | null): Promise<void>;
  /** Who it is in the chosen collection. */
  search(embedding: SentEmbedding, rule?: { readonly far?: number; readonly gap?: number; readonly limit?: number }, options?: CallOptions): Promise<SearchResponse>;
  /** Keeps faces of one person in the chosen collection; with the same key twice it happens once. */
  enrol(whose: Whose, faces: readonly SentFace[], idempotencyKey: string, options?: CallOptions): Promise<EnrolResponse>;
}

export function createServerLink(store: DeviceStore): ServerLink {
  const account = async (): Promise<ServerAccount> => {
    const known = await readAccount(store);
    if (known === undefined) throw new ServerError('not-paired', 'this phone is paired with no server');
    return known;
  };
  return {
    paired: async () => {
      const known = await readAccount(store);
      return known && withoutSecret(known);
    },
    pair: async ({ code, baseUrl }, options) => {
      const made = await exchange(baseUrl, code, options);
      await writeAccount(store, made);
      return withoutSecret(made);
    },
    disconnect: () => removeAccount(store),
    reach: async (spaceId, options) => askReach(await account(), spaceId, options),
    choose: async (collection) => { await writeAccount(store, { ...await account(), collection }); },
    search: async (embedding, rule = {}, options = {}) => {
      const known = await account();
      const { id: collection_id } = chosen(known);
      return callServer(known, (client, signal) => client.search({ params: { collection_id }, body: { embedding: embeddingBody(embedding), ...rule }, signal }), options);
    },
    enrol: async (whose, faces, idempotencyKey, options = {}) => {
      const known = await account();
      const { id: collection_id } = chosen(known);
      const who = 'personId' in whose ? { person_id: whose.personId } : { name: whose.name };
      const embeddings = faces.map((face) => ({ ...embeddingBody(face), ...(face.quality === null ? {} : { quality: face.quality }) }));
      return callServer(known, (client, signal) => client.enrol({ params: { collection_id }, body: { embeddings, ...who }, idempotencyKey, signal }), options);
    },
  };
}

async function exchange(baseUrl: string, code: string, options: CallOptions | undefined): Promise<ServerAccount> {
  try {
    const key = await callServer({ baseUrl }, (client, signal) => client.exchangePairing({ body: { code }, signal }), options);
    return {
      baseUrl, secret: key.secret, collection: null,
      key: { id: key.id, name: key.name, scopes: key.scopes, collectionIds: key.collection_ids, expiresAt: key.expires_at },
    };
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    if (error.reason === 'refused') throw new ServerError('code', 'the code was used already, is too old, or is not one of this server; ask for another one', error);
    throw error;
  }
}

function withoutSecret({ baseUrl, key, collection }: ServerAccount): PairedServer {
  return { baseUrl, key, collection };
}

function chosen({ collection }: ServerAccount): NonNullable<ServerAccount['collection']> {
  if (collection === null) throw new ServerError('no-collection', 'no collection of the server is chosen yet');
  return collection;
}

function embeddingBody({ vector, modelId, spaceId }: SentEmbedding): { space_id: string; model_id: string; vector: string } {
  return { space_id: spaceId, model_id: modelId, vector: vectorToBase64(vector) };
}
