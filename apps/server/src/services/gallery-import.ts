import type { BodyOf, Endpoints, ResponseOf } from '@facenet/contract';
import { GalleryError, type GalleryHeader, type ReadFace, readGallery, type ReadRecord } from '@facenet/gallery-file';
import type { Collection, GalleryStore, Link } from '../store/store.ts';
import { collectionBody } from './bodies.ts';
import { galleryCrypto } from './gallery-crypto.ts';
import type { Call, Commit, ServiceParts } from './parts.ts';
import { invalid, ServiceError } from './service-error.ts';

type Body = BodyOf<Endpoints['importGallery']>;

const batchSize = 500;

/** Reads the whole file once to know that it is good, and then again to keep it in one transaction. */
export async function importGallery(parts: ServiceParts, call: Call, body: Body): Promise<Commit<ResponseOf<Endpoints['importGallery']>>> {
  if (call.collectionIds !== null) throw new ServiceError('forbidden', { scope: null });
  const seen: GalleryHeader[] = [];
  const read = (): AsyncGenerator<ReadRecord> => readGallery(chunksOf(body.file), {
    crypto: galleryCrypto, passphrase: body.passphrase,
    onHeader: (header) => { requireSpace(parts, header); seen.push(header); },
  });
  await refusing(async () => { for await (const record of read()) void record; });
  const [header] = seen as [GalleryHeader];
  return (store) => refusing(async () => {
    const kept = await new Import(store, header, body.name).keep(read());
    await store.audit.add({ requestId: call.requestId, keyId: call.keyId, action: 'collection.import', collectionId: kept.collection.id, details: kept.imported });
    return kept;
  });
}

/** A file is of one space; without a model of it nobody could be found in it. */
function requireSpace({ models }: ServiceParts, header: GalleryHeader): void {
  const [model] = models.inSpace(header.space_id);
  if (model === undefined) throw new ServiceError('space_mismatch', { expected_space_id: models.default.spaceId, given_space_id: header.space_id });
  if (model.size !== header.size) throw new GalleryError(1, 'format', `size: ${header.size}, but vectors of this space have ${model.size} numbers`);
}

class Import {
  readonly #store: GalleryStore;
  readonly #header: GalleryHeader;
  readonly #name: string | undefined;
  /** Of rows whose id was taken: what they have now. */
  readonly #persons = new Map<string, string>();
  readonly #faces = new Map<string, string>();
  readonly #imported = { persons: 0, faces: 0, links: 0 };
  #collection: Collection | undefined;
  #waiting: ReadFace[] = [];

  constructor(store: GalleryStore, header: GalleryHeader, name: string | undefined) {
    this.#store = store;
    this.#header = header;
    this.#name = name;
  }

  async keep(records: AsyncIterable<ReadRecord>): Promise<ResponseOf<Endpoints['importGallery']>> {
    let links: Link[] = [];
    for await (const record of records) {
      if (record.type === 'face') {
        this.#waiting.push(record);
        if (this.#waiting.length >= batchSize) await this.#addFaces();
      } else if (record.type === 'link') {
        links.push({ kind: record.kind, a: record.a, b: record.b });
        if (links.length >= batchSize) links = await this.#addLinks(links);
      } else await this.#add(record);
    }
    await this.#addFaces();
    await this.#addLinks(links);
    return { collection: collectionBody(this.#collection!), imported: this.#imported, new_ids: { persons: this.#persons.size, faces: this.#faces.size } };
  }

  async #add(record: Extract<ReadRecord, { type: 'collection' | 'person' }>): Promise<void> {
    const { id, metadata } = record;
    const createdAt = new Date(record.created_at);
    if (record.type === 'collection') {
      const { space_id: spaceId, size } = this.#header;
      this.#collection = await this.#store.collections.create({ id, createdAt, name: this.#name ?? record.name, spaceId, size, keepCrops: record.keep_crops, metadata });
      return;
    }
    const person = await this.#store.persons.create({ id, createdAt, collectionId: this.#collection!.id, name: record.name, externalId: record.external_id, metadata });
    if (person.id !== id) this.#persons.set(id, person.id);
    this.#imported.persons++;
  }

  async #addFaces(): Promise<void> {
    const faces = this.#waiting;
    this.#waiting = [];
    const added = await this.#store.faces.add(faces.map((face) => ({
      id: face.id, createdAt: new Date(face.created_at), collectionId: this.#collection!.id,
      personId: face.person_id === null ? null : this.#persons.get(face.person_id) ?? face.person_id,
      photoId: face.photo_id, modelId: face.model_id, box: face.box, quality: face.quality, metadata: face.metadata, vector: face.vector,
    })));
    added.forEach(({ id }, i) => { if (id !== faces[i]!.id) this.#faces.set(faces[i]!.id, id); });
    this.#imported.faces += added.length;
  }

  /** Links come after all faces. */
  async #addLinks(links: readonly Link[]): Promise<Link[]> {
    if (this.#waiting.length > 0) await this.#addFaces();
    const now = (face: string): string => this.#faces.get(face) ?? face;
    if (links.length > 0) await this.#store.links.set(this.#collection!.id, links.map(({ kind, a, b }) => ({ kind, a: now(a), b: now(b) })));
    this.#imported.links += links.length;
    return [];
  }
}

async function* chunksOf(file: Body['file']): AsyncGenerator<Uint8Array> {
  if (typeof file === 'string') {
    const bytes = Buffer.from(file.replace(/^data:[^,]*,/, ''), 'base64');
    if (bytes.length === 0) throw invalid('file', 'is not base64');
    yield bytes;
  } else if (ArrayBuffer.isView(file)) yield file;
  else yield* file.chunks();
}

async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof GalleryError) throw new ServiceError('invalid_gallery', { line: error.line, reason: error.reason, problem: error.problem });
    throw error;
  }
}
