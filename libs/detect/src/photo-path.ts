import { alignmentVersion, type PhotoPath, type Preprocessing } from '@facenet/face';

/** Names the networks, the passes over a photo and the second look at landmarks: another choice of them is a new version. */
export const detectorVersion = 'face-api-tiny-1';

/** How this program makes ready crops of the faces in a photo; an exported model states it as part of its identity. */
export const photoPath = { detector: detectorVersion, alignment: alignmentVersion } as const satisfies PhotoPath;

/** Whether this program may give a model the faces that it finds in photos; `perhaps` and `no` say why, to go after the model's name. */
export type PhotoFit =
  | { readonly fits: 'yes' }
  | { readonly fits: 'perhaps' | 'no'; readonly why: string };

/**
 * Compares what a model was made for with what is done here. Another alignment shows the network other pictures than it
 * learned from, so it does not fit; another detector puts the same points a pixel elsewhere.
 */
export function photoFit({ photo: made }: Pick<Preprocessing, 'photo'>, own: PhotoPath = photoPath): PhotoFit {
  if (made === undefined) {
    return {
      fits: 'perhaps',
      why: `does not say how a photo becomes its input; faces are found by ${own.detector} and aligned by ${own.alignment}, which suits a network trained on crops of 'facenet dataset align'`,
    };
  }
  if (made.alignment !== own.alignment) {
    return { fits: 'no', why: `was made for faces aligned by ${made.alignment}; this program aligns by ${own.alignment}, and would show it other pictures. It takes ready crops` };
  }
  if (made.detector !== own.detector) {
    return { fits: 'perhaps', why: `was made for faces found by ${made.detector}; this program finds them by ${own.detector}, so vectors of one photo may differ a little from those made there` };
  }
  return { fits: 'yes' };
}
