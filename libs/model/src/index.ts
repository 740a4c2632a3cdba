export { readBundleFolder, requireBundlePlace, writeBundleFolder } from './bundle-folder.ts';
export { cropToInput, type FaceEmbedder, type FaceModel, openFaceBundle, openFaceModel, type OpenOptions } from './face-model.ts';
