import type { Manifest } from '@facenet/export';
import type { EmbeddedFace } from '@facenet/web';
import type { ServerLink } from '../server/index.ts';
import type { Answer } from './ask-device.ts';

/** Least time between two frames that a server is asked about, in milliseconds. */
export const serverInterval = 500;

/** Answers from the chosen collection of the server, by the numbers of the faces alone. Throws a ServerError. */
export async function askServer(link: Pick<ServerLink, 'search'>, { modelId, spaceId }: Pick<Manifest, 'modelId' | 'spaceId'>, faces: readonly Pick<EmbeddedFace, 'embedding'>[], far: number): Promise<Answer[]> {
  return await Promise.all(faces.map(async ({ embedding: vector }) => {
    const answer = await link.search({ vector, modelId, spaceId }, { far });
    return { ...answer, personId: answer.person?.id ?? null, faceId: null, leftOut: null };
  }));
}
