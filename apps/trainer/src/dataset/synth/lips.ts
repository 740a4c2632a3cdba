import { bump, clamp, mix, smoothstep, square } from './curves.ts';
import type { Face } from './expression.ts';
import { lipLine } from './relief.ts';
import { blend, darken, type Surface } from './surface.ts';

/** Lips, the line between them, and behind an open mouth teeth, tongue and darkness. */
export function paintMouth(face: Face, x: number, y: number, surface: Surface): void {
  const { halfWidth, upperLip, lowerLip, gapUp, gapDown } = face.mouth;
  const across = x / halfWidth;
  if (Math.abs(across) > 1.15 || y < face.mouth.cornerY - 16 || y > face.mouth.cornerY + 30) return;
  const fullness = Math.max(0, 1 - across * across);
  const line = lipLine(face, x);
  const upper = line - gapUp * fullness;
  const lower = line + gapDown * fullness;
  const { bow, colour } = face.identity.mouth;
  const top = upper - upperLip * mix(fullness, 1 - Math.abs(across), 0.5) + bow * bump(square(x / 3.6)) - 0.3 * bow * bump(square((Math.abs(x) - 4) / 3));
  const bottom = lower + lowerLip * mix(fullness, Math.sqrt(fullness), 0.3);
  const lips = smoothstep(-0.7, 0.5, y - top) * smoothstep(-0.7, 0.7, bottom - y) * smoothstep(1.06, 0.97, Math.abs(across));
  if (lips > 0) {
    const shade = y < line ? 0.82 : 0.95;
    blend(surface, colour[0] * shade, colour[1] * shade, colour[2] * shade, 0.92 * lips);
    surface.gloss = mix(surface.gloss, 0.14, lips);
  }
  darken(surface, 0.4 * bump(square((y - bottom - 1.6) / 2.2)) * fullness);
  const gap = (gapUp + gapDown) * fullness;
  if (gap > 0.7) paintInside(face, y - upper, gap, Math.abs(across), surface);
  else darken(surface, 0.75 * bump(square((y - line) / 1.3)) * smoothstep(1.12, 0.95, Math.abs(across)));
}

function paintInside(face: Face, below: number, gap: number, across: number, surface: Surface): void {
  const share = smoothstep(-0.35, 0.35, below) * smoothstep(-0.35, 0.35, gap - below);
  if (share <= 0) return;
  const length = clamp(1.2 + 3.2 * face.cheekRaise + 0.12 * gap, 0, 0.85 * gap);
  const teeth = smoothstep(0.4, -0.4, below - length) * smoothstep(1, 0.85, across) * smoothstep(0.8, 1.8, gap);
  const tongue = smoothstep(0.45, 0.9, below / gap) * smoothstep(3, 6, gap);
  const shadow = 0.65 + 0.35 * smoothstep(0.95, 0.4, across);
  blend(surface, mix(0.05, 0.35, tongue), mix(0.01, 0.09, tongue), mix(0.012, 0.09, tongue), share);
  blend(surface, 0.72 * shadow, 0.68 * shadow, 0.6 * shadow, share * teeth);
}
