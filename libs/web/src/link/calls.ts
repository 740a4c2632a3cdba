import type { Manifest } from '@facenet/export';
import type { Pixels } from '@facenet/face';
import type { Device, EmbeddedFace, FoundFace, Progress, Verification } from '../embedder.ts';
import type { SentError } from '../errors.ts';

/** A picture on its way to the worker. */
export type SentPicture =
  | { readonly kind: 'file'; readonly file: Blob }
  | { readonly kind: 'bitmap'; readonly bitmap: ImageBitmap }
  | { readonly kind: 'rgba'; readonly width: number; readonly height: number; readonly data: Uint8ClampedArray };

/** Files of a bundle and of the detector, as they were downloaded. */
export interface LoadedFiles {
  readonly modelId: string;
  readonly manifest: string;
  readonly onnx: Uint8Array<ArrayBuffer>;
  /** Null for a bundle that is for ready crops alone. */
  readonly detector: DetectorFiles | null;
}

/** By name, from the folder `model` of @vladmandic/face-api. */
export interface DetectorFiles {
  readonly texts: Readonly<Record<string, string>>;
  readonly bytes: Readonly<Record<string, Uint8Array<ArrayBuffer>>>;
}

/** How a bundle does on a device. */
export interface Measurement {
  /** The largest difference of a number of an embedding from the bundle's. */
  readonly difference: number;
  /** Above it, the device is wrong. */
  readonly tolerance: number;
  /** Of one picture, after warm-up. */
  readonly milliseconds: number;
}

/** What there is of WebGPU: an adapter, and whether it is hardware; or why there is none. */
export type Adapter = { readonly isSoftware: boolean } | { readonly reason: string };

export interface FindRequest {
  readonly picture: SentPicture;
  readonly crop: boolean;
  readonly minScore: number;
}

/** Everything that the page asks of the worker, by name. */
export interface Calls {
  /** Downloads the bundle, or finds it in the cache. */
  load: { readonly ask: { readonly address: string }; readonly answer: LoadedFiles };
  adapter: { readonly ask: null; readonly answer: Adapter };
  /** Loads the bundle on a device and tries it; a worker does so once. */
  open: { readonly ask: { readonly files: LoadedFiles; readonly device: Device; readonly threads: number }; readonly answer: Measurement };
  /** Makes an opened one ready for photos. */
  prepare: { readonly ask: null; readonly answer: Manifest };
  find: { readonly ask: FindRequest; readonly answer: readonly FoundFace[] };
  embed: { readonly ask: FindRequest; readonly answer: readonly EmbeddedFace[] };
  embedCrops: { readonly ask: { readonly crops: readonly Pixels[] }; readonly answer: readonly Float32Array[] };
  verify: { readonly ask: { readonly pictures: readonly [FindRequest, FindRequest]; readonly far: number }; readonly answer: Verification };
}

export type CallName = keyof Calls;

export type ToWorker =
  | { readonly [Name in CallName]: { readonly kind: 'call'; readonly id: number; readonly name: Name; readonly ask: Calls[Name]['ask'] } }[CallName]
  | { readonly kind: 'abort'; readonly id: number };

export type FromWorker =
  | { readonly kind: 'progress'; readonly id: number; readonly progress: Progress }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Calls[CallName]['answer'] }
  | { readonly kind: 'error'; readonly id: number; readonly error: SentError };
