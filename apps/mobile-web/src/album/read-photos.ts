import { nameOf } from '../gallery/storage-error.ts';
import type { AlbumFace, ReadOptions } from './album.ts';

export interface AlbumPhoto {
  /** Of the file, to say which one could not be read. */
  readonly name: string;
  readonly file: Blob;
}

/** A face that was found in a photo; `vector` by the album's model. */
export interface FoundInPhoto extends Pick<AlbumFace, 'vector' | 'quality' | 'box'> {
  /** A small JPEG or WebP. */
  readonly thumbnail: Blob;
}

export interface PhotosRead {
  readonly photos: number;
  readonly faces: number;
  /** Photos that were here before. */
  readonly alreadyHere: number;
  readonly failed: readonly { readonly name: string; readonly problem: string }[];
}

/** One photo at a time, so that one alone is decoded. `keep` hears of the faces of each; an abort keeps what was read. */
export async function readPhotos(
  photos: Iterable<AlbumPhoto> | AsyncIterable<AlbumPhoto>, { facesOf, signal, onProgress }: ReadOptions,
  isHere: (photoId: string) => boolean, keep: (photoId: string, faces: readonly FoundInPhoto[]) => void,
): Promise<PhotosRead> {
  let read: PhotosRead = { photos: 0, faces: 0, alreadyHere: 0, failed: [] };
  for await (const { name, file } of photos) {
    signal?.throwIfAborted();
    try {
      const photoId = await digestOf(file);
      if (isHere(photoId)) {
        read = { ...read, alreadyHere: read.alreadyHere + 1 };
      } else {
        const faces = await facesOf(file, signal);
        keep(photoId, faces);
        read = { ...read, photos: read.photos + 1, faces: read.faces + faces.length };
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (nameOf(error) === 'AlbumFullError') throw error;
      read = { ...read, failed: [...read.failed, { name, problem: error instanceof Error ? error.message : String(error) }] };
    }
    onProgress?.(read);
  }
  return read;
}

async function digestOf(file: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
