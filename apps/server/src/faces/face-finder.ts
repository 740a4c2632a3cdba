import type { Pixels } from '@facenet/face';

/** Five points, in pixels of the upright photo: the person's right eye first, as seen: left eye, right eye, nose, left and right corner of the mouth. */
export type Landmarks = readonly [Point, Point, Point, Point, Point];

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface FoundFace {
  /** In pixels of the upright photo; may reach over its edge. Null for a ready crop. */
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number } | null;
  readonly landmarks: Landmarks | null;
  /** How sure the detector is that this is a face, 0 to 1; 1 for what the caller says is one. Never a similarity. */
  readonly detectionScore: number;
  readonly quality: FaceQuality;
  /** Aligned, ready for any model. */
  readonly crop: Pixels;
}

export interface FaceQuality {
  /** 0 to 1, the worst of the others. */
  readonly overall: number;
  readonly sharpness: number;
  readonly size: number;
  readonly pose: number;
  readonly exposure: number;
}

export interface FindRequest {
  /** A file's bytes. */
  readonly photo: Uint8Array;
  /** The whole picture is a ready crop of one face. */
  readonly crop?: boolean;
  /** Where the faces are, instead of detecting them. */
  readonly boxes?: readonly NonNullable<FoundFace['box']>[];
  readonly landmarks?: readonly Landmarks[];
  readonly minDetectionScore?: number;
}

export interface FoundFaces {
  readonly photo: { readonly width: number; readonly height: number; readonly sha256: string };
  /** The largest first. */
  readonly faces: readonly FoundFace[];
}

export interface FaceFinder {
  /** Names detector, alignment and their versions; part of where a vector comes from. */
  readonly version: string;
  /** A PhotoError says what is wrong with the file. */
  find(request: FindRequest): Promise<FoundFaces>;
  dispose(): Promise<void>;
}

/** A photo that cannot be used, and why; its message names no path. */
export class PhotoError extends Error {
  override readonly name = 'PhotoError';
  readonly reason: 'not_an_image' | 'damaged_image' | 'too_many_bytes' | 'too_many_pixels';

  constructor(reason: PhotoError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}
