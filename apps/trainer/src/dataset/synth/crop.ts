import type { Pixels } from '@facenet/face';
import { align, compose, type Flat, type Similarity } from './camera.ts';
import { cosine, sine } from './curves.ts';
import { createFilm, develop } from './exposure.ts';
import type { Identity } from './identity.ts';
import { overlay, overlayHand } from './overlay.ts';
import { landmarks, posePerson, renderPerson } from './person.ts';
import { paintBackground } from './background.ts';
import type { Shot } from './shot.ts';

/** The crop of the training sets: the usual 112-pixel square with 12 pixels around it. */
export const cropSize = 136;
const margin = 12;

/** Where the five points lie in a crop: the template that most public recognisers share. */
export const cropTemplate: readonly Flat[] = [
  { x: 38.2946 + margin, y: 51.6963 + margin },
  { x: 73.5318 + margin, y: 51.5014 + margin },
  { x: 56.0252 + margin, y: 71.7366 + margin },
  { x: 41.5493 + margin, y: 92.3655 + margin },
  { x: 70.7299 + margin, y: 92.2041 + margin },
];

/** One training crop: the person, aligned as a detector with five landmarks would have cut it. */
export function renderCrop(identity: Identity, shot: Shot): Pixels {
  const posed = posePerson(identity, shot.appearance, shot.distance);
  const similarity = compose(jitter(shot), align(landmarks(posed), cropTemplate));
  const film = createFilm(cropSize, cropSize);
  paintBackground(film, shot.background);
  overlay(film, renderPerson(posed, similarity, shot.light, cropSize, cropSize), 0, 0);
  if (shot.appearance.hand) overlayHand(film, shot.appearance.hand, identity, shot.light, similarity);
  return develop(film, shot.exposure, shot.noise);
}

/** Around the middle of the crop. */
function jitter({ jitter: { dx, dy, scale, turn } }: Shot): Similarity {
  const a = scale * cosine(turn);
  const b = scale * sine(turn);
  const centre = cropSize / 2;
  return { a, b, dx: centre - a * centre + b * centre + dx, dy: centre - b * centre - a * centre + dy };
}
