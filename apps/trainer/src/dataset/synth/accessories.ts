import type { Colour } from './colour.ts';
import { cosine, mix, sine, smoothstep } from './curves.ts';
import { flatten, type Skull } from './head.ts';
import type { Glasses, Identity } from './identity.ts';
import { createMesh, type Mesh } from './mesh.ts';

/** The two lenses and the bridge as one gently curved sheet in front of the eyes; the painter keeps the frame's pixels. */
export function createGlasses(identity: Identity, glasses: Glasses): Mesh[] {
  const { eyes, nose } = identity;
  const half = eyes.distance + glasses.halfWidth + 2;
  const height = glasses.halfHeight + 3;
  const front = 5.5 + 0.25 * nose.prominence;
  const rim = createMesh({ material: 'frame', rows: 9, columns: 33, twoSided: true }, (row, column, point) => {
    const across = (2 * column) / 32 - 1;
    point.x = half * across;
    point.y = 1.5 + height * ((2 * row) / 8 - 1);
    point.z = front - 7 * across * across;
    point.u = Math.abs(point.x) - eyes.distance;
    point.v = point.y - 1.5;
    point.w = 0;
  });
  return [rim, createTemple(half, front - 7, glasses, -1), createTemple(half, front - 7, glasses, 1)];
}

/** The arm of the glasses from the hinge to the ear. */
function createTemple(half: number, front: number, glasses: Glasses, side: -1 | 1): Mesh {
  const thickness = Math.max(1.2, glasses.thickness);
  return createMesh({ material: 'frame', rows: 3, columns: 9, twoSided: true }, (row, column, point) => {
    const along = column / 8;
    point.x = side * (mix(half - 0.5, 43, along));
    point.y = -2 + thickness * (row - 1) + 2 * along;
    point.z = mix(front, -46, along);
    point.u = 0;
    point.v = 0;
    // Marks the arm, which is frame throughout.
    point.w = 1;
  });
}

export interface Hat {
  readonly kind: 'cap' | 'beanie';
  readonly colour: Colour;
  /** Height of its edge on the forehead. */
  readonly edge: number;
}

/** A hat is a shell like hair; a cap also has a peak. */
export function createHat(skull: Skull, hat: Hat): Mesh[] {
  const rows = 40;
  const columns = 65;
  const slice = { width: 0, front: 0, centre: 0, back: 0 };
  const room = hat.kind === 'cap' ? 7 : 6;
  const top = skull.top - room - 2;
  let y = 0;
  const dome = createMesh({ material: 'hat', rows, columns }, (row, column, point) => {
    if (column === 0) {
      y = mix(top, 4, (1 - cosine((Math.PI * row) / (2 * (rows - 1)))));
      skull.slice(Math.max(y + 4, skull.top + 0.5), slice);
    }
    const angle = Math.PI * ((2 * column) / (columns - 1) - 1);
    const sin = sine(angle);
    const cos = cosine(angle);
    const reach = flatten(sin, cos, cos > 0 ? skull.flatness : 0);
    const closing = smoothstep(top, top + 8, y);
    point.x = (slice.width + room * closing) * reach * sin * Math.sqrt(closing);
    point.y = y;
    point.z = slice.centre + ((cos > 0 ? slice.front - slice.centre : slice.centre - slice.back) + room * closing) * reach * cos * Math.sqrt(closing);
    point.u = angle;
    point.v = y;
    point.w = 0;
    point.cover = mix(2, hat.edge, 0.5 + 0.5 * cos) - y;
  });
  return hat.kind === 'cap' ? [dome, createPeak(skull, hat)] : [dome];
}

function createPeak(skull: Skull, hat: Hat): Mesh {
  const slice = skull.slice(hat.edge, { width: 0, front: 0, centre: 0, back: 0 });
  return createMesh({ material: 'hat', rows: 8, columns: 25, twoSided: true }, (row, column, point) => {
    const angle = 1.15 * ((2 * column) / 24 - 1);
    const out = row / 7;
    const sin = sine(angle);
    const cos = cosine(angle);
    const reach = flatten(sin, cos, skull.flatness);
    point.x = (slice.width + 5) * reach * sin;
    point.z = slice.centre + (slice.front - slice.centre + 5) * reach * cos + 27 * out * (cos - 0.25);
    point.y = hat.edge + 5 * out - 5 * (1 - cos);
    point.u = angle;
    point.v = 100;
    point.w = 1;
    point.openness = 0.75;
  });
}

/** A scarf around the neck that may reach up over the mouth. */
export function createScarf(skull: Skull, height: number): Mesh {
  const rows = 16;
  const columns = 49;
  const slice = { width: 0, front: 0, centre: 0, back: 0 };
  let y = 0;
  return createMesh({ material: 'scarf', rows, columns }, (row, column, point) => {
    const along = row / (rows - 1);
    if (column === 0) {
      y = mix(height, skull.chin + 28, along);
      skull.slice(Math.min(y, skull.chin - 14), slice);
    }
    const angle = Math.PI * ((2 * column) / (columns - 1) - 1);
    const cos = cosine(angle);
    const fold = 1.5 * sine(along * 14 + angle * 2);
    const room = 5 + fold + 6 * along;
    point.x = (slice.width + room) * sine(angle);
    point.y = y - 8 * (1 - cos) * (1 - along) * 0.4;
    point.z = slice.centre + ((cos > 0 ? slice.front - slice.centre + 5 : slice.centre - slice.back) + room) * cos;
    point.u = angle;
    point.v = y;
    point.w = fold;
    point.openness = 0.75 + 0.15 * fold;
  });
}
