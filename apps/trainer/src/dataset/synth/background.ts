import type { Random } from '@facenet/architecture';
import { mix, smoothstep } from './curves.ts';
import { around, between, chance } from './draw.ts';
import type { Film } from './exposure.ts';
import { noise } from './noise.ts';
import { randomColour } from './shot.ts';

/** Fills the film with an out-of-focus room or street: a gradient with soft boxes and discs. */
export function paintBackground(film: Film, random: Random): void {
  const { width, height, light } = film;
  const top = randomColour(random);
  const bottom = randomColour(random);
  const unit = Math.max(width, height);
  const brightness = between(random, 0.15, 1.7);
  const shapes = Array.from({ length: 3 + random.integer(9) }, () => ({
    x: between(random, -0.1, 1.1) * width, y: between(random, -0.1, 1.1) * height,
    halfWidth: unit * between(random, 0.03, 0.35), halfHeight: unit * between(random, 0.03, 0.45),
    round: chance(random, 0.4), edge: unit * between(random, 0.005, 0.12), colour: randomColour(random),
  }));
  const grain = between(random, 0, 0.25);
  const scale = between(random, 4, 40) / unit;
  const shift = around(random, 0, 100);
  for (let row = 0, i = 0; row < height; row++) {
    const down = row / height;
    for (let column = 0; column < width; column++, i += 3) {
      const texture = brightness * (1 + grain * noise(column * scale + shift, row * scale));
      let red = mix(top[0], bottom[0], down);
      let green = mix(top[1], bottom[1], down);
      let blue = mix(top[2], bottom[2], down);
      for (const shape of shapes) {
        const dx = Math.abs(column - shape.x) / shape.halfWidth;
        const dy = Math.abs(row - shape.y) / shape.halfHeight;
        const distance = shape.round ? Math.sqrt(dx * dx + dy * dy) : Math.max(dx, dy);
        if (distance > 1) continue;
        const share = smoothstep(1, 1 - shape.edge / shape.halfWidth, distance);
        red += (shape.colour[0] - red) * share;
        green += (shape.colour[1] - green) * share;
        blue += (shape.colour[2] - blue) * share;
      }
      light[i] = red * texture;
      light[i + 1] = green * texture;
      light[i + 2] = blue * texture;
    }
  }
}
