import { Random } from '@facenet/architecture';
import { cropBox, jitterBox, planesOf, type Preprocessing, toInput } from '@facenet/face';
import { type Augmentation, distort } from './augment.ts';
import { type BrokenImage, type ThreadImages, usableImageAt } from './image-store.ts';

/** What all inputs of a run have in common. */
export interface InputSettings {
  readonly size: readonly [height: number, width: number];
  readonly preprocessing: Preprocessing;
  readonly augmentation: Augmentation;
  readonly seed: number;
  /** A blur of one cell is so many cells wide; 1 unless told. */
  readonly blurScale?: number;
}

/** Settings under which another network sees the same augmented pictures, with a size and preprocessing of its own. */
export function seenAlike(settings: InputSettings, view: Pick<InputSettings, 'size' | 'preprocessing'>): InputSettings {
  return { ...settings, ...view, blurScale: cellsAcross(view) / cellsAcross(settings) };
}

/** Of a whole crop, of which the network may see a part. */
function cellsAcross({ size: [rows], preprocessing: { crop } }: Pick<InputSettings, 'size' | 'preprocessing'>): number {
  return rows / crop.scale;
}

export interface InputRequest {
  /** Images of the store, one per row of the batch. */
  readonly indices: Int32Array;
  /** The training step whose randomness is used; without one nothing is augmented. */
  readonly step?: number;
  /** Where in the whole batch the first of them stands; 0 unless told. */
  readonly firstRow?: number;
}

/**
 * Fills `out` with the inputs [n, 3, h, w] of the requested images. Where an identity has no image that can be read, its
 * place in the batch is grey; `onBroken` hears of each broken image once.
 */
export async function fillInputs(
  images: ThreadImages, { indices, step, firstRow = 0 }: InputRequest, settings: InputSettings, out: Float32Array,
  onBroken: (image: BrokenImage) => void = () => undefined,
): Promise<void> {
  const { size, preprocessing, augmentation, seed, blurScale = 1 } = settings;
  const tonal = withOneTone(preprocessing);
  const length = 3 * size[0] * size[1];
  for (const [row, index] of indices.entries()) {
    const image = await usableImageAt(images, index, onBroken);
    if (!image) {
      out.fill(0, row * length, (row + 1) * length);
      continue;
    }
    const box = cropBox(image.width, image.height, size, preprocessing);
    if (step === undefined) {
      toInput(image, box, size, preprocessing, out, row * length);
      continue;
    }
    // Drawn from step and place in the batch alone, so that it does not matter which thread comes first.
    const random = new Random(seed, `augment/${step}/${firstRow + row}`);
    const mirror = random.next() < augmentation.mirror;
    const jittered = jitterBox(box, { shift: augmentation.shift, zoom: augmentation.scale }, random);
    toInput(image, jittered, size, tonal, out, row * length, { mirror });
    distort(planesOf(out, row, size), tonal, { ...augmentation, blurScale }, random);
    if (tonal !== preprocessing) renormalise(out.subarray(row * length, (row + 1) * length), tonal, preprocessing);
  }
}

interface OneTone extends Preprocessing {
  readonly mean: number;
  readonly std: number;
}

/** Black and white have to be the same in all channels while a picture is changed. */
function withOneTone(preprocessing: Preprocessing): OneTone {
  return hasOneTone(preprocessing) ? preprocessing : { ...preprocessing, mean: 127.5, std: 127.5 };
}

function hasOneTone(preprocessing: Preprocessing): preprocessing is OneTone {
  return typeof preprocessing.mean === 'number' && typeof preprocessing.std === 'number';
}

/** From one normalisation of a picture [3, h, w] to another, in place. */
function renormalise(picture: Float32Array, from: OneTone, { mean, std }: Preprocessing): void {
  const plane = picture.length / 3;
  for (let channel = 0; channel < 3; channel++) {
    const [m, s] = [mean, std].map((value) => (typeof value === 'number' ? value : value[channel]!)) as [number, number];
    for (let i = channel * plane; i < (channel + 1) * plane; i++) picture[i] = (picture[i]! * from.std + from.mean - m) / s;
  }
}
