/** What a surface is made of; the painter has one rule for each. */
export const materials = ['skin', 'hair', 'cloth', 'frame', 'hat', 'scarf'] as const;
export type Material = (typeof materials)[number];

/**
 * A bent sheet: a grid of points, rows from the top and columns from left to right as seen from outside.
 * `paint` holds the coordinates in which the surface is painted, `cover` cuts holes (below 0 there is nothing)
 * and `openness` is the share of ambient light that gets there.
 */
export interface Mesh {
  readonly material: Material;
  readonly rows: number;
  readonly columns: number;
  readonly position: Float32Array;
  readonly normal: Float32Array;
  readonly paint: Float32Array;
  readonly cover: Float32Array;
  readonly openness: Float32Array;
  /** Seen from both sides, like glasses or hanging hair. */
  readonly twoSided: boolean;
}

/** One point of a mesh, reused for all of them. */
export interface MeshPoint {
  x: number;
  y: number;
  z: number;
  u: number;
  v: number;
  w: number;
  cover: number;
  openness: number;
}

export interface MeshOptions {
  readonly material: Material;
  readonly rows: number;
  readonly columns: number;
  readonly twoSided?: boolean;
}

export function createMesh({ material, rows, columns, twoSided = false }: MeshOptions, place: (row: number, column: number, point: MeshPoint) => void): Mesh {
  const count = rows * columns;
  const mesh: Mesh = {
    material, rows, columns, twoSided,
    position: new Float32Array(3 * count),
    normal: new Float32Array(3 * count),
    paint: new Float32Array(3 * count),
    cover: new Float32Array(count),
    openness: new Float32Array(count),
  };
  const point: MeshPoint = { x: 0, y: 0, z: 0, u: 0, v: 0, w: 0, cover: 1, openness: 1 };
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, i++) {
      point.cover = 1;
      point.openness = 1;
      place(row, column, point);
      mesh.position[3 * i] = point.x;
      mesh.position[3 * i + 1] = point.y;
      mesh.position[3 * i + 2] = point.z;
      mesh.paint[3 * i] = point.u;
      mesh.paint[3 * i + 1] = point.v;
      mesh.paint[3 * i + 2] = point.w;
      mesh.cover[i] = point.cover;
      mesh.openness[i] = point.openness;
    }
  }
  computeNormals(mesh);
  return mesh;
}

/** The outward direction: along the columns × along the rows, from the differences to the neighbours. */
function computeNormals({ rows, columns, position, normal }: Mesh): void {
  for (let row = 0, i = 0; row < rows; row++) {
    const up = row > 0 ? columns : 0;
    const down = row < rows - 1 ? columns : 0;
    for (let column = 0; column < columns; column++, i++) {
      const left = 3 * (column > 0 ? i - 1 : i);
      const right = 3 * (column < columns - 1 ? i + 1 : i);
      const above = 3 * (i - up);
      const below = 3 * (i + down);
      const ax = position[right]! - position[left]!;
      const ay = position[right + 1]! - position[left + 1]!;
      const az = position[right + 2]! - position[left + 2]!;
      const bx = position[below]! - position[above]!;
      const by = position[below + 1]! - position[above + 1]!;
      const bz = position[below + 2]! - position[above + 2]!;
      const nx = ay * bz - az * by;
      const ny = az * bx - ax * bz;
      const nz = ax * by - ay * bx;
      const length = Math.sqrt(nx * nx + ny * ny + nz * nz) || 1;
      normal[3 * i] = nx / length;
      normal[3 * i + 1] = ny / length;
      normal[3 * i + 2] = nz / length;
    }
  }
}
