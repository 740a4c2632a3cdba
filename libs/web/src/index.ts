export { createEmbedder } from './create-embedder.ts';
export type {
  Device, EmbeddedFace, Embedder, EmbedderOptions, FindOptions, FoundFace, ImageSource, Probe, Progress, Runtime, Verification, VerifyOptions,
} from './embedder.ts';
export { DeviceError, EmbedderError, EndedError, type ErrorCode, ModelError, NoFaceError, PictureError } from './errors.ts';
export type { StoredModel } from './store/model-store.ts';
export { removeStoredModel, storedModels } from './store/stored-models.ts';
