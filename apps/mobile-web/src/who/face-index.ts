import type { Face } from '../gallery/index.ts';

/** Vectors of one model that may be compared with those of the page's model, one after the other. */
export interface ModelFaces {
  readonly modelId: string;
  readonly faceIds: readonly string[];
  readonly personIds: readonly string[];
  /** [faces, size] */
  readonly vectors: Float32Array;
}

/** Faces that have a name, ready to be searched frame after frame. */
export interface FaceIndex {
  readonly spaceId: string;
  readonly size: number;
  readonly models: readonly ModelFaces[];
  readonly faces: number;
  /** Faces of another space, which no distance is measured to. */
  readonly foreignFaces: number;
}

export function createFaceIndex(faces: readonly Face[], spaceId: string): FaceIndex {
  const named = faces.filter((face): face is Face & { readonly personId: string } => face.personId !== null);
  const within = named.filter((face) => face.spaceId === spaceId);
  const models = new Map<string, typeof within>();
  for (const face of within) {
    const known = models.get(face.modelId);
    if (known === undefined) models.set(face.modelId, [face]);
    else known.push(face);
  }
  const size = within[0]?.vector.length ?? 0;
  return { spaceId, size, models: [...models].map(([modelId, theirs]) => packed(modelId, theirs, size)), faces: within.length, foreignFaces: named.length - within.length };
}

function packed(modelId: string, faces: readonly (Face & { readonly personId: string })[], size: number): ModelFaces {
  const vectors = new Float32Array(faces.length * size);
  faces.forEach(({ vector }, row) => { vectors.set(vector, row * size); });
  return { modelId, faceIds: faces.map(({ id }) => id), personIds: faces.map(({ personId }) => personId), vectors };
}
