import { rotate, type Rotation, type Similarity } from './camera.ts';
import { materials, type Mesh } from './mesh.ts';

/** Per vertex: where it is in the picture and everything the painter wants to know about the point. */
export interface Vertices {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly depth: Float32Array;
  readonly normal: Float32Array;
  readonly paint: Float32Array;
  readonly openness: Float32Array;
  /** Index into `materials`. */
  readonly material: Uint8Array;
}

/**
 * Which triangle is seen in each pixel. A triangle is stored as its first vertex and the steps to the two others,
 * and the place inside it as the weights of these two: the painter then works on visible pixels only.
 */
export interface Seen {
  readonly width: number;
  readonly height: number;
  readonly depth: Float32Array;
  /** −1 where nothing is. */
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly third: Int32Array;
  readonly secondWeight: Float32Array;
  readonly thirdWeight: Float32Array;
  /** Share of light that passes the glasses in front. */
  readonly glass: Float32Array;
}

/** What a pixel of a sheet with holes is: nothing, solid, or glass that lets the given share of the light through. */
export type Stencil = (u: number, v: number, w: number) => 'hole' | 'solid' | number;

export interface View {
  readonly width: number;
  readonly height: number;
  readonly similarity: Similarity;
  readonly distance: number;
}

export interface Placed {
  readonly mesh: Mesh;
  readonly rotation: Rotation;
  readonly stencil?: Stencil;
}

export function drawMeshes(placed: readonly Placed[], view: View): { vertices: Vertices; seen: Seen } {
  const total = placed.reduce((sum, { mesh }) => sum + mesh.cover.length, 0);
  const vertices = {
    x: new Float32Array(total), y: new Float32Array(total), depth: new Float32Array(total),
    normal: new Float32Array(3 * total), paint: new Float32Array(3 * total), openness: new Float32Array(total), material: new Uint8Array(total),
  };
  const seen = clearSeen(view.width, view.height);
  let offset = 0;
  for (const { mesh, rotation, stencil } of placed) {
    placeVertices(mesh, rotation, view, vertices, offset);
    drawMesh(mesh, vertices, offset, seen, stencil);
    offset += mesh.cover.length;
  }
  return { vertices, seen };
}

/** Kept from picture to picture: these megabytes would otherwise keep the garbage collector busy. */
let kept: Seen | undefined;

function clearSeen(width: number, height: number): Seen {
  if (kept?.width !== width || kept.height !== height) {
    const pixels = width * height;
    kept = {
      width, height,
      depth: new Float32Array(pixels), first: new Int32Array(pixels), second: new Int32Array(pixels), third: new Int32Array(pixels),
      secondWeight: new Float32Array(pixels), thirdWeight: new Float32Array(pixels), glass: new Float32Array(pixels),
    };
  }
  kept.depth.fill(-Infinity);
  kept.first.fill(-1);
  kept.glass.fill(1);
  return kept;
}

function placeVertices(mesh: Mesh, rotation: Rotation, { distance, similarity }: View, vertices: Vertices, offset: number): void {
  const { position, normal } = mesh;
  const [a, b, c, d, e, f, g, h, i] = rotation as [number, number, number, number, number, number, number, number, number];
  const origin = rotate(rotation, { x: 0, y: 0, z: 0 });
  for (let from = 0; from < mesh.cover.length; from++) {
    const at = offset + from;
    const px = position[3 * from]!;
    const py = position[3 * from + 1]!;
    const pz = position[3 * from + 2]!;
    const z = g * px + h * py + i * pz + origin.z;
    // As `project` and `apply` do it, without an object for each of thousands of vertices.
    const scale = distance / (distance - z);
    const flatX = scale * (a * px + b * py + c * pz + origin.x);
    const flatY = scale * (d * px + e * py + f * pz + origin.y);
    vertices.x[at] = similarity.a * flatX - similarity.b * flatY + similarity.dx;
    vertices.y[at] = similarity.b * flatX + similarity.a * flatY + similarity.dy;
    vertices.depth[at] = z;
    const nx = normal[3 * from]!;
    const ny = normal[3 * from + 1]!;
    const nz = normal[3 * from + 2]!;
    vertices.normal[3 * at] = a * nx + b * ny + c * nz;
    vertices.normal[3 * at + 1] = d * nx + e * ny + f * nz;
    vertices.normal[3 * at + 2] = g * nx + h * ny + i * nz;
  }
  vertices.material.fill(materials.indexOf(mesh.material), offset, offset + mesh.cover.length);
  vertices.paint.set(mesh.paint, 3 * offset);
  vertices.openness.set(mesh.openness, offset);
}

function drawMesh(mesh: Mesh, vertices: Vertices, offset: number, seen: Seen, stencil: Stencil | undefined): void {
  for (let row = 0; row + 1 < mesh.rows; row++) {
    for (let column = 0; column + 1 < mesh.columns; column++) {
      const corner = row * mesh.columns + column;
      drawTriangle(mesh, vertices, offset, corner, corner + 1, corner + mesh.columns, seen, stencil);
      drawTriangle(mesh, vertices, offset, corner + mesh.columns + 1, corner + mesh.columns, corner + 1, seen, stencil);
    }
  }
}

function drawTriangle(mesh: Mesh, vertices: Vertices, offset: number, a: number, b: number, c: number, seen: Seen, stencil: Stencil | undefined): void {
  const { cover } = mesh;
  const coverA = cover[a]!;
  const coverB = cover[b]!;
  const coverC = cover[c]!;
  if (coverA < 0 && coverB < 0 && coverC < 0) return;
  const first = offset + a;
  const second = offset + b;
  const third = offset + c;
  const { x, y, depth, paint } = vertices;
  const ax = x[first]!;
  const ay = y[first]!;
  const bx = x[second]! - ax;
  const by = y[second]! - ay;
  const cx = x[third]! - ax;
  const cy = y[third]! - ay;
  const area = bx * cy - by * cx;
  if (area === 0 || (area < 0 && !mesh.twoSided)) return;
  const minX = Math.min(0, bx, cx) + ax;
  const minY = Math.min(0, by, cy) + ay;
  const left = Math.max(0, Math.ceil(minX - 0.5));
  const right = Math.min(seen.width - 1, Math.floor(Math.max(0, bx, cx) + ax - 0.5));
  const top = Math.max(0, Math.ceil(minY - 0.5));
  const bottom = Math.min(seen.height - 1, Math.floor(Math.max(0, by, cy) + ay - 0.5));
  if (left > right || top > bottom) return;
  const scale = 1 / area;
  const depthA = depth[first]!;
  const depthB = depth[second]! - depthA;
  const depthC = depth[third]! - depthA;
  const whole = coverA >= 0 && coverB >= 0 && coverC >= 0;
  for (let row = top; row <= bottom; row++) {
    const py = row + 0.5 - ay;
    const startB = -py * cx;
    const startC = py * bx;
    for (let column = left; column <= right; column++) {
      const px = column + 0.5 - ax;
      const wb = (startB + px * cy) * scale;
      const wc = (startC - px * by) * scale;
      if (wb < 0 || wc < 0 || wb + wc > 1) continue;
      const pixel = row * seen.width + column;
      const near = depthA + wb * depthB + wc * depthC;
      if (near <= seen.depth[pixel]!) continue;
      const wa = 1 - wb - wc;
      if (!whole && wa * coverA + wb * coverB + wc * coverC < 0) continue;
      if (stencil) {
        const kind = stencil(
          wa * paint[3 * first]! + wb * paint[3 * second]! + wc * paint[3 * third]!,
          wa * paint[3 * first + 1]! + wb * paint[3 * second + 1]! + wc * paint[3 * third + 1]!,
          wa * paint[3 * first + 2]! + wb * paint[3 * second + 2]! + wc * paint[3 * third + 2]!,
        );
        if (kind === 'hole') continue;
        if (kind !== 'solid') {
          seen.glass[pixel] = kind;
          continue;
        }
      }
      seen.depth[pixel] = near;
      seen.first[pixel] = first;
      seen.second[pixel] = second;
      seen.third[pixel] = third;
      seen.secondWeight[pixel] = wb;
      seen.thirdWeight[pixel] = wc;
    }
  }
}
