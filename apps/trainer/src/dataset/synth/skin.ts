import { beardCover } from './beard.ts';
import { clamp, hill, smoothstep, bump, square } from './curves.ts';
import { paintEye } from './eyes.ts';
import type { Face } from './expression.ts';
import { paintMouth } from './lips.ts';
import { noise } from './noise.ts';
import { blend, darken, type Painter, setColour, type Surface } from './surface.ts';

/** Paints skin at (x, y, z) of the closed head, and on it everything flat: brows, eyes, lips, beard. */
export function createSkinPainter(face: Face): Painter {
  const { skin } = face.identity;
  const [red, green, blue] = skin.colour;
  return (x, y, z, surface) => {
    const blotches = 1 + 0.05 * noise(x * 0.11 + skin.texture, y * 0.11) + 0.035 * noise(x * 0.45, y * 0.45 + skin.texture);
    setColour(surface, red * blotches, green * blotches, blue * blotches);
    surface.gloss = 0.07;
    surface.softness = 0.35;
    if (z < -41) return;
    paintComplexion(face, x, y, surface);
    paintNostrils(face, x, y, surface);
    paintBeard(face, x, y, surface);
    paintMouth(face, x, y, surface);
    paintEye(face, x, y, surface);
    paintBrow(face, x, y, surface);
  };
}

function paintComplexion(face: Face, x: number, y: number, surface: Surface): void {
  const { skin, nose, eyes } = face.identity;
  const side = Math.abs(x);
  const flush = skin.blush * (0.8 * hill(side, y, 21, 21, 13, 11) + 0.6 * hill(x, y, 0, nose.tip, 8, 6));
  surface.green *= 1 - 0.28 * flush;
  surface.blue *= 1 - 0.25 * flush;
  if (skin.freckles > 0) {
    const spots = noise(x * 0.8 + skin.texture, y * 0.8) + 0.4 * noise(x * 1.7, y * 1.7 + skin.texture);
    darken(surface, 0.5 * skin.freckles * smoothstep(0.45, 0.75, spots) * hill(x, y, 0, 14, 46, 40));
  }
  for (const mole of skin.moles) darken(surface, 0.7 * smoothstep(1.3, 0.7, Math.sqrt(square(x - mole.x) + square(y - mole.y)) / mole.radius));
  if (skin.lines > 0.25) paintLines(face, x, side, y, surface);
  // The skin around the eyes is thinner, and so darker.
  darken(surface, (0.1 + 0.15 * skin.lines) * hill(side, y, eyes.distance - 1, 4.5, 9, 5.5));
}

function paintLines(face: Face, x: number, side: number, y: number, surface: Surface): void {
  const { skin, eyes } = face.identity;
  const strength = skin.lines - 0.25;
  const wave = y + 1.2 * noise(x * 0.08, skin.texture);
  const forehead = smoothstep(-35, -29, y) * smoothstep(-15, -20, y) * smoothstep(24, 14, side) * bump(square((((wave / 5) % 1) + 1.5) % 1 - 0.5) * 16);
  const dx = side - eyes.distance - eyes.halfWidth;
  const feet = dx > 0 && dx < 9 ? smoothstep(9, 3, dx) * bump(square(((((y + 0.35 * dx) / 3) % 1) + 1.5) % 1 - 0.5) * 14) * hill(dx, y, 4, 0, 9, 7) : 0;
  const bags = bump(square((y - 8.5 - 0.02 * square(side - eyes.distance)) / 1.5)) * smoothstep(11, 7, Math.abs(side - eyes.distance));
  darken(surface, strength * (0.35 * forehead * (1 + Math.max(0, face.browLift)) + 0.4 * feet + 0.3 * bags));
}

function paintNostrils(face: Face, x: number, y: number, surface: Surface): void {
  const { nose } = face.identity;
  if (y < nose.tip - 6 || y > nose.tip + 10) return;
  const side = Math.abs(x);
  const hole = hill(side, y, nose.width * 0.42, nose.tip + 5.2, nose.width * 0.36, 2.1);
  const crease = hill(side, y, nose.width * 1.18, nose.tip + 3, 1.5, 4.5);
  darken(surface, clamp(1.15 * hole, 0, 0.85));
  darken(surface, 0.3 * crease);
}

function paintBeard(face: Face, x: number, y: number, surface: Surface): void {
  const { beard, skin } = face.identity;
  if (beard.style === 'none') return;
  const cover = beardCover(face, x, y);
  if (cover <= 0) return;
  const strands = 0.5 + 0.5 * noise(x * 1.4 + skin.texture, y * 0.7);
  const [red, green, blue] = beard.colour;
  const shade = 0.75 + 0.5 * strands;
  blend(surface, red * shade, green * shade, blue * shade, clamp(cover * beard.density * (0.7 + 0.5 * strands), 0, 0.96));
  surface.gloss *= 1 - cover;
}

function paintBrow(face: Face, x: number, y: number, surface: Surface): void {
  const { brows, skin } = face.identity;
  const side = Math.abs(x);
  const along = (side - brows.gap) / (2 * brows.length);
  if (along < -0.12 || along > 1.1 || y > 0 || y < -26) return;
  const inner = clamp(1 - along, 0, 1);
  const centre = brows.height - face.browLift * (0.7 + 0.3 * along) - brows.arch * 4 * along * (1 - along) * (0.6 + 0.6 * along)
    + brows.tilt * (side - 17) + 2.4 * face.frown * inner * inner;
  const thickness = brows.thickness * (1 - 0.65 * along * Math.max(0, along));
  const strands = noise(x * 1.1 + y * 0.8 * Math.sign(x) + skin.texture, y * 1.3);
  const cover = smoothstep(1.25, 0.55, Math.abs(y - centre + 0.35 * strands) / thickness) * smoothstep(-0.1, 0.12, along) * smoothstep(1.08, 0.8, along);
  const [red, green, blue] = brows.colour;
  blend(surface, red, green, blue, clamp(cover * brows.density * (0.9 + 0.3 * strands), 0, 0.95));
}
