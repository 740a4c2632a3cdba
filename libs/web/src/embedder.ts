import type { Manifest, MeasuredThreshold } from '@facenet/export';
import type { Box, FaceQuality, FivePoints, Pixels } from '@facenet/face';

/** What a face may be looked for in: a file, an element that shows a picture, or pixels. */
export type ImageSource = Blob | ImageBitmap | ImageData | HTMLImageElement | HTMLCanvasElement | HTMLVideoElement | OffscreenCanvas;

export type Device = 'webgpu' | 'wasm';

export interface EmbedderOptions {
  /** Address of a bundle's folder, with `model.json` and `model.onnx`; relative to the page. */
  readonly model: string | URL;
  /** `auto` takes WebGPU where a probe with the bundle's golden pictures is right and faster, WASM otherwise. */
  readonly device?: Device | 'auto';
  /** Threads of WASM; more than one needs a page that is isolated. What suits the device unless told. */
  readonly threads?: number;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/** What is going on until the embedder is there. */
export type Progress =
  | { readonly stage: 'download'; readonly what: 'model' | 'detector'; readonly loadedBytes: number; readonly totalBytes: number; readonly fromCache: boolean }
  | { readonly stage: 'starting'; readonly device: Device }
  | { readonly stage: 'ready'; readonly runtime: Runtime };

/** One try of a device, with the bundle's golden pictures. */
export interface Probe {
  readonly device: Device;
  readonly threads: number;
  /** Of one picture, after warm-up. */
  readonly milliseconds: number | null;
  /** The largest difference of a number of an embedding from the bundle's. */
  readonly difference: number | null;
  /** Why it was not taken; null for the one that was. */
  readonly refused: string | null;
}

export interface Runtime {
  readonly device: Device;
  readonly threads: number;
  readonly isolated: boolean;
  readonly probes: readonly Probe[];
  /** From the call to the first embedding that could be made. */
  readonly readyMs: number;
}

export interface FoundFace {
  /** In pixels of the upright picture; may reach over its edge. Null for a ready crop. */
  readonly box: Box | null;
  readonly landmarks: FivePoints | null;
  /** How sure the detector is that this is a face, 0 to 1. Never a similarity. */
  readonly score: number;
  readonly quality: FaceQuality;
  /** Aligned, 136×136; the picture itself where it was a ready crop. */
  readonly crop: Pixels;
}

export interface EmbeddedFace extends FoundFace {
  /** Unit length, of the bundle's size. */
  readonly embedding: Float32Array;
}

export interface FindOptions {
  /** The whole picture is a ready crop of one face. */
  readonly crop?: boolean;
  readonly minScore?: number;
  readonly signal?: AbortSignal;
}

export interface VerifyOptions extends FindOptions {
  /** False-accept rate whose threshold decides; 0.001 unless told. */
  readonly far?: number;
}

export interface Verification {
  readonly verdict: 'match' | 'ambiguous' | 'unknown';
  /** Squared L2 of the two embeddings, 0 to 4. */
  readonly distance: number;
  /** The distance below which they match at this rate, and how it was measured. */
  readonly threshold: MeasuredThreshold;
  readonly faces: readonly [EmbeddedFace, EmbeddedFace];
}

/** Finds and embeds faces in a worker; nothing leaves the page. */
export interface Embedder {
  readonly manifest: Manifest;
  readonly runtime: Runtime;
  /** The largest face first; none is an empty list. */
  find(source: ImageSource, options?: FindOptions): Promise<readonly FoundFace[]>;
  /** The largest face first, each with its embedding. */
  embed(source: ImageSource, options?: FindOptions): Promise<readonly EmbeddedFace[]>;
  /** Of faces that were found before. */
  embedCrops(crops: readonly Pixels[], signal?: AbortSignal): Promise<readonly Float32Array[]>;
  /** The largest faces of two pictures. A NoFaceError says which one has none. */
  verify(a: ImageSource, b: ImageSource, options?: VerifyOptions): Promise<Verification>;
  /** Ends the worker and frees its memory. */
  dispose(): Promise<void>;
}
