import type { DeviceStore } from './device-store.ts';
import type { Contents, DamagedRecord, Face, Person } from './gallery.ts';
import { openFace, openPerson } from './sealed-rows.ts';

/** All rows of one moment, opened. */
export async function readContents({ seal, transact }: DeviceStore): Promise<Contents> {
  const [personRows, faceRows, links] = await transact('readonly', ['people', 'faces', 'links'], (transaction) => Promise.all([
    transaction.objectStore('people').getAll(), transaction.objectStore('faces').getAll(), transaction.objectStore('links').getAll(),
  ]));
  const damaged: DamagedRecord[] = [];
  const opened = await Promise.all(personRows.map((row) => openPerson(seal, row)));
  const people = opened.flatMap((person, i): Person[] => {
    if (person === undefined) damaged.push({ kind: 'person', id: personRows[i]!.id });
    return person === undefined ? [] : [person];
  });
  const openedFaces = await Promise.all(faceRows.map((row) => openFace(seal, row)));
  const faces = openedFaces.flatMap((face, i): Face[] => {
    if (face === undefined) damaged.push({ kind: 'face', id: faceRows[i]!.id, personId: faceRows[i]!.personId });
    return face === undefined ? [] : [face];
  });
  return { people: people.sort(byName), faces: faces.sort(byAge), links, damaged };
}

function byName(a: Person, b: Person): number {
  return a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1);
}

function byAge(a: Face, b: Face): number {
  return a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1);
}
