export { createFaceIndex, type FaceIndex } from './face-index.ts';
export { type LocalMatch, type LocalVerdict, type Probe, recognise, type WhoRule } from './recognise.ts';
export { type Live, noFaces, type SeenFace, type Shown, smoothFrame, type SmoothRule, type Track, usualRule } from './smooth-frames.ts';
