/**
 * The resize kernel 'face-1': a triangle, as wide as two output cells when shrinking and two source pixels when
 * enlarging (antialiased bilinear), half-pixel centres, the picture's edge repeated beyond it. Its weights use only
 * + − × ÷ and comparisons of float64, which every JavaScript engine rounds alike, and are summed in one fixed order.
 */
export interface Taps {
  /** Taps per output cell; cells that need fewer end in taps of weight 0. */
  readonly perCell: number;
  /** Source pixel of each tap, within the picture. [cells × perCell] */
  readonly pixel: Int32Array;
  /** [cells × perCell], each cell's sum 1 up to rounding. */
  readonly weight: Float64Array;
}

/** Taps that resample `extent` source pixels, from `start`, to `cells` cells, out of a line of `pixels` pixels. */
export function createTaps(start: number, extent: number, cells: number, pixels: number): Taps {
  const step = extent / cells;
  const radius = step > 1 ? step : 1;
  // An open interval of length 2 × radius holds at most this many pixel centres.
  const perCell = Math.ceil(2 * radius);
  const pixel = new Int32Array(cells * perCell);
  const weight = new Float64Array(cells * perCell);
  for (let cell = 0; cell < cells; cell++) {
    const centre = start + (cell + 0.5) * step;
    // The first pixel whose centre may lie inside (centre − radius, centre + radius).
    const first = Math.floor(centre - radius + 0.5);
    const base = cell * perCell;
    let sum = 0;
    for (let tap = 0; tap < perCell; tap++) {
      const offset = first + tap + 0.5 - centre;
      const value = 1 - (offset < 0 ? -offset : offset) / radius;
      weight[base + tap] = value > 0 ? value : 0;
      sum += weight[base + tap]!;
      pixel[base + tap] = clamp(first + tap, pixels - 1);
    }
    for (let tap = 0; tap < perCell; tap++) weight[base + tap]! /= sum;
  }
  return { perCell, pixel, weight };
}

function clamp(value: number, last: number): number {
  return value < 0 ? 0 : value > last ? last : value;
}
