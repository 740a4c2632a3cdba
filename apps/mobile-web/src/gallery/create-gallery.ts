import { applyEdit, changedMeanwhile, isSame } from './apply-edit.ts';
import { checkName } from './check-input.ts';
import type { DeviceStore, Transaction } from './device-store.ts';
import type { Contents, DamagedRecord, Gallery } from './gallery.ts';
import { readContents } from './read-contents.ts';
import { openCrop, openPerson, sealPerson } from './sealed-rows.ts';
import { DamagedRecordError, StorageError } from './storage-error.ts';
import { countsOf, entriesOf } from './summaries.ts';

/** The gallery of this device. One for each store, since it remembers what it has read. */
export function createGallery(store: DeviceStore): Gallery {
  const { transact, changes } = store;
  let read: Promise<Contents> | undefined;
  changes.subscribe(({ what }) => { if (what !== 'server' && what !== 'queue') read = undefined; });

  const contents = (): Promise<Contents> => {
    if (read !== undefined) return read;
    const reading: Promise<Contents> = readContents(store);
    read = reading;
    // What failed is tried again.
    reading.catch(() => { if (read === reading) read = undefined; });
    return reading;
  };
  const changed = <T>(result: T): T => {
    changes.tell({ what: 'gallery' });
    return result;
  };
  const apply: Gallery['apply'] = async (edit) => changed(await applyEdit(store, edit, await contents()));

  return {
    contents,
    people: async (spaceId) => entriesOf(await contents(), spaceId),
    faces: async (personId) => (await contents()).faces.filter((face) => face.personId === personId),
    crop: (faceId) => readCrop(store, faceId),
    counts: async (spaceId) => countsOf(await contents(), spaceId),
    addPerson: async (person) => (await apply({ people: [person] })).people[0]!,
    addFaces: async (personId, faces) => (await apply({ faces: faces.map((face) => ({ personId, face })) })).faces,
    rename: async (personId, name) => {
      await renamePerson(store, personId, checkName(name));
      changed(undefined);
    },
    assign: async (faceIds, personId) => { await apply({ assign: [{ faceIds, personId }] }); },
    deletePerson: async (personId) => {
      await transact('readwrite', ['people', 'faces', 'crops', 'links'], (transaction) => removePerson(transaction, personId));
      changed(undefined);
    },
    deleteFaces: async (faceIds) => {
      await transact('readwrite', ['faces', 'crops', 'links'], (transaction) => removeFaces(transaction, faceIds));
      changed(undefined);
    },
    deleteDamaged: async (records) => {
      await transact('readwrite', ['people', 'faces', 'crops', 'links', 'settings', 'enrolments'], (transaction) => removeDamaged(transaction, records));
      changed(undefined);
    },
    apply,
    subscribe: (listener) => changes.subscribe(listener),
  };
}

async function renamePerson({ seal, transact }: DeviceStore, personId: string, name: string): Promise<void> {
  const old = await transact('readonly', ['people'], (transaction) => transaction.objectStore('people').get(personId));
  if (old === undefined) throw new StorageError('missing', 'this person is not here any more');
  const person = await openPerson(seal, old);
  if (person === undefined) throw new DamagedRecordError('this person was changed outside of this page and cannot be read');
  const row = await sealPerson(seal, { ...person, name });
  await transact('readwrite', ['people'], async (transaction) => {
    const now = await transaction.objectStore('people').get(personId);
    if (now === undefined || !isSame(now.iv, old.iv)) throw changedMeanwhile();
    await transaction.objectStore('people').put(row);
  });
}

async function readCrop({ seal, transact }: DeviceStore, faceId: string): Promise<Blob | null> {
  const [face, row] = await transact('readonly', ['faces', 'crops'], (transaction) => Promise.all([
    transaction.objectStore('faces').get(faceId), transaction.objectStore('crops').get(faceId),
  ]));
  if (face === undefined || (!face.hasCrop && row === undefined)) return null;
  const picture = row && await openCrop(seal, row);
  if (picture === undefined) throw new DamagedRecordError('the picture of this face was changed outside of this page and cannot be read');
  return picture;
}

async function removePerson(transaction: Transaction<'readwrite'>, personId: string): Promise<void> {
  const faceIds = await transaction.objectStore('faces').index('person').getAllKeys(personId);
  await transaction.objectStore('people').delete(personId);
  await removeFaces(transaction, faceIds);
}

/** With their pictures, and with what was said about them. */
async function removeFaces(transaction: Transaction<'readwrite'>, faceIds: readonly string[]): Promise<void> {
  const gone = new Set(faceIds);
  const links = transaction.objectStore('links');
  const pairs = (await links.getAllKeys()).filter(([a, b]) => gone.has(a) || gone.has(b));
  await Promise.all([
    ...faceIds.flatMap((id) => [transaction.objectStore('faces').delete(id), transaction.objectStore('crops').delete(id)]),
    ...pairs.map((pair) => links.delete(pair)),
  ]);
}

async function removeDamaged(transaction: Transaction<'readwrite'>, records: readonly DamagedRecord[]): Promise<void> {
  for (const { kind, id } of records) {
    switch (kind) {
      case 'person': await removePerson(transaction, id); break;
      case 'face': case 'crop': await removeFaces(transaction, [id]); break;
      case 'setting': await transaction.objectStore('settings').delete(id); break;
      case 'enrolment': await transaction.objectStore('enrolments').delete(id); break;
      default: kind satisfies never;
    }
  }
}
