import { checkSize, type CollectionShapes } from './collection-shapes.ts';
import type { Database } from './database.ts';
import type { FaceIndex } from './face-index.ts';
import { columns, fromRow, type FaceRow } from './face-rows.ts';
import type { FaceSearch } from './face-search.ts';
import { scanFaces } from './face-scan.ts';
import { asFace, insertFaces, type PlacedFace } from './insert-faces.ts';
import { freeIds, idsOf, nothingRemoved, pageOf, translated } from './sql-parts.ts';
import type { Face, FaceStore, Neighbour, NewFace, Page, Removed, ScanOptions, SearchRequest } from './store.ts';
import { isId, newId } from './uuid.ts';
import type { Cipher } from './vectors/cipher.ts';
import { vectorBytes, vectorCodec } from './vectors/vector-format.ts';
import { nextVersion } from './versions.ts';

export interface FaceParts {
  readonly database: Database;
  readonly shapes: CollectionShapes;
  readonly index: FaceIndex;
  readonly search: FaceSearch;
  readonly cipher: Cipher | undefined;
}

export class SqlFaces implements FaceStore {
  readonly #parts: FaceParts;

  constructor(parts: FaceParts) {
    this.#parts = parts;
  }

  async add(faces: readonly NewFace[]): Promise<readonly Face[]> {
    const now = new Date();
    const free = await freeIds(this.#parts.database, 'faces', faces.flatMap(({ id }) => id ?? []));
    const placed = faces.map((face): PlacedFace => ({
      id: face.id !== undefined && free.has(face.id) ? face.id : newId(), createdAt: face.createdAt ?? now, face,
    }));
    await translated(this.#parts.database.transaction(() => insertFaces(this.#parts, placed)));
    return placed.map(asFace);
  }

  async get(collectionId: string, id: string): Promise<Face | undefined> {
    if (!isId(collectionId) || !isId(id)) return undefined;
    const { rows: [row] } = await this.#parts.database.query<FaceRow>(
      `SELECT ${columns} FROM faces WHERE collection_id = $1 AND id = $2`, [collectionId, id]);
    return row && fromRow(row);
  }

  async list(collectionId: string, page: Parameters<FaceStore['list']>[1]): Promise<Page<Face>> {
    const { personId, ids } = page;
    if (!isId(collectionId) || (typeof personId === 'string' && !isId(personId))) return { items: [], next: null };
    const values: unknown[] = [collectionId];
    const owner = personId === undefined ? '' : personId === null ? ' AND person_id IS NULL' : ` AND person_id = $${values.push(personId)}`;
    const among = ids === undefined ? '' : ` AND id = ANY($${values.push(idsOf(ids))}::uuid[])`;
    return pageOf<FaceRow, Face>(
      this.#parts.database, { select: `SELECT ${columns} FROM faces`, where: `collection_id = $1${owner}${among}`, values }, page, fromRow);
  }

  async vectors(collectionId: string, ids: readonly string[]): Promise<readonly (Float32Array | undefined)[]> {
    const shape = await this.#parts.shapes.find(collectionId);
    if (!shape) return ids.map(() => undefined);
    const codec = vectorCodec(shape.format, this.#parts.cipher);
    const { rows } = await this.#parts.database.query<{ id: string; bytes: Uint8Array }>(
      `SELECT id, ${vectorBytes} AS bytes FROM faces WHERE collection_id = $1 AND id = ANY($2::uuid[])`, [collectionId, idsOf(ids)]);
    const found = new Map(rows.map(({ id, bytes }) => [id, codec.decode(bytes, { collectionId, faceId: id })]));
    return ids.map((id) => found.get(id));
  }

  async crop(collectionId: string, id: string): Promise<Uint8Array | undefined> {
    const shape = await this.#parts.shapes.find(collectionId);
    if (!shape || !isId(id)) return undefined;
    const { rows: [row] } = await this.#parts.database.query<{ picture: Uint8Array }>(
      'SELECT picture FROM crops JOIN faces ON faces.id = face_id WHERE collection_id = $1 AND face_id = $2', [collectionId, id]);
    if (!row || shape.format !== 'encrypted') return row?.picture;
    if (!this.#parts.cipher) throw new Error('crops of this collection are encrypted; the store was opened without their key');
    return this.#parts.cipher.open(row.picture, `crop ${collectionId} ${id}`);
  }

  scan(collectionId: string, options: ScanOptions): AsyncIterable<readonly (Face & { readonly vector: Float32Array })[]> {
    return scanFaces(this.#parts, collectionId, options);
  }

  search(request: SearchRequest): Promise<readonly Neighbour[]> {
    return this.#parts.search.search(request);
  }

  async assign(collectionId: string, ids: readonly string[], personId: string | null): Promise<number> {
    const { database, shapes } = this.#parts;
    if (!isId(collectionId)) return 0;
    return translated(database.transaction(async () => {
      const version = await nextVersion(database, shapes, collectionId, 'put');
      const { count } = await database.query(
        `UPDATE faces SET person_id = $3, version = $4
         WHERE collection_id = $1 AND id = ANY($2::uuid[]) AND person_id IS DISTINCT FROM $3`, [collectionId, idsOf(ids), personId, version]);
      return count;
    }));
  }

  async replaceVector(collectionId: string, id: string, modelId: string, vector: Float32Array): Promise<boolean> {
    const { database, shapes, cipher } = this.#parts;
    if (!isId(id)) return false;
    const shape = await shapes.find(collectionId);
    if (!shape) return false;
    checkSize(vector, shape.size);
    const codec = vectorCodec(shape.format, cipher);
    return database.transaction(async () => {
      const version = await nextVersion(database, shapes, collectionId, 'put');
      const { count } = await database.query(
        `UPDATE faces SET model_id = $3, ${codec.column} = $4::${codec.type}, version = $5 WHERE collection_id = $1 AND id = $2`,
        [collectionId, id, modelId, codec.encode(vector, { collectionId, faceId: id }), version]);
      return count > 0;
    });
  }

  async remove(collectionId: string, ids: readonly string[]): Promise<Removed> {
    const { database, shapes } = this.#parts;
    if (!isId(collectionId)) return nothingRemoved;
    return database.transaction(async () => {
      await nextVersion(database, shapes, collectionId, 'removal');
      const values = [collectionId, idsOf(ids)];
      const { count: crops } = await database.query(
        'DELETE FROM crops USING faces WHERE face_id = faces.id AND collection_id = $1 AND face_id = ANY($2::uuid[])', values);
      const { count: faces } = await database.query('DELETE FROM faces WHERE collection_id = $1 AND id = ANY($2::uuid[])', values);
      return { ...nothingRemoved, faces, crops };
    });
  }
}
