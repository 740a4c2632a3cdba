import { type GalleryCrypto, type GalleryHeader, type ReadFace, readGallery, type ReadRecord } from '@facenet/gallery-file';
import type { Contents, Gallery, GalleryEdit, NewFace, NewPerson } from './gallery.ts';
import { GalleryInputError } from './storage-error.ts';

export interface ImportOptions {
  readonly passphrase?: string;
  readonly crypto: GalleryCrypto;
  /** Of the page's model, to say whether what came can be searched. */
  readonly spaceId?: string;
  /** A larger file is refused; 64 MiB unless told, some 50,000 faces. */
  readonly mostBytes?: number;
}

export interface ImportedGallery {
  /** What the collection is called in the file. */
  readonly name: string;
  readonly spaceId: string;
  /** The faces are kept and cannot be searched by the page's model. */
  readonly isForeign: boolean;
  /** That are new here. */
  readonly people: number;
  readonly faces: number;
  /** Faces of nobody, as of a server's photos that nobody has named. */
  readonly unnamedFaces: number;
  /** Of the file, and here before with the same id: left as they are. */
  readonly alreadyHere: { readonly people: number; readonly faces: number };
}

const usualMostBytes = 64 * 2 ** 20;

/**
 * Adds the people of a file. It is read to its end first: a GalleryError says which line is wrong, and then nothing is
 * changed. Ids are kept, so that the same file read twice adds nobody twice; a person who is here gets the faces that are
 * new, and keeps the name that this device knows.
 */
export async function importGallery(gallery: Pick<Gallery, 'contents' | 'apply'>, file: Blob, options: ImportOptions): Promise<ImportedGallery> {
  const { mostBytes = usualMostBytes, passphrase, crypto, spaceId } = options;
  if (file.size > mostBytes) throw new GalleryInputError(`the file has ${file.size} bytes, expected at most ${mostBytes}`);
  let header: GalleryHeader | undefined;
  const records: ReadRecord[] = [];
  for await (const record of readGallery(chunksOf(file), { crypto, passphrase, onHeader: (each) => { header = each; } })) records.push(record);
  const space = header!.space_id;
  const sorted = sort(records);
  const { edit, alreadyHere } = editOf(sorted, space, await gallery.contents());
  const added = await gallery.apply(edit);
  return {
    name: sorted.name, spaceId: space, isForeign: spaceId !== undefined && space !== spaceId,
    people: added.people.length, faces: added.faces.length, unnamedFaces: added.faces.filter(({ personId }) => personId === null).length, alreadyHere,
  };
}

type Of<T extends ReadRecord['type']> = Extract<ReadRecord, { type: T }>;

interface SortedRecords {
  readonly name: string;
  readonly people: readonly Of<'person'>[];
  readonly faces: readonly ReadFace[];
  readonly links: readonly Of<'link'>[];
}

function sort(records: readonly ReadRecord[]): SortedRecords {
  const of = <T extends ReadRecord['type']>(type: T): Of<T>[] => records.filter((record): record is Of<T> => record.type === type);
  return { name: of('collection')[0]?.name ?? '', people: of('person'), faces: of('face'), links: of('link') };
}

function editOf({ people, faces, links }: SortedRecords, spaceId: string, here: Contents): { readonly edit: GalleryEdit; readonly alreadyHere: ImportedGallery['alreadyHere'] } {
  const damaged = new Set(here.damaged.map(({ id }) => id));
  const knownPeople = new Set(here.people.map(({ id }) => id));
  const knownFaces = new Set(here.faces.map(({ id }) => id));
  const inTheWay = [...people, ...faces].find(({ id }) => damaged.has(id));
  if (inTheWay !== undefined) throw new GalleryInputError(`the record ${inTheWay.id} is damaged on this device; delete it there first, and the file brings it back`);
  const newPeople = people.filter(({ id }) => !knownPeople.has(id));
  const newFaces = faces.filter(({ id }) => !knownFaces.has(id));
  return {
    edit: {
      people: newPeople.map((person): NewPerson => ({
        id: person.id, name: person.name, externalId: person.external_id, metadata: person.metadata, createdAt: new Date(person.created_at), faces: [],
      })),
      faces: newFaces.map((face) => ({ personId: face.person_id, face: faceOf(face, spaceId) })),
      setLinks: links.map(({ kind, a, b }) => ({ kind, a, b })),
    },
    alreadyHere: { people: people.length - newPeople.length, faces: faces.length - newFaces.length },
  };
}

function faceOf({ id, vector, model_id: modelId, quality, photo_id: photoId, box, metadata, created_at: createdAt }: ReadFace, spaceId: string): NewFace {
  return { id, vector, modelId, spaceId, quality, photoId, box, metadata, createdAt: new Date(createdAt) };
}

/** Node's streams and browsers' are read alike by a reader, and not all browsers iterate over streams. */
async function* chunksOf(file: Blob): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
}
