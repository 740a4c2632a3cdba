import type { Pixels } from '@facenet/face';
import { renderCrop } from './crop.ts';
import { drawIdentity } from './identity.ts';
import { drawScene, renderScene } from './photo.ts';
import { drawShot } from './shot.ts';

/** A population and what is made of it; the same plan gives the same pixels on every machine. */
export interface SynthPlan {
  readonly seed: number;
  readonly identities: number;
  readonly images: number;
  /** Whole photos instead of crops. */
  readonly photos: boolean;
}

export interface Rendered {
  readonly pixels: Pixels;
  /** Quality of the JPEG: compression is one of the things a picture suffers. */
  readonly quality: number;
}

/** Picture number `image` of person number `index`, both from 0. */
export function renderImage({ seed, identities, photos }: SynthPlan, index: number, image: number): Rendered {
  if (photos) {
    const scene = drawScene(seed, index, image, identities);
    return { pixels: renderScene(scene), quality: scene.exposure.quality };
  }
  const identity = drawIdentity(seed, index);
  const shot = drawShot(seed, index, image, identity);
  return { pixels: renderCrop(identity, shot), quality: shot.exposure.quality };
}
