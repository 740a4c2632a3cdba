import { clamp, cosine, hill, mix, sine, smoothstep, spline, square } from './curves.ts';
import type { Face } from './expression.ts';
import type { Identity } from './identity.ts';
import { createMesh, type Mesh } from './mesh.ts';
import { relief } from './relief.ts';

/** One horizontal slice of the smooth head: half its width, and where along z it begins, is centred and ends. */
export interface Slice {
  width: number;
  front: number;
  centre: number;
  back: number;
}

export interface Skull {
  readonly top: number;
  readonly chin: number;
  readonly flatness: number;
  slice(y: number, into: Slice): Slice;
}

/** The head without features, as slices by height: everything that sits on the head asks here where the head is. */
export function createSkull({ skull }: Identity): Skull {
  const { top, chin } = skull;
  const width = spline(
    [-62, -40, -22, -4, 12, 30, 44, 60],
    [skull.width, skull.width, skull.width, mix(skull.width, skull.cheekWidth, 0.55) + 0.5, skull.cheekWidth, mix(skull.cheekWidth, skull.jawWidth, 0.55) + 0.8, skull.jawWidth, skull.jawWidth * 0.95],
  );
  const front = spline(
    [-62, -46, -26, -9, 0, 12, 26, 38, 47, 54, 61],
    [skull.forehead - 4, skull.forehead - 1, skull.forehead + 1, 3.5, 0.5, 1, 4, 6.5, 4, 4.5 + skull.chinProminence, 3 + skull.chinProminence],
  );
  const browline = -24;
  return {
    top,
    chin,
    flatness: skull.flatness,
    slice(y, into) {
      const crown = y < browline ? clamp((browline - y) / (browline - top), 0, 1) : 0;
      const dome = Math.sqrt(1 - crown * crown);
      const jaw = y > 28 ? clamp((y - 28) / (chin - 28), 0, 1) : 0;
      const round = Math.sqrt(1 - jaw * jaw);
      const angular = Math.sqrt(1 - square(jaw * jaw * jaw));
      const closing = mix(round, angular, 0.25 + 0.6 * skull.jawSquareness) * (1 - skull.chinPoint * jaw);
      const under = y > chin - 10 ? clamp((y - (chin - 10)) / 10, 0, 1) : 0;
      into.centre = mix(-45, -16, smoothstep(16, chin, y));
      into.width = Math.max(0.01, width(y) * dome * closing);
      into.front = into.centre + (front(y) - into.centre) * dome * Math.sqrt(1 - under * under);
      into.back = into.centre - mix(50, 12, smoothstep(6, chin - 4, y)) * dome * Math.sqrt(1 - under * under);
      return into;
    },
  };
}

/** How far from the centre a slice reaches in the direction (sin, cos), relative to an ellipse: faces are flatter. */
export function flatten(sin: number, cos: number, flatness: number): number {
  const fourth = square(sin * sin) + square(cos * cos);
  return 1 + flatness * (1 / Math.sqrt(Math.sqrt(fourth)) - 1);
}

export interface Point3 {
  x: number;
  y: number;
  z: number;
}

/** The surface of the face in the direction `angle` (0 is straight ahead) at height `y`, with its features. */
export function facePoint(skull: Skull, face: Face, slice: Slice, sin: number, cos: number, y: number, into: Point3): Point3 {
  const reach = flatten(sin, cos, cos > 0 ? skull.flatness : 0);
  const x = slice.width * reach * sin;
  const depth = cos > 0 ? slice.front - slice.centre : slice.centre - slice.back;
  const z = slice.centre + depth * reach * cos;
  // The jaw hinges below the ears: what is in front of them and below the lips goes down with it.
  const forward = smoothstep(-40, -5, z);
  into.x = x;
  into.y = y + face.jawDrop * forward * smoothstep(face.identity.mouth.y - 2, face.identity.mouth.y + 9, y);
  into.z = z + (cos > 0 ? relief(face, x, y) * smoothstep(0, 0.35, cos) : 0);
  return into;
}

const rows = 124;
const columns = 97;
/** Columns are denser in front, where the features are. */
const columnAngles = Array.from({ length: columns }, (_, i) => {
  const t = (2 * i) / (columns - 1) - 1;
  return Math.PI * (0.38 * t + 0.62 * t * t * t);
});
const columnSines = columnAngles.map(sine);
const columnCosines = columnAngles.map(cosine);
const rowCosines = Array.from({ length: rows }, (_, i) => cosine((Math.PI * i) / (rows - 1)));

export function createHead(face: Face, skull: Skull): Mesh {
  const slice: Slice = { width: 0, front: 0, centre: 0, back: 0 };
  const middle = (skull.top + skull.chin) / 2;
  const half = (skull.chin - skull.top) / 2;
  const where: Point3 = { x: 0, y: 0, z: 0 };
  let y = 0;
  return createMesh({ material: 'skin', rows, columns }, (row, column, point) => {
    if (column === 0) {
      y = middle - half * rowCosines[row]!;
      skull.slice(y, slice);
    }
    const sin = columnSines[column]!;
    const cos = columnCosines[column]!;
    facePoint(skull, face, slice, sin, cos, y, where);
    point.x = where.x;
    point.y = where.y;
    point.z = where.z;
    // Painted in coordinates of the closed, featureless head; the painter knows itself where an open mouth lies.
    point.u = where.x;
    point.v = y;
    point.w = where.z;
    point.openness = cos > 0 ? headOpenness(face, where.x, y) : 0.8;
  });
}

/** Hollows get less of the light that comes from everywhere. */
function headOpenness(face: Face, x: number, y: number): number {
  const { eyes, nose, mouth, skull } = face.identity;
  const side = Math.abs(x);
  return 1
    - (0.22 + 0.06 * eyes.depth) * hill(side, y, eyes.distance - 2, -2, 14, 10)
    - 0.3 * hill(side, y, 7, 2, 5.5, 10)
    - 0.2 * hill(side, y, nose.width + 2.5, nose.tip, 4, 8)
    - 0.45 * hill(side, y, nose.width * 0.3, nose.tip + 6, nose.width * 1.1, 6)
    - 0.18 * hill(x, y, 0, mouth.y + mouth.lowerLip + 4, 12, 5)
    - 0.3 * smoothstep(skull.chin - 6, skull.chin, y);
}

/** The point of the face that lies at (x, y) as painted, found by halving the angle: features hardly move x. */
export function pointAt(skull: Skull, face: Face, x: number, y: number): Point3 {
  const slice = skull.slice(y, { width: 0, front: 0, centre: 0, back: 0 });
  const point: Point3 = { x: 0, y: 0, z: 0 };
  let low = -Math.PI / 2;
  let high = Math.PI / 2;
  for (let i = 0; i < 40; i++) {
    const angle = (low + high) / 2;
    facePoint(skull, face, slice, sine(angle), cosine(angle), y, point);
    if (point.x < x) low = angle;
    else high = angle;
  }
  return point;
}
