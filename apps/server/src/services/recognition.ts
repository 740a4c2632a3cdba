import type { BodyOf, BulkSearchResponse, Endpoints, ImageInput, Match, PersonBody, SearchResponse, VerdictBody } from '@facenet/contract';
import { judge, type JudgedNeighbour, requiredGap } from '@facenet/export';
import type { FoundFace, FoundFaces } from '@facenet/photo';
import type { LoadedModel } from '../models/model-registry.ts';
import type { Collection, Person } from '../store/store.ts';
import { bboxBody, personBody } from './bodies.ts';
import { requireCollection } from './collections.ts';
import { failureBody } from './failure-body.ts';
import { decide, modelFor } from './model-choice.ts';
import type { Call, ServiceParts } from './parts.ts';
import { chooseFace, eachPicture, embedFaces, findFaces } from './pictures.ts';
import { ServiceError } from './service-error.ts';
import { type Embedded, readEmbedding } from './vectors.ts';

/** A face of the gallery near the probe. */
interface Neighbour extends JudgedNeighbour {
  readonly faceId: string;
  readonly modelId: string;
}

export interface SearchRule {
  readonly far?: number | undefined;
  readonly limit: number;
  readonly gap?: number | undefined;
}

export async function search(parts: ServiceParts, call: Call, collectionId: string, body: BodyOf<Endpoints['search']>): Promise<SearchResponse> {
  const collection = await requireCollection(parts.store, collectionId);
  const { probe, face } = body.embedding !== undefined
    ? { probe: readEmbedding(body.embedding, collection), face: null }
    : await probeOf(parts, call, collection, body);
  const verdict = await recognise(parts, collection, probe, body);
  await recordSearch(parts, call, collectionId, [verdict]);
  return { ...verdict, face };
}

/** Every probe in its order; a picture that cannot be used keeps its place with the reason. */
export async function searchMany(parts: ServiceParts, call: Call, collectionId: string, body: BodyOf<Endpoints['bulkSearch']>): Promise<BulkSearchResponse> {
  const collection = await requireCollection(parts.store, collectionId);
  const model = body.embeddings === undefined ? modelFor(parts, collection, body.model) : null;
  const results = body.embeddings !== undefined
    ? await Promise.all(body.embeddings.map(async (each) => [{ ...await recognise(parts, collection, readEmbedding(each, collection), body), face: null }]))
    : await eachPicture(body.images ?? [], (picture) => searchPicture(parts, call, { collection, model: model! }, picture, body));
  await recordSearch(parts, call, collectionId, results.flatMap((each) => (each instanceof ServiceError ? [] : each)));
  return { results: results.map((each, index) => (each instanceof ServiceError ? { index, error: failureBody(each) } : { index, faces: each })) };
}

type BulkBody = BodyOf<Endpoints['bulkSearch']>;

async function searchPicture(
  parts: ServiceParts, call: Call, { collection, model }: { collection: Collection; model: LoadedModel }, picture: ImageInput, body: BulkBody,
): Promise<SearchResponse[]> {
  const found = await findFaces(parts, picture, body);
  const faces = body.face === 'all' ? found.faces : [chooseFace(found, body.face)];
  const vectors = await embedFaces(parts, model, faces, call.signal);
  const verdicts = await Promise.all(vectors.map((vector) => recognise(parts, collection, { vector, modelId: model.modelId }, body)));
  return verdicts.map((verdict, i) => ({ ...verdict, face: probeBody(faces[i]!, found) }));
}

async function probeOf(parts: ServiceParts, call: Call, collection: Collection, body: BodyOf<Endpoints['search']>): Promise<{ probe: Embedded; face: SearchResponse['face'] }> {
  const model = modelFor(parts, collection, body.model);
  const found = await findFaces(parts, body.image!, body);
  const face = chooseFace(found, body.face);
  const [vector] = await embedFaces(parts, model, [face], call.signal);
  return { probe: { vector: vector!, modelId: model.modelId }, face: probeBody(face, found) };
}

function probeBody(face: FoundFace, { photo, faces }: FoundFaces): NonNullable<SearchResponse['face']> {
  return { bbox: bboxBody(face.box, photo), detection_score: face.detectionScore, faces_found: faces.length };
}

/** The verdict on a vector of the collection's space. */
export async function recognise(parts: ServiceParts, collection: Collection, probe: Embedded, rule: SearchRule): Promise<VerdictBody> {
  const far = rule.far ?? parts.settings.defaultFar;
  const neighbours = await nearest(parts, collection.id, probe, { ...rule, far });
  const scaleOfNobody = neighbours.length > 0 ? undefined : decide(parts, { query: probe.modelId, gallery: usualModelOf(parts, collection) ?? probe.modelId }, 4, far);
  const judgement = judge(neighbours, { gap: rule.gap, ownThreshold: scaleOfNobody?.threshold ?? 0 });
  const { answer } = judgement;
  const scale = (answer?.verdict ?? scaleOfNobody)!;
  const listed = judgement.candidates.slice(0, rule.limit);
  const persons = await personsOf(parts, collection.id, listed);
  const matches = listed.flatMap((each): Match[] => {
    const person = persons.get(each.personId);
    return person === undefined ? [] : [matchBody(each, personBody(person))];
  });
  const person = judgement.verdict === 'match' ? persons.get(answer!.personId) : undefined;
  // Whoever was removed since the search is not named any more.
  const wasRemoved = judgement.verdict === 'match' && person === undefined;
  return {
    verdict: wasRemoved ? 'unknown' : judgement.verdict,
    reason: wasRemoved ? 'too_far' : judgement.reason,
    person: person === undefined ? null : personBody(person),
    matches,
    distance: answer?.verdict.distance ?? null,
    threshold: scale.threshold,
    ambiguous_below: scale.ambiguousBelow,
    far,
    gap: { ...judgement.gap },
    query_model_id: probe.modelId,
    space_id: collection.spaceId,
  };
}

/** Whose vectors an empty gallery will hold. */
function usualModelOf({ models }: ServiceParts, { spaceId }: Collection): string | undefined {
  return models.default.spaceId === spaceId ? models.default.modelId : models.inSpace(spaceId)[0]?.modelId;
}

const firstNeighbours = 64;
const mostNeighbours = 1000;

/** So many neighbours that the many faces of one person do not hide the second person. */
async function nearest(parts: ServiceParts, collectionId: string, probe: Embedded, rule: SearchRule & { far: number }): Promise<Neighbour[]> {
  for (let limit = firstNeighbours; ; limit = Math.min(4 * limit, mostNeighbours)) {
    const rows = await parts.store.faces.search({ collectionId, vector: probe.vector, limit, named: true });
    const judged = rows.flatMap(({ personId, faceId, modelId, distance }): Neighbour[] => (personId === null
      ? [] : [{ personId, faceId, modelId, verdict: decide(parts, { query: probe.modelId, gallery: modelId }, distance, rule.far) }]));
    const farthest = judged.at(-1);
    const people = new Set(judged.map(({ personId }) => personId)).size;
    if (rows.length < limit || limit >= mostNeighbours || farthest === undefined || people > Math.max(rule.limit, 2)) return judged;
    const { distance, threshold, ambiguousBelow } = farthest.verdict;
    if (distance > ambiguousBelow + requiredGap(threshold, rule.gap)) return judged;
  }
}

async function personsOf({ store }: ServiceParts, collectionId: string, neighbours: readonly Neighbour[]): Promise<Map<string, Person>> {
  const persons = await Promise.all(neighbours.map(({ personId }) => store.persons.get(collectionId, personId)));
  return new Map(persons.flatMap((each) => (each === undefined ? [] : [[each.id, each]])));
}

function matchBody({ faceId, modelId, verdict }: Neighbour, person: PersonBody): Match {
  return {
    person, distance: verdict.distance, similarity: 1 - verdict.distance / 2, decision: verdict.decision, threshold: verdict.threshold,
    ambiguous_below: verdict.ambiguousBelow, matched_face_id: faceId, model_id: modelId,
  };
}

export async function recordSearch({ store }: ServiceParts, call: Call, collectionId: string, verdicts: readonly VerdictBody[]): Promise<void> {
  const of = (decision: VerdictBody['verdict']): number => verdicts.filter(({ verdict }) => verdict === decision).length;
  await store.audit.add({
    requestId: call.requestId, keyId: call.keyId, action: 'faces.search', collectionId,
    details: {
      probes: verdicts.length, match: of('match'), ambiguous: of('ambiguous'), unknown: of('unknown'),
      person_ids: verdicts.flatMap(({ person }) => (person === null ? [] : [person.id])).slice(0, 100),
    },
  });
}
