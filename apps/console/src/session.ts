import { type Client, createClient, type FaceBody } from '@facenet/contract';

/** Who is here: the client with the key, if one was given. */
export interface Session {
  readonly client: Client;
  readonly hasKey: boolean;
  /** Kept until the tab is closed; the result brings back what was before. */
  setKey(key: string): () => void;
  /** A kept crop as a picture's address; its reader revokes it. */
  cropOf(collectionId: string, face: Pick<FaceBody, 'id'>): Promise<string>;
}

const keyName = 'facenet.api-key';

/** `baseUrl` is where `/v1` is. */
export function openSession(baseUrl: string, storage: Storage): Session {
  let key = storage.getItem(keyName) ?? undefined;
  const connect = (): Client => createClient({ baseUrl, ...(key === undefined ? {} : { apiKey: key }) });
  let client = connect();
  const put = (given: string | undefined): void => {
    key = given;
    if (given === undefined) storage.removeItem(keyName);
    else storage.setItem(keyName, given);
    client = connect();
  };
  return {
    get client() { return client; },
    get hasKey() { return key !== undefined; },
    setKey: (given) => {
      const before = key;
      put(given);
      return () => { put(before); };
    },
    cropOf: async (collectionId, { id }) => {
      // The one answer that is no JSON, so the client has no function for it.
      const answer = await fetch(`${baseUrl.replace(/\/+$/, '')}/v1/collections/${collectionId}/faces/${id}/crop`, { headers: key === undefined ? {} : { authorization: `Bearer ${key}` } });
      if (!answer.ok) throw new Error(`the crop of face ${id}: expected a picture, the server answered ${answer.status}`);
      return URL.createObjectURL(await answer.blob());
    },
  };
}
