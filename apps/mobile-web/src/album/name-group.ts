import { type Cluster, mergeClusters } from '@facenet/clusters';
import type { Contents, Gallery, NewFace, Person } from '../gallery/index.ts';
import { StorageError } from '../gallery/storage-error.ts';
import { type Edit, type Memory, withoutFaces } from './album-memory.ts';

type NameEdit = Extract<Edit, { kind: 'name' }>;
type Who = { readonly name: string } | { readonly personId: string };

/**
 * A group's faces become a person's, in one write of the gallery: those that it has are given over, the others added with
 * their pictures. What the album knows changes by `asNamed`.
 */
export async function nameGroup(gallery: Gallery, memory: Memory, group: Cluster, who: Who, pictures: ReadonlyMap<string, Blob>): Promise<{ readonly person: Person; readonly edit: NameEdit }> {
  const contents = await gallery.contents();
  const here = new Set(contents.faces.map(({ id }) => id));
  const [kept, fresh] = [group.faceIds.filter((id) => here.has(id)), group.faceIds.filter((id) => !here.has(id))];
  const id = 'personId' in who ? who.personId : crypto.randomUUID();
  const known = 'personId' in who ? existing(contents, memory, group, who.personId) : undefined;
  const { people } = await gallery.apply({
    ...('name' in who ? { people: [{ id, name: who.name, faces: [] }] } : {}),
    faces: fresh.map((face) => ({ personId: id, face: newFace(memory, face, pictures) })),
    assign: kept.length === 0 ? [] : [{ faceIds: kept, personId: id }],
  });
  return { person: known ?? people[0]!, edit: { kind: 'name', group, personId: id, madePerson: known === undefined, keptBefore: kept } };
}

export function asNamed(memory: Memory, edit: NameEdit): Memory {
  const faceIds = new Set(edit.group.faceIds);
  return { ...memory, groups: withoutFaces(memory.groups, faceIds), named: new Set([...memory.named, ...faceIds]), edits: [...memory.edits, edit] };
}

/**
 * Takes a name back and gives the faces that lost it. Those that were given to somebody else since stay there, and a person
 * who has others stays. What the album knows changes by `asUnnamed`.
 */
export async function unnameGroup(gallery: Gallery, { group, personId, madePerson, keptBefore }: NameEdit): Promise<readonly string[]> {
  const ofPerson = await gallery.faces(personId);
  const back = ofPerson.map(({ id }) => id).filter((id) => group.faceIds.includes(id));
  const before = new Set(keptBefore);
  await gallery.assign(back.filter((id) => before.has(id)), null);
  if (madePerson && ofPerson.length === back.length) await gallery.deletePerson(personId);
  else await gallery.deleteFaces(back.filter((id) => !before.has(id)));
  return back;
}

export function asUnnamed(memory: Memory, edit: NameEdit, back: readonly string[]): Memory {
  const returned = new Set(back);
  const others = withoutFaces(memory.groups, returned);
  const same = others.find(({ id }) => id === edit.group.id);
  const restored: Cluster = { id: edit.group.id, faceIds: [...same?.faceIds ?? [], ...back].sort() };
  return {
    ...memory,
    groups: back.length === 0 ? memory.groups : [...others.filter(({ id }) => id !== edit.group.id), restored],
    named: new Set([...memory.named].filter((id) => !returned.has(id))),
    edits: memory.edits.filter((each) => each !== edit),
  };
}

/** The person, unless a photo or what was said shows that the group is somebody else. */
function existing(contents: Contents, memory: Memory, group: Cluster, personId: string): Person {
  const person = contents.people.find(({ id }) => id === personId);
  if (person === undefined) throw new StorageError('missing', 'this person is not here any more');
  const theirs = contents.faces.filter((face) => face.personId === personId);
  if (theirs.length === 0) return person;
  const faces = [...theirs, ...group.faceIds.map((id) => memory.faces.get(id)!)];
  // To be one person is what a merge of the two asks for.
  mergeClusters({ clusters: [group, { id: personId, faceIds: theirs.map(({ id }) => id) }], links: [...contents.links, ...memory.links], faces }, [group.id, personId]);
  return person;
}

export function newFace({ faces }: Pick<Memory, 'faces'>, id: string, pictures: ReadonlyMap<string, Blob>): NewFace {
  const { photoId, modelId, spaceId, vector, quality, box } = faces.get(id)!;
  const crop = pictures.get(id);
  return { id, photoId, modelId, spaceId, vector, quality, box, ...(crop === undefined ? {} : { crop }) };
}
