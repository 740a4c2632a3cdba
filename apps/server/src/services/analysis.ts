import type { BodyOf, Endpoints, ResponseOf } from '@facenet/contract';
import type { FoundFaces } from '@facenet/photo';
import { detectedFaceBody, modelReferenceBody } from './bodies.ts';
import { failureBody } from './failure-body.ts';
import { chooseModel } from './model-choice.ts';
import type { Call, ServiceParts } from './parts.ts';
import { eachPicture, embedFaces, findFaces } from './pictures.ts';
import { ServiceError } from './service-error.ts';
import { writeVector } from './vectors.ts';

export async function detect(parts: ServiceParts, body: BodyOf<Endpoints['detect']>): Promise<ResponseOf<Endpoints['detect']>> {
  const { photo, faces } = await findFaces(parts, body.image, body);
  return { image: pictureBody(photo), faces: faces.map((each) => detectedFaceBody(each, photo)) };
}

/** Vectors of faces: of one picture, or of each of a list, where one bad picture does not spoil the others. */
export async function embed(parts: ServiceParts, call: Call, body: BodyOf<Endpoints['embeddings']>): Promise<ResponseOf<Endpoints['embeddings']>> {
  const model = chooseModel(parts, body.model);
  const one = async (picture: NonNullable<typeof body.image>) => {
    const found = await findFaces(parts, picture, body);
    const vectors = await embedFaces(parts, model, found.faces, call.signal);
    const faces = found.faces.map((each, i) => ({ ...detectedFaceBody(each, found.photo), embedding: writeVector(vectors[i]!, body.encoding) }));
    return { image: pictureBody(found.photo), faces };
  };
  const reference = modelReferenceBody(model);
  if (body.image !== undefined) return { model: reference, ...await one(body.image) };
  const results = await eachPicture(body.images ?? [], one);
  return {
    model: reference,
    results: results.map((each, index) => (each instanceof ServiceError ? { index, error: failureBody(each) } : { index, ...each })),
  };
}

function pictureBody({ width, height, sha256 }: FoundFaces['photo']): { width: number; height: number; sha256: string } {
  return { width, height, sha256 };
}
