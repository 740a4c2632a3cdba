import { clamp, cosine, hill, mix, sine, smoothstep, square } from './curves.ts';
import { flatten, type Skull } from './head.ts';
import type { Identity } from './identity.ts';
import { createMesh, type Mesh } from './mesh.ts';
import { noise } from './noise.ts';

const rows = 84;
const columns = 97;
const angles = Array.from({ length: columns }, (_, i) => Math.PI * ((2 * i) / (columns - 1) - 1));
const sines = angles.map(sine);
const cosines = angles.map(cosine);

/** What of the hair changes from day to day. */
export interface HairDay {
  /** Share of the usual volume. */
  readonly volume: number;
  readonly shift: number;
}

/**
 * Hair is a shell around the skull that comes out of it at the hairline: `cover` says how far a point lies behind
 * the hairline, in pixels, and the shell thickens with it. Below the ears long hair hangs straight down.
 */
export function createHair(skull: Skull, identity: Identity, day: HairDay, underHat: boolean): Mesh | undefined {
  const { hair, skin } = identity;
  if (hair.style === 'bald') return undefined;
  const long = hair.style === 'long';
  // A hat presses the hair down.
  const volume = Math.min(hair.volume * day.volume, underHat ? 3 : 20);
  const top = skull.top - volume;
  const bottom = long ? hair.length + 10 : 46;
  const slice = { width: 0, front: 0, centre: 0, back: 0 };
  const widest = skull.slice(-18, { width: 0, front: 0, centre: 0, back: 0 }).width;
  let y = 0;
  return createMesh({ material: 'hair', rows, columns, twoSided: true }, (row, column, point) => {
    const along = row / (rows - 1);
    if (column === 0) {
      // Rows are denser at the crown, where the shell closes.
      y = top + (bottom - top) * along * (0.25 + 0.75 * along);
      const inside = Math.max(y, skull.top + 0.3);
      skull.slice(Math.min(inside, 45), slice);
    }
    const sin = sines[column]!;
    const cos = cosines[column]!;
    const crown = clamp((-24 - y) / (-24 - top), 0, 1);
    const dome = Math.sqrt(Math.max(0, 1 - crown * crown));
    const skullDome = Math.sqrt(Math.max(1e-6, 1 - square(clamp((-24 - Math.max(y, skull.top + 0.3)) / (-24 - skull.top), 0, 1))));
    const reach = flatten(sin, cos, cos > 0 ? skull.flatness : 0);
    const baseX = slice.width * reach * sin;
    const baseZ = slice.centre + (cos > 0 ? slice.front - slice.centre : slice.centre - slice.back) * reach * cos;
    const behind = hairline(identity, baseX, y, baseZ, day.shift);
    const locks = noise(angles[column]! * 7 + skin.texture, y * 0.05) + 0.5 * noise(angles[column]! * 19 + skin.texture, y * 0.09);
    const curls = hair.curl * noise(angles[column]! * 9 + 31, y * 0.22 + skin.texture);
    const thickness = volume * smoothstep(-3, 13, behind) * (0.85 + 0.15 * locks + 0.4 * curls) + 0.35;
    // Above the ears the shell follows the skull; the crown closes over it with the hair's own height.
    const scale = dome / skullDome;
    const width = (Math.max(slice.width * scale, y > -10 && long ? widest * mix(0.97, 0.9, smoothstep(20, 80, y)) : 0) + thickness) * reach;
    const front = (slice.front - slice.centre) * scale + thickness;
    const back = Math.max((slice.centre - slice.back) * scale, y > 0 && long ? 40 : 0) + thickness;
    point.x = width * sin;
    point.y = y + (hair.curl > 0.3 ? 0 : 0.8 * locks);
    point.z = slice.centre + (cos > 0 ? front : back) * reach * cos;
    if (long && y > 8) point.z = mix(point.z, -45 + (cos > 0 ? 38 : 46) * cos, smoothstep(8, 24, y));
    point.u = angles[column]!;
    point.v = y;
    point.w = crown;
    point.cover = behind + 2.5 * locks + 3 * curls;
    point.openness = mix(0.55, 1, smoothstep(0, 10, behind)) * (y > 30 ? 0.8 : 1);
  });
}

/** How many pixels (x, y, z) lies behind the hairline; negative is bare skin. */
function hairline({ hair }: Identity, x: number, y: number, z: number, shift: number): number {
  const side = Math.abs(x);
  const recession = hair.recession * hill(side, 0, 19, 0, 14, 1);
  const fringe = hair.fringe * smoothstep(30, 12, Math.abs(x - 10 * hair.part + shift));
  const forehead = hair.hairline - recession + fringe + 0.006 * side * side - y;
  // In front of the ears the line runs down as sideburns, long hair frames the face.
  const hangs = hair.style === 'long';
  const line = mix(-22, -35 + (hangs ? 12 * hair.framing * smoothstep(4, 24, y) : 0), smoothstep(-30, -4, y));
  const temple = line - z;
  let behind = Math.max(forehead, Math.min(temple, y < -15 ? 40 : 14));
  if (!hangs) {
    const end = hair.style === 'bun' ? 6 : 12;
    // Short hair ends above the ears and at the nape.
    const low = z > -58 ? end - y : 42 - y;
    behind = Math.min(behind, low);
  }
  return behind;
}

/** A knot of hair on the crown. */
export function createBun(skull: Skull, { hair, skin }: Identity): Mesh | undefined {
  if (hair.style !== 'bun') return undefined;
  const size = 8 + 1.3 * hair.volume;
  const count = 21;
  const high = hair.framing > 0.5;
  return createMesh({ material: 'hair', rows: count, columns: count }, (row, column, point) => {
    const polar = (Math.PI * row) / (count - 1);
    const turn = Math.PI * ((2 * column) / (count - 1) - 1);
    const ring = size * sine(polar) * (1 + 0.1 * noise(turn * 3 + skin.texture, polar * 3));
    point.x = ring * sine(turn);
    point.y = (high ? skull.top - 0.45 * size : -28) - size * cosine(polar);
    point.z = (high ? -58 : -100) + ring * cosine(turn);
    point.u = turn;
    point.v = point.y;
    point.w = 0;
    point.cover = 5;
    point.openness = 0.9;
  });
}
