import { clamp, hill, mix, smoothstep } from './curves.ts';
import type { Face } from './expression.ts';

/** How much of a beard grows at (x, y): 0 is none, 1 full. The same shape is painted and stands out of the skin. */
export function beardCover(face: Face, x: number, y: number): number {
  const { style } = face.identity.beard;
  if (style === 'none') return 0;
  const { nose } = face.identity;
  if (y < 0) return 0;
  const side = Math.abs(x);
  const { halfWidth, cornerY, upperLip, lowerLip, sag } = face.mouth;
  const lipTop = cornerY + sag - face.mouth.gapUp - upperLip;
  const underNose = nose.tip + 7;
  const drop = 0.25 * Math.max(0, side - 5);
  const moustache = smoothstep(underNose - 1 + drop, underNose + 1.5 + drop, y) * smoothstep(halfWidth + 5, halfWidth + 1, side) * smoothstep(lipTop + 3 + drop, lipTop + 0.5 + drop, y);
  if (style === 'moustache') return moustache;
  const lipBottom = cornerY + sag + face.mouth.gapDown + lowerLip;
  const chin = smoothstep(halfWidth + 3, halfWidth - 3, side) * smoothstep(lipBottom, lipBottom + 3, y);
  const sides = smoothstep(halfWidth - 1, halfWidth + 1, side) * smoothstep(halfWidth + 6, halfWidth + 3, side) * smoothstep(underNose + 2, underNose + 7, y);
  const ring = clamp(Math.max(moustache, chin, sides), 0, 1);
  if (style === 'goatee') return ring;
  const line = mix(cornerY + 2, 8, smoothstep(halfWidth + 3, 36, side));
  const cheeks = smoothstep(line - 2, line + 3, y) * (1 - hill(x, y, 0, (lipTop + lipBottom) / 2, halfWidth + 3, (lipBottom - lipTop) / 2 + 2.5));
  const full = Math.max(ring, side > halfWidth || y > lipBottom ? cheeks : 0);
  return style === 'stubble' ? 0.55 * full : full;
}
