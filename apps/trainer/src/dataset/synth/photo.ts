import { Random } from '@facenet/architecture';
import type { Box, Pixels } from '@facenet/face';
import { paintBackground } from './background.ts';
import { apply, compose, type Flat, type Similarity } from './camera.ts';
import { clamp } from './curves.ts';
import { between, chance } from './draw.ts';
import { createFilm, develop, type Exposure } from './exposure.ts';
import { drawIdentity } from './identity.ts';
import { drawLight, type Light } from './light.ts';
import { overlay, overlayHand } from './overlay.ts';
import { landmarks, outline, posePerson, renderPerson, type Posed } from './person.ts';
import { drawAppearance, drawExposure } from './shot.ts';

export const photoWidth = 640;
export const photoHeight = 480;

/** What is true of one face in a photo. */
export interface FaceTruth {
  /** Number of the identity. */
  readonly identity: number;
  readonly box: Box;
  /** Eyes, tip of the nose and corners of the mouth; left is left in the picture. */
  readonly landmarks: { readonly leftEye: Flat; readonly rightEye: Flat; readonly nose: Flat; readonly leftMouth: Flat; readonly rightMouth: Flat };
}

interface Placed {
  readonly index: number;
  readonly posed: Posed;
  readonly similarity: Similarity;
  readonly box: Box;
}

/** A scene before it is rendered: where everybody is follows from numbers alone. */
export interface Scene {
  readonly seed: number;
  readonly stream: string;
  /** From far to near. */
  readonly people: readonly Placed[];
  readonly light: Light;
  readonly exposure: Exposure;
}

/** The photo number `image` of the person number `index`, of a population of `identities` who may stand around. */
export function drawScene(seed: number, index: number, image: number, identities: number): Scene {
  const stream = `synth/photo/${index}/${image}`;
  const random = new Random(seed, stream);
  const count = chance(random, 0.55) ? 1 : 2 + random.integer(3);
  const people: Placed[] = [];
  // Everybody looks for a free place; whoever finds none after some tries stays out of the picture.
  for (let tries = 0; people.length < count && tries < 40; tries++) {
    const who = people.length === 0 ? index : random.integer(identities);
    const placed = placePerson(seed, who, random, count);
    const free = people.every((other) => other.index !== who && !nearby(other.box, placed.box));
    if (inside(placed.box) && free) people.push(placed);
  }
  if (people.length === 0) throw new Error(`internal: photo ${stream}: no place for the first person`);
  people.sort((a, b) => a.box.width - b.box.width);
  return { seed, stream, people, light: drawLight(random), exposure: drawExposure(random, people.at(-1)!.posed.identity) };
}

function placePerson(seed: number, index: number, random: Random, count: number): Placed {
  const identity = drawIdentity(seed, index);
  const appearance = drawAppearance(random, identity);
  const posed = posePerson(identity, appearance, between(random, 500, 2000));
  const size = count === 1 ? between(random, 1.1, 2.6) : between(random, 0.95, 1.4);
  const centre = { x: between(random, 0.1, 0.9) * photoWidth, y: between(random, 0.2, 0.65) * photoHeight };
  const similarity = { a: size, b: 0, dx: centre.x, dy: centre.y };
  return { index, posed, similarity, box: bounds(outline(posed).map((point) => apply(similarity, point))) };
}

function bounds(points: readonly Flat[]): Box {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

function inside({ x, y, width, height }: Box): boolean {
  return x > 4 && y > 0.25 * height && x + width < photoWidth - 4 && y + height < photoHeight - 4;
}

/** Close enough for one head to hide part of the other's face, shoulders included. */
function nearby(a: Box, b: Box): boolean {
  const near = a.width > b.width ? a : b;
  const far = near === a ? b : a;
  const apartX = Math.abs(a.x + a.width / 2 - b.x - b.width / 2) - (a.width + b.width) * 0.75;
  const above = near.y - 0.45 * near.height - (far.y + far.height);
  const shoulders = Math.abs(a.x + a.width / 2 - b.x - b.width / 2) - (1.4 * near.width + 0.5 * far.width);
  return apartX < 0 && above < 0 || shoulders < 0 && far.y + far.height > near.y + near.height && above < 0;
}

export function describeScene({ people }: Scene): FaceTruth[] {
  return people.map(({ index, posed, similarity, box }) => {
    const [leftEye, rightEye, nose, leftMouth, rightMouth] = landmarks(posed).map((point) => apply(similarity, point)) as [Flat, Flat, Flat, Flat, Flat];
    return { identity: index, box, landmarks: { leftEye, rightEye, nose, leftMouth, rightMouth } };
  });
}

export function renderScene({ seed, stream, people, light, exposure }: Scene): Pixels {
  const film = createFilm(photoWidth, photoHeight);
  paintBackground(film, new Random(seed, `${stream}/background`));
  for (const { posed, similarity } of people) {
    const size = similarity.a;
    const left = clamp(Math.floor(similarity.dx - 140 * size), 0, photoWidth);
    const right = clamp(Math.ceil(similarity.dx + 140 * size), 0, photoWidth);
    const top = clamp(Math.floor(similarity.dy - 110 * size), 0, photoHeight);
    const moved = compose({ a: 1, b: 0, dx: -left, dy: -top }, similarity);
    overlay(film, renderPerson(posed, moved, light, right - left, photoHeight - top), left, top);
    const { hand } = posed.appearance;
    if (hand) overlayHand(film, hand, posed.identity, light, similarity);
  }
  return develop(film, exposure, new Random(seed, `${stream}/noise`));
}
