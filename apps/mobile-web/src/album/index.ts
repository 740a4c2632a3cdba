export type { Album, AlbumFace, AlbumView, ReadOptions, WorkOptions } from './album.ts';
export { AlbumFullError, type AlbumOptions, createAlbum } from './create-album.ts';
export type { AlbumPhoto, FoundInPhoto, PhotosRead } from './read-photos.ts';
