import { apply, type Similarity } from './camera.ts';
import { clamp, cosine, sine } from './curves.ts';
import type { Film } from './exposure.ts';
import type { Identity } from './identity.ts';
import type { Light } from './light.ts';
import type { Layer } from './shading.ts';
import type { Hand } from './shot.ts';

/** Lays a layer over the film with its corner at (left, top). */
export function overlay(film: Film, layer: Layer, left: number, top: number): void {
  for (let row = Math.max(0, -top); row < Math.min(layer.height, film.height - top); row++) {
    for (let column = Math.max(0, -left); column < Math.min(layer.width, film.width - left); column++) {
      const from = 4 * (row * layer.width + column);
      const cover = layer.values[from + 3]!;
      if (cover === 0) continue;
      const to = 3 * ((row + top) * film.width + column + left);
      for (let channel = 0; channel < 3; channel++) {
        film.light[to + channel] = film.light[to + channel]! * (1 - cover) + layer.values[from + channel]!;
      }
    }
  }
}

/** Fingers from below, each a rounded stroke shaded like a cylinder. */
export function overlayHand(film: Film, hand: Hand, identity: Identity, light: Light, similarity: Similarity): void {
  const size = Math.sqrt(similarity.a * similarity.a + similarity.b * similarity.b);
  const radius = 5.2 * size;
  const skin = identity.skin.colour;
  const level = [0, 1, 2].map((channel) => skin[channel]! * (0.5 * (light.sky[channel]! + light.ground[channel]!) + 0.6 * light.lamps[0]!.colour[channel]!));
  for (let finger = 0; finger < hand.fingers; finger++) {
    const x = hand.x + 10.5 * (finger - (hand.fingers - 1) / 2);
    const y = hand.y + 2.5 * Math.abs(finger - 1.5);
    const tip = apply(similarity, { x, y });
    const root = apply(similarity, { x: x + 90 * sine(hand.angle), y: y + 90 * cosine(hand.angle) });
    stroke(film, tip, root, radius, level);
  }
}

function stroke(film: Film, from: { x: number; y: number }, to: { x: number; y: number }, radius: number, colour: readonly number[]): void {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const squaredLength = dx * dx + dy * dy;
  const left = Math.max(0, Math.floor(Math.min(from.x, to.x) - radius));
  const right = Math.min(film.width - 1, Math.ceil(Math.max(from.x, to.x) + radius));
  const top = Math.max(0, Math.floor(Math.min(from.y, to.y) - radius));
  const bottom = Math.min(film.height - 1, Math.ceil(Math.max(from.y, to.y) + radius));
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const px = column + 0.5 - from.x;
      const py = row + 0.5 - from.y;
      const along = clamp((px * dx + py * dy) / squaredLength, 0, 1);
      const ox = px - along * dx;
      const oy = py - along * dy;
      const away = Math.sqrt(ox * ox + oy * oy);
      const cover = clamp(radius - away + 0.5, 0, 1);
      if (cover === 0) continue;
      const shade = 0.35 + 0.65 * Math.sqrt(Math.max(0, 1 - (away * away) / (radius * radius)));
      const at = 3 * (row * film.width + column);
      for (let channel = 0; channel < 3; channel++) {
        film.light[at + channel] = film.light[at + channel]! * (1 - cover) + colour[channel]! * shade * cover;
      }
    }
  }
}
