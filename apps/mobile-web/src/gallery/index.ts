export type { Contents, Counts, DamagedRecord, Face, Gallery, GalleryEdit, NewFace, NewPerson, Person, PersonEntry } from './gallery.ts';
export type { Change } from './changes.ts';
export { createGallery } from './create-gallery.ts';
export { type DeviceStore, openDeviceStore } from './device-store.ts';
export { DamagedRecordError, GalleryInputError, StorageError } from './storage-error.ts';
export { askToPersist, type StorageSpace, storageSpace } from './storage-space.ts';
export { exportGallery, type ExportedGallery, type ExportOptions } from './export-gallery.ts';
export { importGallery, type ImportedGallery, type ImportOptions } from './import-gallery.ts';
export { mostCropBytes } from './check-input.ts';
