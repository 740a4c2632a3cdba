import { checkFaces, checkName, checkPerson } from './check-input.ts';
import type { CropRow, FaceRow, PersonRow } from './device-database.ts';
import type { DeviceStore, Transaction } from './device-store.ts';
import type { Contents, Face, GalleryEdit, NewFace, NewPerson, Person } from './gallery.ts';
import type { RecordSeal } from './record-seal.ts';
import { openFace, sealCrop, sealFace, sealPerson } from './sealed-rows.ts';
import { DamagedRecordError, nameOf, StorageError } from './storage-error.ts';

/** A row that is written in place of one that was read before; anything else in its place is another tab's change. */
interface Replacement {
  readonly old: FaceRow;
  readonly row: FaceRow;
}

/**
 * Checks and seals everything first and then writes it in one transaction, since a transaction does not wait for
 * cryptography. What it counts on is looked at again within the transaction.
 */
export async function applyEdit(store: DeviceStore, edit: GalleryEdit, kept: Contents): Promise<{ readonly people: readonly Person[]; readonly faces: readonly Face[] }> {
  const { seal } = store;
  const people = (edit.people ?? []).map(newPerson);
  const given = [
    ...(edit.people ?? []).flatMap(({ faces }, i) => faces.map((face) => ({ personId: people[i]!.id, face }))),
    ...edit.faces ?? [],
  ];
  checkFaces(given.map(({ face }) => face), kept.faces);
  const faces = given.map(({ personId, face }) => newFace(personId, face));
  const [personRows, faceRows, cropRows, moved] = await Promise.all([
    Promise.all(people.map((person) => sealPerson(seal, person))),
    Promise.all(faces.map((face) => sealFace(seal, face))),
    Promise.all(given.flatMap(({ face: { crop } }, i) => (crop === undefined ? [] : [sealCrop(seal, faces[i]!.id, crop)]))),
    reassigned(store, edit.assign ?? []),
  ]);
  const made = new Set(people.map(({ id }) => id));
  const wanted = new Set([...faces, ...moved.map(({ row }) => row)].flatMap(({ personId }) => (personId === null || made.has(personId) ? [] : [personId])));
  await store.transact('readwrite', ['people', 'faces', 'crops', 'links'], async (transaction) => {
    await requirePeople(transaction, wanted);
    await requireUnchanged(transaction, moved);
    await addRows(transaction, { personRows, faceRows, cropRows });
    const links = transaction.objectStore('links');
    await Promise.all([
      ...moved.map(({ row }) => transaction.objectStore('faces').put(row)),
      ...(edit.unsetLinks ?? []).map(({ a, b }) => links.delete(a < b ? [a, b] : [b, a])),
    ]);
    await Promise.all((edit.setLinks ?? []).map(({ kind, a, b }) => links.put(a < b ? { kind, a, b } : { kind, a: b, b: a })));
  });
  return { people, faces };
}

function newPerson(given: NewPerson): Person {
  checkPerson(given);
  const { id = crypto.randomUUID(), createdAt = new Date(), externalId = null, metadata = {} } = given;
  return { id, name: checkName(given.name), createdAt, externalId, metadata };
}

function newFace(personId: string | null, given: NewFace): Face {
  const { id = crypto.randomUUID(), vector, modelId, spaceId, quality = null, photoId = null, box = null, createdAt = new Date(), metadata = {} } = given;
  // A copy, since the caller's may be a part of something larger.
  return { id, personId, modelId, spaceId, vector: vector.slice(), quality, photoId, box, hasCrop: given.crop !== undefined, createdAt, metadata };
}

async function reassigned({ seal, transact }: DeviceStore, moves: NonNullable<GalleryEdit['assign']>): Promise<Replacement[]> {
  const wanted = moves.flatMap(({ faceIds, personId }) => faceIds.map((id) => ({ id, personId })));
  if (wanted.length === 0) return [];
  const rows = await transact('readonly', ['faces'], (transaction) => Promise.all(wanted.map(({ id }) => transaction.objectStore('faces').get(id))));
  return Promise.all(rows.map((old, i) => reassign(seal, wanted[i]!, old)));
}

async function reassign(seal: RecordSeal, { id, personId }: { readonly id: string; readonly personId: string | null }, old: FaceRow | undefined): Promise<Replacement> {
  if (old === undefined) throw new StorageError('missing', `the face ${id} is not here any more`);
  const face = await openFace(seal, old);
  if (face === undefined) throw new DamagedRecordError(`the face ${id} was changed and does not open`);
  return { old, row: await sealFace(seal, { ...face, personId }) };
}

async function requirePeople(transaction: Transaction<'readwrite'>, ids: ReadonlySet<string>): Promise<void> {
  await Promise.all([...ids].map(async (id) => {
    if (await transaction.objectStore('people').getKey(id) === undefined) throw new StorageError('missing', 'this person is not here any more; nothing was kept');
  }));
}

async function requireUnchanged(transaction: Transaction<'readwrite'>, moved: readonly Replacement[]): Promise<void> {
  await Promise.all(moved.map(async ({ old }) => {
    const now = await transaction.objectStore('faces').get(old.id);
    if (now === undefined || !isSame(now.iv, old.iv)) throw changedMeanwhile();
  }));
}

export function changedMeanwhile(): StorageError {
  return new StorageError('conflict', 'another tab changed this at the same time; look again and repeat it');
}

/** Each write has a nonce of its own, which so tells writes apart. */
export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((each, i) => each === b[i]);
}

async function addRows(
  transaction: Transaction<'readwrite'>,
  { personRows, faceRows, cropRows }: { readonly personRows: readonly PersonRow[]; readonly faceRows: readonly FaceRow[]; readonly cropRows: readonly CropRow[] },
): Promise<void> {
  try {
    await Promise.all([
      ...personRows.map(async (row) => transaction.objectStore('people').add(row)),
      ...faceRows.map(async (row) => transaction.objectStore('faces').add(row)),
      ...cropRows.map(async (row) => transaction.objectStore('crops').add(row)),
    ]);
  } catch (error) {
    if (nameOf(error) === 'ConstraintError') throw new StorageError('conflict', 'a person or a face with this id is here already; nothing was kept', error);
    throw error;
  }
}
