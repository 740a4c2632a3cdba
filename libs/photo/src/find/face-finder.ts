import type { Box, FaceQuality, FivePoints, Pixels, QualityMeasures } from '@facenet/face';

/** Five points, in pixels of the upright photo, as seen in it: left eye, right eye, nose, left and right corner of the mouth. */
export type Landmarks = FivePoints;

export interface FoundFace {
  /** In pixels of the upright photo; may reach over its edge. Null for a ready crop. */
  readonly box: Box | null;
  readonly landmarks: Landmarks | null;
  /** How sure the detector is that this is a face, 0 to 1; 1 for what the caller says is one. Never a similarity. */
  readonly detectionScore: number;
  readonly quality: FaceQuality;
  /** What the quality was judged by, where the finder says: with it, `refusals` of @facenet/face gives reasons. */
  readonly measures?: QualityMeasures;
  /** Aligned, ready for any model. */
  readonly crop: Pixels;
}

export interface FindRequest {
  /** A file's bytes. */
  readonly photo: Uint8Array;
  /** The whole picture is a ready crop of one face. */
  readonly crop?: boolean;
  /** Where the faces are, instead of detecting them. */
  readonly boxes?: readonly Box[];
  /** Where their points are, instead of finding them; with boxes, one set for each. */
  readonly landmarks?: readonly Landmarks[];
  readonly minDetectionScore?: number;
}

export interface FoundFaces {
  readonly photo: { readonly width: number; readonly height: number; readonly sha256: string };
  /** Detected faces the largest first; those that the caller named in the caller's order. */
  readonly faces: readonly FoundFace[];
}

export interface FaceFinder {
  /** Names detector, alignment and their versions; part of where a vector comes from. */
  readonly version: string;
  /**
   * A PhotoError says what is wrong with the file, a FaceError (of @facenet/face) what is wrong with the boxes, landmarks
   * or the score that came with it.
   */
  find(request: FindRequest): Promise<FoundFaces>;
  dispose(): Promise<void>;
}
