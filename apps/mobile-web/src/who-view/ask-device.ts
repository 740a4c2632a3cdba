import type { WhoAnswer } from '@facenet/page';
import type { Manifest } from '@facenet/export';
import type { Contents } from '../gallery/index.ts';
import { createFaceIndex, type FaceIndex, recognise } from '../who/index.ts';

/** Who a face is, with what a frame after a frame needs to follow a person by. */
export interface Answer extends WhoAnswer {
  readonly personId: string | null;
  /** The face that decided, where its picture may be kept on this device. */
  readonly faceId: string | null;
  readonly matches: readonly (WhoAnswer['matches'][number] & { readonly distance: number; readonly decision: string })[];
  /** What was left out of the search, as a sentence. */
  readonly leftOut: string | null;
}

/** Answers from the people of this device. */
export interface DevicePeople {
  readonly index: FaceIndex;
  ask(vector: Float32Array, far: number): Answer;
}

export function createDevicePeople({ people, faces }: Contents, manifest: Manifest): DevicePeople {
  const index = createFaceIndex(faces, manifest.spaceId);
  const names = new Map(people.map(({ id, name }) => [id, name]));
  const personOf = (id: string): { readonly name: string } => ({ name: names.get(id) ?? 'someone who was deleted' });
  return {
    index,
    ask: (vector, far) => {
      const it = recognise({ vector, modelId: manifest.modelId, spaceId: manifest.spaceId }, index, manifest, { far });
      return {
        verdict: it.verdict, reason: it.reason, personId: it.personId, person: it.personId === null ? null : personOf(it.personId),
        faceId: it.matches[0]?.faceId ?? null,
        matches: it.matches.map(({ personId, distance, decision }) => ({ person: personOf(personId), distance, decision })),
        distance: it.distance, threshold: it.threshold, ambiguous_below: it.ambiguousBelow, far: it.far, gap: it.gap,
        leftOut: leftOutInWords(it.leftOut),
      };
    },
  };
}

function leftOutInWords({ otherSpace, withoutThreshold }: { readonly otherSpace: number; readonly withoutThreshold: number }): string | null {
  if (otherSpace + withoutThreshold === 0) return null;
  const parts = [
    otherSpace > 0 && `${otherSpace} of another model’s space`,
    withoutThreshold > 0 && `${withoutThreshold} of a model that this one has no threshold with`,
  ].filter((each) => each !== false);
  return `Faces that were not compared: ${parts.join(', ')}.`;
}
