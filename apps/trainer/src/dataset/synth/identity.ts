import { Random } from '@facenet/architecture';
import { alongColours, type Colour, fromBytes, mixColours, scaleColour } from './colour.ts';
import { clamp, mix, square } from './curves.ts';
import { around, between, chance, choose } from './draw.ts';

/**
 * Who somebody is: everything that stays the same from picture to picture. Lengths are in pixels of the 112-pixel
 * training crop, about 1.8 mm; the origin lies between the eyes, x to the right of the picture, y down, z to the viewer.
 */
export interface Identity {
  readonly skull: {
    readonly top: number;
    readonly width: number;
    readonly cheekWidth: number;
    readonly jawWidth: number;
    /** 0 is a round jaw, 1 an angular one. */
    readonly jawSquareness: number;
    readonly chin: number;
    readonly chinPoint: number;
    readonly chinProminence: number;
    /** How much flatter than an ellipse the face is across. */
    readonly flatness: number;
    readonly forehead: number;
    readonly browRidge: number;
    readonly cheekbone: number;
    readonly cheekFullness: number;
  };
  readonly eyes: {
    readonly distance: number;
    readonly halfWidth: number;
    readonly opening: number;
    readonly tilt: number;
    readonly depth: number;
    readonly crease: number;
    readonly iris: number;
    readonly colour: Colour;
  };
  readonly brows: {
    readonly height: number;
    readonly thickness: number;
    readonly arch: number;
    readonly tilt: number;
    readonly length: number;
    readonly gap: number;
    readonly density: number;
    readonly colour: Colour;
  };
  readonly nose: {
    readonly tip: number;
    readonly prominence: number;
    readonly width: number;
    readonly bridge: number;
    readonly hump: number;
    readonly roundness: number;
  };
  readonly mouth: {
    readonly y: number;
    readonly halfWidth: number;
    readonly upperLip: number;
    readonly lowerLip: number;
    readonly bow: number;
    readonly corner: number;
    readonly colour: Colour;
  };
  readonly ears: { readonly size: number; readonly angle: number };
  readonly skin: {
    readonly colour: Colour;
    readonly blush: number;
    readonly freckles: number;
    readonly moles: readonly { readonly x: number; readonly y: number; readonly radius: number }[];
    /** 0 is smooth, 1 is old. */
    readonly lines: number;
    /** Where in the shared noise this person's texture lies. */
    readonly texture: number;
  };
  readonly hair: {
    readonly style: HairStyle;
    readonly colour: Colour;
    readonly volume: number;
    readonly length: number;
    readonly hairline: number;
    readonly recession: number;
    readonly curl: number;
    readonly part: number;
    readonly fringe: number;
    readonly framing: number;
  };
  readonly beard: { readonly style: BeardStyle; readonly density: number; readonly colour: Colour; readonly length: number };
  /** Glasses worn in most pictures. */
  readonly glasses: Glasses | undefined;
}

export type HairStyle = 'bald' | 'buzz' | 'short' | 'long' | 'bun';
export type BeardStyle = 'none' | 'stubble' | 'moustache' | 'goatee' | 'full';

export interface Glasses {
  readonly halfWidth: number;
  readonly halfHeight: number;
  /** 0 is rectangular, 1 is round. */
  readonly roundness: number;
  readonly thickness: number;
  readonly frame: Colour;
  /** How dark the lenses are: 0 is clear, 1 is black. */
  readonly tint: number;
}

const skinTones: readonly Colour[] = [
  fromBytes(244, 212, 192), fromBytes(234, 194, 166), fromBytes(222, 176, 142), fromBytes(196, 146, 110),
  fromBytes(166, 116, 86), fromBytes(132, 90, 66), fromBytes(102, 68, 52),
];
const hairTones: readonly Colour[] = [
  fromBytes(24, 20, 20), fromBytes(50, 36, 30), fromBytes(88, 60, 42), fromBytes(132, 92, 58), fromBytes(184, 146, 92), fromBytes(222, 194, 142),
];
const irisTones: readonly Colour[] = [
  fromBytes(50, 32, 22), fromBytes(92, 58, 32), fromBytes(120, 96, 52), fromBytes(104, 122, 82), fromBytes(100, 130, 150), fromBytes(120, 156, 190),
];

/** The person number `index` of the population `seed`; people do not depend on how many of them are asked for. */
export function drawIdentity(seed: number, index: number): Identity {
  const random = new Random(seed, `synth/identity/${index}`);
  const draw = (mean: number, deviation: number): number => around(random, mean, deviation);
  const range = (low: number, high: number): number => between(random, low, high);

  // Two hidden causes tie features together as they are tied in people: rugged faces and how much pigment there is.
  const rugged = random.next();
  const pigment = random.next();
  const age = square(random.next());

  const skinColour = drawSkinColour(pigment, draw(0, 0.06), draw(0, 0.05));
  const hairColour = drawHairColour(random, pigment, age);
  const style = choose<HairStyle>(random, {
    bald: rugged * 0.16, buzz: 0.06 + rugged * 0.16, short: 0.2 + rugged * 0.6, long: 0.85 * (1 - rugged) + 0.05, bun: 0.28 * (1 - rugged),
  });
  const beardStyle = rugged < 0.5 ? 'none' : choose<BeardStyle>(random, { none: 0.4, stubble: 0.22, moustache: 0.1, goatee: 0.13, full: 0.2 });
  const lipRed = range(0.1, 0.75) * (1.15 - 0.6 * rugged);

  return {
    skull: {
      top: draw(-63, 3),
      width: draw(42.5, 2),
      cheekWidth: draw(39.5, 2.9),
      jawWidth: draw(29.5 + 4 * rugged, 3.1),
      jawSquareness: clamp(draw(0.05 + 0.5 * rugged, 0.2), 0, 1),
      chin: draw(59.5 + 3.5 * rugged, 3.8),
      chinPoint: clamp(draw(0.14, 0.1), 0, 0.4),
      chinProminence: draw(0.5 + 2 * rugged, 1.8),
      flatness: clamp(draw(0.35, 0.2), 0, 0.9),
      forehead: draw(3, 2),
      browRidge: Math.max(0, draw(0.5 + 2.6 * rugged, 1)),
      cheekbone: draw(2, 1.2),
      cheekFullness: draw(0.4, 1.5),
    },
    eyes: {
      distance: draw(17.6, 1.15),
      halfWidth: draw(9.3, 0.95),
      opening: draw(4.3 - 0.6 * rugged, 0.75),
      tilt: draw(0.06, 0.12),
      depth: draw(3.5, 1.3),
      crease: range(0.1, 1),
      iris: draw(3.6, 0.22),
      colour: alongColours(irisTones, clamp(draw(0.85 - 1.1 * pigment, 0.28), 0, 1)),
    },
    brows: {
      height: draw(-10.5 + 1.3 * rugged, 1.5),
      thickness: Math.max(1, draw(2 + 0.9 * rugged, 0.75)),
      arch: draw(2.2 - 1.4 * rugged, 1.3),
      tilt: draw(0, 0.13),
      length: draw(11, 1),
      gap: draw(6, 1.3),
      density: range(0.65, 1),
      colour: scaleColour(mixColours(hairColour, fromBytes(60, 44, 36), 0.45), range(0.35, 0.8)),
    },
    nose: {
      tip: draw(20.5, 2.1),
      prominence: draw(15.5, 2.2),
      width: draw(8.6, 1.4),
      bridge: draw(4.6, 1),
      hump: draw(0, 1.1),
      roundness: draw(1, 0.3),
    },
    mouth: {
      y: draw(40.6, 1.3),
      halfWidth: draw(14.8, 1.7),
      upperLip: Math.max(1.8, draw(4.6 - 1.2 * rugged, 1.15)),
      lowerLip: Math.max(2.8, draw(6.4 - 1.2 * rugged, 1.25)),
      bow: range(0.1, 1.2),
      corner: draw(1, 0.8),
      colour: lipColour(skinColour, lipRed),
    },
    ears: { size: draw(1, 0.13), angle: range(0.15, 0.75) },
    skin: {
      colour: skinColour,
      blush: range(0, 1) * (1 - 0.6 * pigment),
      freckles: pigment < 0.5 && chance(random, 0.22) ? range(0.4, 1) : 0,
      moles: drawMoles(random),
      lines: clamp(draw(age, 0.15), 0, 1),
      texture: range(0, 200),
    },
    hair: {
      style,
      colour: hairColour,
      volume: style === 'buzz' ? range(0.8, 1.6) : range(3, 11),
      length: range(30, 95),
      hairline: draw(-38, 4),
      recession: rugged * age * range(0, 16) + range(0, 4),
      curl: chance(random, 0.35) ? range(0.4, 1) : range(0, 0.2),
      part: range(-0.7, 0.7),
      fringe: (style === 'long' || style === 'short') && chance(random, 0.28) ? range(8, 22) : 0,
      framing: range(0, 1),
    },
    beard: {
      style: beardStyle,
      density: range(0.55, 1),
      colour: scaleColour(mixColours(hairColour, fromBytes(70, 48, 36), 0.25), range(0.5, 0.95)),
      length: range(0.5, 4),
    },
    glasses: chance(random, 0.14) ? drawGlasses(random, 0) : undefined,
  };
}

export function drawGlasses(random: Random, tint: number): Glasses {
  const metal = chance(random, 0.3);
  return {
    halfWidth: between(random, 12, 15),
    halfHeight: between(random, 7.5, 11),
    roundness: random.next(),
    thickness: metal ? between(random, 0.6, 0.9) : between(random, 1, 2),
    frame: metal ? fromBytes(150, 140, 120) : alongColours([fromBytes(16, 16, 18), fromBytes(70, 40, 26), fromBytes(110, 24, 34), fromBytes(40, 60, 110)], square(random.next())),
    tint,
  };
}

function drawSkinColour(pigment: number, warmth: number, brightness: number): Colour {
  const [red, green, blue] = alongColours(skinTones, pigment * Math.sqrt(Math.sqrt(pigment)));
  const level = 1 + brightness;
  return [red * level * (1 + warmth), green * level, blue * level * (1 - 1.2 * warmth)];
}

function drawHairColour(random: Random, pigment: number, age: number): Colour {
  const lightness = clamp(around(random, 0.75 - 0.95 * pigment, 0.26), 0, 1);
  const natural = alongColours(hairTones, lightness);
  const red = chance(random, 0.12) ? fromBytes(150, 66, 34) : natural;
  const grey = age > 0.6 && chance(random, 0.7) ? between(random, 0.3, 1) : 0;
  return mixColours(mixColours(natural, red, 0.8), fromBytes(176, 174, 172), grey);
}

function lipColour(skin: Colour, red: number): Colour {
  return [skin[0] * mix(0.8, 0.68, red), skin[1] * mix(0.5, 0.2, red), skin[2] * mix(0.54, 0.28, red)];
}

function drawMoles(random: Random): Identity['skin']['moles'] {
  const count = chance(random, 0.4) ? 1 + random.integer(3) : 0;
  return Array.from({ length: count }, () => ({ x: between(random, -28, 28), y: between(random, -30, 54), radius: between(random, 0.7, 1.5) }));
}
