import { assessQuality } from '@facenet/face';
import { type FoundFace, type FoundFaces, PhotoFaceFinder } from '@facenet/photo';
import { NoFaceError } from '../cli/errors.ts';
import { parseAddress } from './address.ts';
import { decodeImage, fileBytes, inImage, ownPictures } from './decode.ts';
import { nameOf, type PictureSource } from './encoded.ts';

export interface FaceReaderOptions {
  /** Each file is a ready crop of one face; else faces are looked for, as the server does it. */
  readonly crop: boolean;
  /** That look for faces, each with networks of its own. */
  readonly threads?: number;
}

/** Faces out of files. The networks that look for them are loaded with the first photo. */
export class FaceReader {
  readonly crop: boolean;
  readonly threads: number;
  readonly #finder: PhotoFaceFinder;

  constructor({ crop, threads = 1 }: FaceReaderOptions) {
    this.crop = crop;
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
      return await this.#finder.find({ photo, crop: this.crop });
    });
  }

  async dispose(): Promise<void> {
    await this.#finder.dispose();
  }
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
