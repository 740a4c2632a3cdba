import type { Random } from '@facenet/architecture';
import { blur, erase, type Planes, type Preprocessing, randomPatch, recolour, tonesOf } from '@facenet/face';
import type { Experiment } from '../config/schema.ts';

export type Augmentation = Experiment['augmentation'];

/** The largest share of a picture that is erased. */
const largestPatch = 0.2;

/** Changes one input in place: colour, blur, an erased patch. Crop and mirror belong to the resampling before it. */
export function distort(
  planes: Planes, preprocessing: Preprocessing, options: Augmentation & { readonly blurScale?: number }, random: Random,
): void {
  const tones = tonesOf(preprocessing);
  // Every choice is drawn whether it is used or not, so that changing one option leaves the others' draws alone.
  const factor = (): number => 1 + options.colour * (2 * random.next() - 1);
  const colour = { brightness: factor(), contrast: factor(), saturation: factor() };
  const [grey, blurred, erased] = [random.next() < options.grey, random.next() < options.blur, random.next() < options.erase];
  if (grey || options.colour > 0) recolour(planes, grey ? { ...colour, saturation: 0 } : colour, tones);
  if (blurred) blur(planes, (0.5 + random.next()) * (options.blurScale ?? 1));
  if (erased) {
    const patch = randomPatch(planes.size, largestPatch, random);
    erase(planes, patch, tones.black + random.next() * (tones.white - tones.black));
  }
}
