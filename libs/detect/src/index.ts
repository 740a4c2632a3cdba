export { defaultMinScore, type DetectedFace, type Detection, type Search } from './detected-face.ts';
export {
  faceNetworkFiles, type FaceNetworkFiles, type FaceNetworks, faceNetworks, type RunNetwork, storedFiles, storedNetworks,
} from './face-networks.ts';
export { readStoredWeights, type StoredTensor, StoredWeights } from './networks/stored-weights.ts';
export { detectorVersion, photoFit, type PhotoFit, photoPath } from './photo-path.ts';
export { searchFaces } from './search.ts';
