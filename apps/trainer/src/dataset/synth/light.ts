import type { Random } from '@facenet/architecture';
import { type Colour, fromBytes, mixColours, scaleColour } from './colour.ts';
import { cosine, exp2, sine } from './curves.ts';
import { around, between, choose } from './draw.ts';

export interface Lamp {
  /** Unit vector towards the lamp. */
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly colour: Colour;
}

/** Everything that lights a scene: lamps from one side, and what comes from the sky and off the ground. */
export interface Light {
  readonly lamps: readonly Lamp[];
  readonly sky: Colour;
  readonly ground: Colour;
}

const white: Colour = [1, 1, 1];

export function drawLight(random: Random): Light {
  const kind = choose(random, { soft: 0.4, side: 0.3, hard: 0.18, flash: 0.12 });
  const warmth = around(random, 0, 0.5);
  const keyColour = warmth > 0 ? mixColours(white, fromBytes(255, 206, 150), Math.min(1, warmth)) : mixColours(white, fromBytes(190, 214, 255), Math.min(1, -warmth));
  const share = { soft: between(random, 0.25, 0.55), side: between(random, 0.5, 0.8), hard: between(random, 0.7, 0.88), flash: between(random, 0.6, 0.85) }[kind];
  const spread = { soft: 0.6, side: 1, hard: 0.7, flash: 0.12 }[kind];
  const azimuth = around(random, 0, spread) + (kind === 'side' ? (random.next() < 0.5 ? -0.5 : 0.5) : 0);
  const elevation = kind === 'flash' ? around(random, 0.1, 0.08) : around(random, 0.55, 0.35);
  const strength = 1.5 * exp2(around(random, 0, 0.2));
  const sky = tinted(random);
  return {
    lamps: [
      lamp(azimuth, elevation, scaleColour(keyColour, strength * share)),
      lamp(-azimuth + around(random, 0, 0.5), between(random, -0.2, 0.5), scaleColour(tinted(random), strength * 0.3 * random.next())),
    ],
    sky: scaleColour(sky, strength * (1 - share) * 0.95),
    ground: scaleColour(tinted(random), strength * (1 - share) * between(random, 0.25, 0.8)),
  };
}

function lamp(azimuth: number, elevation: number, colour: Colour): Lamp {
  const level = cosine(elevation);
  return { x: level * sine(azimuth), y: -sine(elevation), z: level * cosine(azimuth), colour };
}

/** White with a hint of some colour. */
function tinted(random: Random): Colour {
  const amount = between(random, 0, 0.35);
  return mixColours(white, [random.next(), random.next(), random.next()], amount);
}
