import type { Link } from '@facenet/clusters';
import type { Change } from './changes.ts';

/** Someone on this device. */
export interface Person {
  /** A UUID. */
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  /** From a gallery file; the page itself gives none. */
  readonly externalId: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A face that is kept, without its picture. */
export interface Face {
  /** A UUID. */
  readonly id: string;
  /** Null while nobody said whose it is. */
  readonly personId: string | null;
  /** Made the vector. */
  readonly modelId: string;
  /** Only vectors of one space may be compared. */
  readonly spaceId: string;
  /** Unit length. */
  readonly vector: Float32Array;
  /** 0 to 1; null where nobody measured it. */
  readonly quality: number | null;
  /** Faces of one photo are of different people. */
  readonly photoId: string | null;
  /** In pixels of the photo. */
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number } | null;
  readonly hasCrop: boolean;
  readonly createdAt: Date;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface NewFace {
  /** A new UUID unless given. */
  readonly id?: string;
  readonly vector: Float32Array;
  readonly modelId: string;
  readonly spaceId: string;
  readonly quality?: number | null;
  readonly photoId?: string | null;
  readonly box?: Face['box'];
  /** A small JPEG or WebP. */
  readonly crop?: Blob;
  readonly createdAt?: Date;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export interface NewPerson {
  /** A new UUID unless given. */
  readonly id?: string;
  /** 1 to 200 characters without the spaces around it. Two people may have one name. */
  readonly name: string;
  readonly faces: readonly NewFace[];
  readonly createdAt?: Date;
  readonly externalId?: string | null;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** A record that does not open: it was changed, or moved from another place. */
export interface DamagedRecord {
  readonly kind: 'person' | 'face' | 'crop' | 'setting' | 'enrolment';
  readonly id: string;
  /** Of a face: whose it was said to be. */
  readonly personId?: string | null;
}

/** Everything but pictures, as it was at one moment. */
export interface Contents {
  /** In order of names. */
  readonly people: readonly Person[];
  /** The oldest first. */
  readonly faces: readonly Face[];
  /** What was said about pairs of faces. */
  readonly links: readonly Link[];
  /** What is kept and cannot be read; nothing of it is in the lists above. */
  readonly damaged: readonly DamagedRecord[];
}

/** A person as a list shows one. */
export interface PersonEntry extends Person {
  readonly faces: number;
  /** Faces of another space than the page's model: kept, and left out of searches. */
  readonly foreignFaces: number;
  /** The face of best quality that has a picture. */
  readonly coverFaceId: string | null;
}

export interface Counts {
  readonly people: number;
  readonly faces: number;
  readonly unnamedFaces: number;
  /** Of another space than the one asked about. */
  readonly foreignFaces: number;
  readonly damaged: number;
}

/** Faces and people that an edit adds, moves and links, all or nothing. */
export interface GalleryEdit {
  readonly people?: readonly NewPerson[];
  /** Of someone who is there, or of nobody yet. */
  readonly faces?: readonly { readonly personId: string | null; readonly face: NewFace }[];
  /** Faces that are there: whose they are from now on. */
  readonly assign?: readonly { readonly faceIds: readonly string[]; readonly personId: string | null }[];
  readonly setLinks?: readonly Link[];
  readonly unsetLinks?: readonly Pick<Link, 'a' | 'b'>[];
}

/**
 * People and their faces on this device. Everything personal is encrypted by a key that cannot leave the device. Each write
 * is one transaction: it is there as a whole or not at all. All throw a StorageError where the device has no room, where
 * everything was erased meanwhile, or what is named is not there; a GalleryInputError for a value that cannot be kept.
 */
export interface Gallery {
  /** Read once, and again after a change. */
  contents(): Promise<Contents>;
  /** In order of names. `spaceId` is that of the page's model, to mark faces of another one. */
  people(spaceId?: string): Promise<readonly PersonEntry[]>;
  /** Of a person, or of nobody with null; the oldest first. */
  faces(personId: string | null): Promise<readonly Face[]>;
  /** The picture of a face; null where none is kept. Throws a DamagedRecordError. */
  crop(faceId: string): Promise<Blob | null>;
  counts(spaceId?: string): Promise<Counts>;

  /** With all faces, or not at all. */
  addPerson(person: NewPerson): Promise<Person>;
  /** Of someone who is there; `null` for faces of nobody yet. */
  addFaces(personId: string | null, faces: readonly NewFace[]): Promise<readonly Face[]>;
  rename(personId: string, name: string): Promise<void>;
  /** Says whose faces these are. */
  assign(faceIds: readonly string[], personId: string | null): Promise<void>;
  /** With all faces and pictures. */
  deletePerson(personId: string): Promise<void>;
  deleteFaces(faceIds: readonly string[]): Promise<void>;
  /** What cannot be read any more; of a person its faces, too. */
  deleteDamaged(records: readonly DamagedRecord[]): Promise<void>;
  /** Several of these at once. */
  apply(edit: GalleryEdit): Promise<{ readonly people: readonly Person[]; readonly faces: readonly Face[] }>;

  /** Of this tab and of others. Returns what ends it. */
  subscribe(listener: (change: Change) => void): () => void;
}
