import { beardCover } from './beard.ts';
import { bump, clamp, hill, mix, smoothstep, square } from './curves.ts';
import type { Face } from './expression.ts';

/** How far the features stand out of the smooth head at (x, y), towards the viewer. */
export function relief(face: Face, x: number, y: number): number {
  const side = Math.abs(x);
  const { skull } = face.identity;
  let height = skull.browRidge * hill(side, y, 13, -9, 15, 6);
  height += skull.cheekbone * hill(side, y, 25, 15 - 2 * face.cheekRaise, 14, 13);
  height += (skull.cheekFullness + 1.5 * face.cheekRaise) * hill(side, y, 20, 29 - 3 * face.cheekRaise, 14, 14);
  height -= 1.2 * hill(side, y, 30, 38, 10, 14);
  height += 1.5 * hill(x, y, 0, skull.chin - 7, 10, 8);
  height -= 1.4 * hill(x, y, 0, face.identity.mouth.y + face.identity.mouth.lowerLip + 3.5, 12, 4);
  // The fold from the nose to the corners of the mouth deepens with smiling and with age.
  height -= (0.4 + 1.3 * face.cheekRaise + 0.8 * face.identity.skin.lines) * fold(face, side, y);
  if (face.identity.beard.length > 1 && y > 15) height += beardDepth(face, x, y);
  return height + eyes(face, side, y) + nose(face, side, y) + mouth(face, x, y);
}

function beardDepth(face: Face, x: number, y: number): number {
  const { beard } = face.identity;
  if (beard.style !== 'full' && beard.style !== 'goatee') return 0;
  return beard.length * beardCover(face, x, y) * smoothstep(20, 50, y);
}

function fold(face: Face, side: number, y: number): number {
  const { nose } = face.identity;
  const from = nose.tip + 1;
  const to = face.mouth.cornerY + 2;
  if (y < from - 3 || y > to + 3) return 0;
  const along = clamp((y - from) / (to - from), 0, 1);
  const centre = mix(nose.width + 2, face.mouth.halfWidth + 4, along);
  return bump(square((side - centre) / 3.2)) * smoothstep(from - 3, from + 3, y) * smoothstep(to + 3, to - 2, y);
}

function eyes(face: Face, side: number, y: number): number {
  const { eyes: eye } = face.identity;
  const socket = (eye.depth + 2) * hill(side, y, eye.distance - 1.5, -1.5, 14, 9.5);
  const ball = 4.2 * hill(side, y, eye.distance, 0.3, eye.halfWidth + 1.5, 6.5);
  return ball - socket;
}

function nose(face: Face, side: number, y: number): number {
  const { nose: shape } = face.identity;
  const root = -6;
  const end = shape.tip + 7;
  if (y < root - 4 || y > end || side > 2.2 * shape.width) return 0;
  const along = clamp((y - root) / (shape.tip - root), 0, 1);
  // From the root the ridge rises almost straight, and under the tip it falls within a few pixels.
  const rise = y <= shape.tip
    ? mix(2.5, shape.prominence, along * (0.6 + 0.4 * along)) + shape.hump * bump(square((along - 0.45) / 0.4))
    : shape.prominence * Math.sqrt(Math.max(0, 1 - square((y - shape.tip) / 7)));
  const begin = smoothstep(root - 4, root + 3, y);
  const halfWidth = mix(shape.bridge, shape.width * 0.9, smoothstep(0.25, 1, along)) * 1.35;
  const ridge = rise * begin * bump(square(side / halfWidth));
  const tip = 1.8 * shape.roundness * hill(side, y, 0, shape.tip - 0.5, 5.5, 5);
  const wing = 5.2 * hill(side, y, shape.width * 0.8, shape.tip + 2.5, 4.2, 4.6);
  return ridge + tip + wing;
}

/** Height of the closed line between the lips, and how the opening parts it. */
export function lipLine(face: Face, x: number): number {
  const across = clamp(square(x / face.mouth.halfWidth), 0, 1);
  return face.mouth.cornerY + face.mouth.sag * (1 - across);
}

function mouth(face: Face, x: number, y: number): number {
  const { halfWidth, upperLip, lowerLip, gapUp, gapDown } = face.mouth;
  const across = square(x / (halfWidth + 1.5));
  if (across >= 1) return 0;
  const fullness = 1 - across;
  const line = lipLine(face, x);
  const upper = line - gapUp * fullness;
  const lower = line + gapDown * fullness;
  if (y < upper - upperLip - 3 || y > lower + lowerLip + 3) return 0;
  const lips = 0.55 * upperLip * bump(square((y - (upper - 0.5 * upperLip)) / (0.5 * upperLip + 1.8)))
    + 0.55 * lowerLip * bump(square((y - (lower + 0.5 * lowerLip)) / (0.5 * lowerLip + 2)));
  const groove = 1.6 * bump(square((y - line) / 1.8));
  const inside = gapUp + gapDown > 0.5 && y > upper && y < lower ? 2 * fullness : 0;
  return Math.sqrt(fullness) * lips - (groove + inside) * fullness;
}
