import { type CollectionBody, eachItem, type ModelBody } from '@facenet/contract';
import { callServer, type CallOptions } from './call-server.ts';
import type { ServerAccount } from './server-account.ts';

/** Whether a server understands what this phone computes. */
export type Reach =
  | {
    readonly state: 'ready';
    /** Those whose faces this phone's vectors may be compared with. */
    readonly collections: readonly { readonly id: string; readonly name: string }[];
    readonly mayEnrol: boolean;
  }
  | { readonly state: 'no-collection' | 'other-space'; readonly sentence: string };

/** Asks for models and collections; throws a ServerError where there is no answer. */
export function askReach(account: ServerAccount, spaceId: string, options: CallOptions = {}): Promise<Reach> {
  return callServer(account, async (client, signal) => {
    const { models } = await client.models({ signal });
    const collections: CollectionBody[] = [];
    for await (const each of eachItem((query: { limit?: number; cursor?: string }) => client.listCollections({ query, signal }), { limit: 100 })) collections.push(each);
    return reachOf(account, spaceId, models, collections);
  }, options);
}

export function reachOf({ baseUrl, key }: Pick<ServerAccount, 'baseUrl' | 'key'>, spaceId: string, models: readonly ModelBody[], collections: readonly CollectionBody[]): Reach {
  const shared = collections.filter((each) => each.space_id === spaceId);
  if (shared.length > 0) return { state: 'ready', collections: shared.map(({ id, name }) => ({ id, name })), mayEnrol: key.scopes.includes('enrol') };
  if (models.some((each) => each.space_id === spaceId)) {
    return { state: 'no-collection', sentence: `The server ${baseUrl} understands this phone’s model, but has no collection of such faces that this phone may use. Ask who runs it to make one.` };
  }
  const names = models.map(({ name }) => name).join(', ');
  return {
    state: 'other-space',
    sentence: `The server ${baseUrl} works with another model (${names}) whose numbers mean something else than this phone’s, so nobody could be found there. ` +
      'Who runs it would have to serve a model that was made for this one. People on this device are found as before.',
  };
}
