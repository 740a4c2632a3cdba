export { vectorToBase64 } from './base64.ts';
export { GalleryError } from './gallery-error.ts';
export type { GalleryCounts, GalleryHeader, GalleryRecord } from './gallery-lines.ts';
export type { GalleryCrypto } from './line-seal.ts';
export { readGallery, type ReadFace, type ReadOptions, type ReadRecord } from './read-gallery.ts';
export { webGalleryCrypto } from './web-crypto.ts';
export { type HeaderFields, writeGallery, type WriteOptions } from './write-gallery.ts';
