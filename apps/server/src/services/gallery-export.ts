import { type GalleryRecord, vectorToBase64, writeGallery } from '@facenet/gallery-file';
import type { Collection, Face, GalleryStore, Person } from '../store/store.ts';
import { requireCollection } from './collections.ts';
import { galleryCrypto } from './gallery-crypto.ts';
import type { Call, ServiceParts } from './parts.ts';

const pageSize = 500;

/** A collection as one file, page after page. What changes meanwhile is in it as it was when its page was read. */
export async function exportGallery({ store }: ServiceParts, call: Call, collectionId: string, passphrase: string | undefined): Promise<AsyncGenerator<Uint8Array>> {
  const collection = await requireCollection(store, collectionId);
  const { persons, faces, models } = await store.collections.counts(collectionId);
  await store.audit.add({
    requestId: call.requestId, keyId: call.keyId, action: 'collection.export', collectionId, details: { persons, faces, encrypted: passphrase !== undefined },
  });
  const header = {
    created_at: new Date().toISOString(), space_id: collection.spaceId, size: collection.size,
    models: models.map((each) => ({ model_id: each.modelId, faces: each.faces })), counts: { persons, faces },
  };
  return writeGallery(header, recordsOf(store, collection), { passphrase, crypto: galleryCrypto });
}

async function* recordsOf(store: GalleryStore, collection: Collection): AsyncGenerator<GalleryRecord> {
  const { id, name, keepCrops, metadata, createdAt } = collection;
  yield { type: 'collection', id, name, keep_crops: keepCrops, metadata, created_at: createdAt.toISOString() };
  const persons = new Set<string>();
  for (let after: string | null | undefined; after !== null;) {
    const page = await store.persons.list(id, { limit: pageSize, ...(after === undefined ? {} : { after }) });
    for (const person of page.items) {
      persons.add(person.id);
      yield personRecord(person);
    }
    after = page.next;
  }
  const faces = new Set<string>();
  for await (const page of store.faces.scan(id, { pageSize })) {
    for (const face of page) {
      // Somebody who was enrolled since the persons were read.
      if (face.personId !== null && !persons.has(face.personId)) {
        const person = await store.persons.get(id, face.personId);
        if (person === undefined) continue;
        persons.add(person.id);
        yield personRecord(person);
      }
      faces.add(face.id);
      yield faceRecord(face);
    }
  }
  for (const { kind, a, b } of await store.links.list(id)) if (faces.has(a) && faces.has(b)) yield { type: 'link', kind, a, b };
}

function personRecord({ id, name, externalId, metadata, createdAt }: Person): GalleryRecord {
  return { type: 'person', id, name, external_id: externalId, metadata, created_at: createdAt.toISOString() };
}

function faceRecord({ id, personId, modelId, photoId, box, quality, metadata, createdAt, vector }: Face & { readonly vector: Float32Array }): GalleryRecord {
  return {
    type: 'face', id, person_id: personId, model_id: modelId, photo_id: photoId, box: box === null ? null : { x: box.x, y: box.y, width: box.width, height: box.height },
    quality, metadata, created_at: createdAt.toISOString(), vector: vectorToBase64(vector),
  };
}
