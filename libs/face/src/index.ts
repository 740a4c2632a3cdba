export { FaceError, type Box, type Pixels, type Size } from './pixels.ts';
export { colorOrders, defaultPreprocessing, parsePreprocessing, type PerChannel, type Preprocessing } from './preprocessing.ts';
export { cropBox, jitterBox, type Jitter } from './crop.ts';
export { toInput, type ToInputOptions } from './to-input.ts';
export {
  blur, erase, planesOf, randomPatch, tonesOf,
  type Patch, type Planes, type Tones,
} from './augment.ts';
export { recolour, type Recolouring } from './recolour.ts';
