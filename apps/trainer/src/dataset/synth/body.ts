import { cosine, mix, sine, smoothstep, square } from './curves.ts';
import { flatten, type Skull } from './head.ts';
import type { Identity } from './identity.ts';
import { createMesh, type Mesh } from './mesh.ts';

/** An ear is a flat, tilted dish with a raised rim, set into the side of the head. */
export function createEar(skull: Skull, { ears }: Identity, side: -1 | 1): Mesh {
  const at = skull.slice(8, { width: 0, front: 0, centre: 0, back: 0 });
  const height = 16 * ears.size;
  const depth = 9 * ears.size;
  const out = ears.angle;
  const columns = 13;
  const rows = 13;
  return createMesh({ material: 'skin', rows, columns, twoSided: true }, (row, column, point) => {
    const polar = (Math.PI * row) / (rows - 1);
    // On the right side of the picture the outside of the ear is seen with front on the left, so columns run back.
    const turn = (2 * Math.PI * column) / (columns - 1);
    const v = -cosine(polar);
    const ring = sine(polar);
    const back = cosine(turn) * ring;
    const thick = sine(turn) * ring * side;
    const lobe = v > 0 ? 1 - 0.35 * v * v : 1;
    const z = -42 - depth * (0.55 + back * lobe);
    const rim = 2.6 * smoothstep(0.2, 0.85, back * back + v * v);
    point.x = side * (at.width - 1.5 + out * (1 + back) * depth * 0.6 + 1.8 * thick * side + rim * Math.max(0, thick * side));
    point.y = 7 + height * v;
    point.z = z;
    point.u = side * 60;
    point.v = point.y;
    point.w = -42;
    point.openness = 0.6 + 0.4 * smoothstep(0.1, 0.8, back * back + v * v);
  });
}

export function createNeck(skull: Skull, { skull: shape }: Identity): Mesh {
  const rows = 14;
  const columns = 33;
  const half = 0.78 * shape.jawWidth + 1;
  return createMesh({ material: 'skin', rows, columns }, (row, column, point) => {
    const angle = Math.PI * ((2 * column) / (columns - 1) - 1);
    const along = row / (rows - 1);
    const y = mix(26, skull.chin + 48, along);
    const flare = 10 * square(smoothstep(0.5, 1.2, along));
    point.x = (half + flare) * sine(angle);
    point.y = y;
    point.z = -42 + (half * 0.95 + flare) * cosine(angle) + 6 * along;
    point.u = 60 + point.x;
    point.v = 80 + y;
    point.w = -42;
    // The chin keeps most of the sky from the neck.
    point.openness = mix(0.4, 0.95, smoothstep(skull.chin - 4, skull.chin + 26, y));
  });
}

export interface Clothes {
  /** Where the collar is below the chin: high like a roll-neck or low. */
  readonly neckline: number;
  readonly shoulders: number;
}

/** Shoulders and chest: slices that widen from the collar to the arms. */
export function createTorso(skull: Skull, clothes: Clothes): Mesh {
  const rows = 30;
  const columns = 49;
  const top = skull.chin + clothes.neckline;
  return createMesh({ material: 'cloth', rows, columns }, (row, column, point) => {
    const angle = Math.PI * ((2 * column) / (columns - 1) - 1);
    const along = row / (rows - 1);
    const y = mix(top, top + 420, along * along);
    const below = Math.max(0, y - top);
    // From the neck the line runs out flat and then turns down over the arm.
    const slope = Math.sqrt(1 - square(1 - Math.min(1, below / 62)));
    const width = mix(24, clothes.shoulders, slope) + 0.05 * below;
    const depth = mix(24, 46, Math.min(1, below / 90));
    const reach = flatten(sine(angle), cosine(angle), 0.5);
    point.x = width * reach * sine(angle);
    // The collar lies lower in front than at the nape.
    point.y = y + 7 * cosine(angle) * (1 - along);
    point.z = -48 + depth * reach * cosine(angle);
    point.u = point.x;
    point.v = y - top;
    point.w = point.z;
    point.openness = mix(0.6, 1, smoothstep(0, 30, below));
  });
}
