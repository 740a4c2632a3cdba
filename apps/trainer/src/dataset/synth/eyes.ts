import { clamp, mix, smoothstep, square } from './curves.ts';
import type { Face } from './expression.ts';
import { blend, darken, type Surface } from './surface.ts';

/** The eye between its lids, the lashes and the crease above; both eyes are one picture mirrored, but look the same way. */
export function paintEye(face: Face, x: number, y: number, surface: Surface): void {
  const { eyes } = face.identity;
  const out = Math.abs(x) - eyes.distance;
  if (out > eyes.halfWidth * 1.4 || out < -eyes.halfWidth * 1.3 || y > 9 || y < -10) return;
  const across = out / eyes.halfWidth;
  const down = y - 0.3 + eyes.tilt * out;
  const arch = Math.max(0, 1 - across * across);
  const upper = -face.lidUpper * mix(arch, Math.sqrt(arch), 0.55) + 0.25 * across;
  const lower = face.lidLower * mix(arch, Math.sqrt(arch), 0.25);
  paintLids(face, across, down, upper, lower, surface);
  const inside = smoothstep(-0.4, 0.4, down - upper) * smoothstep(-0.4, 0.4, lower - down) * (arch > 0 ? 1 : 0);
  if (inside > 0) paintBall(face, x - Math.sign(x) * eyes.distance, across, down, down - upper, inside, surface);
}

function paintLids(face: Face, across: number, down: number, upper: number, lower: number, surface: Surface): void {
  const { eyes } = face.identity;
  const within = smoothstep(1.25, 0.95, Math.abs(across));
  const lash = smoothstep(-1.9 - 0.4 * across, -0.5, down - upper) * smoothstep(0.5, -0.1, down - upper);
  darken(surface, 0.85 * within * lash);
  darken(surface, 0.35 * within * smoothstep(1.3, 0.3, Math.abs(down - lower - 0.3)));
  const crease = upper * 1.15 - 2.6;
  darken(surface, 0.4 * eyes.crease * within * smoothstep(1.2, 0.2, Math.abs(down - crease)));
}

function paintBall(face: Face, x: number, across: number, down: number, belowLid: number, share: number, surface: Surface): void {
  const { eyes } = face.identity;
  // The lid shades the top of the ball, and the ball turns away towards its corners.
  const light = (0.5 + 0.5 * smoothstep(0, 2.6, belowLid)) * (1 - 0.3 * square(across));
  let red = 0.72;
  let green = 0.68 - 0.12 * square(across);
  let blue = 0.66 - 0.12 * square(across);
  const dx = x - face.gazeX;
  const dy = down - face.gazeY + 0.5;
  const radius = Math.sqrt(dx * dx + dy * dy) / eyes.iris;
  if (radius < 1.15) {
    const iris = smoothstep(1.1, 0.92, radius);
    const ring = 1 - 0.6 * smoothstep(0.7, 1, radius);
    const pupil = 1 - 0.97 * smoothstep(0.52, 0.4, radius);
    red = mix(red, eyes.colour[0] * ring * pupil, iris);
    green = mix(green, eyes.colour[1] * ring * pupil, iris);
    blue = mix(blue, eyes.colour[2] * ring * pupil, iris);
  }
  const glint = smoothstep(1.15, 0.5, Math.sqrt(square(dx + 1.1) + square(dy + 1.2)));
  const bright = clamp(glint, 0, 1) * 0.85;
  blend(surface, mix(red * light, 1, bright), mix(green * light, 1, bright), mix(blue * light, 1, bright), share);
  surface.gloss *= 1 - share;
}
