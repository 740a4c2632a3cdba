import { assessQuality, isAlignedCrop } from '@facenet/face';
import { type FoundFace, type FoundFaces, PhotoFaceFinder } from '@facenet/photo';
import { NoFaceError } from '../cli/errors.ts';
import { parseAddress } from './address.ts';
import { decodeImage, fileBytes, inImage, ownPictures } from './decode.ts';
import { nameOf, type PictureSource } from './encoded.ts';

/** What files are: a ready crop of one face each; photos, in which faces are looked for as the server does it; or either. */
export type PictureKind = 'crops' | 'photos' | 'either';

export interface FaceReaderOptions {
  readonly kind: PictureKind;
  /** That look for faces, each with networks of its own. */
  readonly threads?: number;
}

/** Faces out of files. The networks that look for them are loaded with the first photo. */
export class FaceReader {
  readonly kind: PictureKind;
  readonly threads: number;
  readonly #finder: PhotoFaceFinder;

  constructor({ kind, threads = 1 }: FaceReaderOptions) {
    this.kind = kind;
    this.threads = threads;
    this.#finder = new PhotoFaceFinder({ threads, limits: ownPictures });
  }

  /** The faces of a picture, the largest first. An ImageError says what is wrong with its file. */
  async read(source: PictureSource): Promise<Pick<FoundFaces, 'faces'>> {
    const name = nameOf(source);
    const { file, span, face } = parseAddress(name);
    // A list that marks the face has said where it is.
    if (face && typeof source === 'string') return { faces: [await markedFace(source)] };
    return await inImage(name, async () => {
      const photo = typeof source === 'string' ? await fileBytes(file, span) : source.bytes;
      const found = await this.#finder.find({ photo, crop: this.kind === 'crops' });
      return this.kind === 'either' && isReadyCrop(found) ? await this.#finder.find({ photo, crop: true }) : found;
    });
  }

  async dispose(): Promise<void> {
    await this.#finder.dispose();
  }
}

/** Crops of the usual sets have 112 to 250 pixels; larger squares without a face are photos of something else. */
const largestCrop = 256;

/** A face that lies where alignment would bring it; or a small square of a face that cannot be found, as a tight crop may be. */
function isReadyCrop({ photo, faces: [face] }: FoundFaces): boolean {
  if (face) return face.landmarks !== null && isAlignedCrop(photo, face.landmarks);
  return photo.width === photo.height && photo.width <= largestCrop;
}

async function markedFace(address: string): Promise<FoundFace> {
  const crop = await decodeImage(address);
  return { box: null, landmarks: null, detectionScore: 1, ...assessQuality(crop, null), crop };
}

/** The one that a photo stands for: the largest, as the server takes it. */
export function largestFace(file: string, { faces }: Pick<FoundFaces, 'faces'>): FoundFace {
  const [largest] = faces;
  if (largest === undefined) throw new NoFaceError(file);
  return largest;
}
