import { Random } from '@facenet/architecture';
import type { Clothes } from './body.ts';
import type { Hat } from './accessories.ts';
import type { Pose } from './camera.ts';
import { type Colour, fromBytes, mixColours } from './colour.ts';
import { clamp, exp2 } from './curves.ts';
import { around, between, chance, choose } from './draw.ts';
import type { Exposure } from './exposure.ts';
import type { Expression } from './expression.ts';
import type { Cloth } from './fabric.ts';
import type { HairDay } from './hair.ts';
import { drawGlasses, type Glasses, type Identity } from './identity.ts';
import { drawLight, type Light } from './light.ts';

/** How one person looks at the moment of a picture: everything that says nothing about who it is. */
export interface Appearance {
  readonly pose: Pose;
  /** The shoulders follow the head only partly. */
  readonly bodyYaw: number;
  readonly expression: Expression;
  readonly hairDay: HairDay;
  readonly glasses: Glasses | undefined;
  readonly hat: Hat | undefined;
  /** A scarf, by the height of its upper edge. */
  readonly scarf: number | undefined;
  readonly scarfColour: Colour;
  readonly hand: Hand | undefined;
  readonly clothes: Clothes;
  readonly cloth: Cloth;
}

/** Fingers before the face: parallel strokes in face coordinates. */
export interface Hand {
  readonly x: number;
  readonly y: number;
  readonly angle: number;
  readonly fingers: number;
}

/** One picture: how the person looks, what lights the scene and what the camera does. */
export interface Shot {
  readonly appearance: Appearance;
  readonly light: Light;
  readonly exposure: Exposure;
  /** Distance of the camera in crop pixels. */
  readonly distance: number;
  /** How far the crop misses its template, as a detector's landmarks make it. */
  readonly jitter: { readonly dx: number; readonly dy: number; readonly scale: number; readonly turn: number };
  readonly background: Random;
  /** Random numbers of the sensor's noise. */
  readonly noise: Random;
}

/** The picture number `image` of the person number `index`. */
export function drawShot(seed: number, index: number, image: number, identity: Identity): Shot {
  const stream = `synth/image/${index}/${image}`;
  const random = new Random(seed, stream);
  return {
    appearance: drawAppearance(random, identity),
    light: drawLight(random),
    exposure: drawExposure(random, identity),
    distance: between(random, 380, 1400),
    jitter: { dx: around(random, 0, 1), dy: around(random, 0, 1), scale: 1 + around(random, 0, 0.025), turn: around(random, 0, 0.03) },
    background: new Random(seed, `${stream}/background`),
    noise: new Random(seed, `${stream}/noise`),
  };
}

export function drawAppearance(random: Random, identity: Identity): Appearance {
  const pose = drawPose(random);
  const hidden = choose(random, { nothing: 0.89, sunglasses: 0.03, scarf: 0.03, hand: 0.05 });
  const glasses = hidden === 'sunglasses' ? drawGlasses(random, between(random, 0.5, 0.85)) : drawEverydayGlasses(random, identity);
  return {
    pose,
    bodyYaw: pose.yaw * between(random, 0, 0.6),
    expression: drawExpression(random),
    hairDay: { volume: between(random, 0.75, 1.25), shift: around(random, 0, 3) },
    glasses,
    hat: chance(random, 0.05) ? { kind: chance(random, 0.6) ? 'cap' : 'beanie', colour: randomColour(random), edge: between(random, -34, -24) } : undefined,
    scarf: hidden === 'scarf' ? between(random, 40, 56) : undefined,
    scarfColour: randomColour(random),
    hand: hidden === 'hand' ? { x: around(random, 0, 24), y: between(random, 36, 60), angle: around(random, 0, 0.6), fingers: 1 + random.integer(4) } : undefined,
    clothes: { neckline: between(random, 4, 26), shoulders: between(random, 78, 100) },
    cloth: {
      colour: randomColour(random),
      second: randomColour(random),
      pattern: choose(random, { plain: 0.6, stripes: 0.16, check: 0.12, blotches: 0.12 }),
      scale: between(random, 0.15, 0.7),
    },
  };
}

/** Who has glasses leaves them off now and then. */
function drawEverydayGlasses(random: Random, { glasses }: Identity): Glasses | undefined {
  if (chance(random, glasses ? 0.1 : 0.02)) return glasses ? undefined : drawGlasses(random, 0);
  return glasses;
}

function drawPose(random: Random): Pose {
  // Most people look near the camera, some look away.
  const turned = chance(random, 0.3) ? 0.25 : 0.13;
  return {
    yaw: clamp(around(random, 0, turned), -0.42, 0.42),
    pitch: around(random, 0.02, 0.075),
    roll: around(random, 0, 0.13),
  };
}

function drawExpression(random: Random): Expression {
  const mood = choose(random, { calm: 0.35, smiling: 0.45, talking: 0.2 });
  const smile = { calm: around(random, 0.05, 0.2), smiling: between(random, 0.35, 1), talking: around(random, 0, 0.3) }[mood];
  const open = { calm: 0, smiling: random.next() < 0.4 ? 0.5 * random.next() : 0, talking: between(random, 0.1, 0.9) }[mood];
  return {
    smile,
    open,
    brows: around(random, 0, 0.4),
    lids: chance(random, 0.03) ? 0.1 * random.next() : clamp(around(random, 1, 0.13), 0.6, 1.3),
    gazeX: around(random, 0, 1.1),
    gazeY: around(random, 0, 0.5),
  };
}

export function drawExposure(random: Random, identity: Identity): Exposure {
  // Cameras and people behind them expose for the face, though not fully: dark skin stays darker.
  const [red, green, blue] = identity.skin.colour;
  const metered = Math.sqrt(0.36 / (0.3 * red + 0.59 * green + 0.11 * blue));
  const blurred = chance(random, 0.2);
  return {
    gain: metered * exp2(around(random, 0, 0.28)),
    balance: [exp2(around(random, 0, 0.12)), exp2(around(random, 0, 0.06)), exp2(around(random, 0, 0.14))],
    contrast: between(random, 0.8, 1.25),
    saturation: chance(random, 0.02) ? 0 : between(random, 0.7, 1.25),
    haze: random.next() < 0.25 ? 0.08 * random.next() : 0,
    blur: blurred ? between(random, 0.4, 1) : 0,
    noise: 0.025 * random.next() * random.next() + 0.002,
    quality: 45 + random.integer(51),
  };
}

export function randomColour(random: Random): Colour {
  const vivid = fromBytes(255 * random.next(), 255 * random.next(), 255 * random.next());
  const level = random.next();
  const grey = level * level;
  return mixColours([grey, grey, grey], vivid, random.next());
}
