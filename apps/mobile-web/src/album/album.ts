import type { Cluster, Suggestion } from '@facenet/clusters';
import type { Person } from '../gallery/index.ts';
import type { AlbumPhoto, FoundInPhoto, PhotosRead } from './read-photos.ts';

/** A face of a photo that nobody has named yet. */
export interface AlbumFace {
  /** A UUID; the gallery's, once it is kept. */
  readonly id: string;
  /** The SHA-256 of the photo's file, in hexadecimal; null for one that came with a gallery file without it. */
  readonly photoId: string | null;
  readonly modelId: string;
  readonly spaceId: string;
  /** Unit length. */
  readonly vector: Float32Array;
  readonly quality: number | null;
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number } | null;
}

/** What a page shows of an album; a new object after each change. */
export interface AlbumView {
  readonly photos: number;
  readonly faces: ReadonlyMap<string, AlbumFace>;
  /** Groups of people, the largest first. Their ids stay while most of their faces do. */
  readonly groups: readonly Cluster[];
  /** Faces in no group. */
  readonly single: readonly string[];
  /** Photos or links came since the faces were grouped. */
  readonly isStale: boolean;
  readonly canUndo: boolean;
  /** All of it is in the gallery. */
  readonly isKept: boolean;
}

export interface WorkOptions {
  readonly signal?: AbortSignal;
  /** Of this work, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

export interface ReadOptions {
  /** Finds and embeds the faces of one photo, which is not kept. */
  readonly facesOf: (file: Blob, signal: AbortSignal | undefined) => Promise<readonly FoundInPhoto[]>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (read: PhotosRead) => void;
}

/**
 * Photos become faces, and faces groups of people, on this device. Of a photo only small pictures of faces stay in memory. An
 * edit that goes against a photo or another edit throws a ClusterEditError and changes nothing.
 */
export interface Album {
  view(): AlbumView;
  subscribe(listener: (view: AlbumView) => void): () => void;

  /** One photo after the other; a photo that cannot be read is listed with its problem, one that is here already is not read. */
  addPhotos(photos: Iterable<AlbumPhoto> | AsyncIterable<AlbumPhoto>, options: ReadOptions): Promise<PhotosRead>;
  /** Groups the faces anew, in steps of a few milliseconds; what was said stays. A LinkConflict names what contradicts. */
  group(options?: WorkOptions): Promise<void>;
  /** Pairs of groups, and of groups and people of the gallery, that may be one person; the likeliest first. */
  suggestions(options?: WorkOptions & { readonly limit?: number }): Promise<readonly Suggestion[]>;
  /** The picture of a face; null where none is kept. */
  thumbnail(faceId: string): Promise<Blob | null>;

  /** These groups are one person. */
  merge(groupIds: readonly string[]): void;
  /** These faces of a group are somebody else. */
  split(groupId: string, faceIds: readonly string[]): void;
  /** The answer to a suggestion; a group becomes a person's where one of the two is one. */
  answer(suggestion: Pick<Suggestion, 'faceA' | 'faceB'>, same: boolean): Promise<void>;
  /** The faces of a group become those of someone new, or of someone in the gallery; they are kept there at once. */
  name(groupId: string, who: { readonly name: string } | { readonly personId: string }): Promise<Person>;
  /** Takes back the last edit, a name too. */
  undo(): Promise<void>;

  /** Faces, groups and what was said outlive the page, sealed like people are. */
  keep(): Promise<void>;
  /** Removes the faces that nobody has named, from the gallery too. */
  clear(): Promise<void>;
  /** Forgets what is not kept, and hears of the gallery no more. */
  dispose(): void;
}
