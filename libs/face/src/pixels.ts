/** An 8-bit picture, row by row, RGB or RGBA. Alpha is not looked at: whoever decodes puts the picture on a background. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** A rectangle in pixels: pixel (0, 0) covers the unit square from (0, 0) to (1, 1). May be fractional and may leave the picture. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Rows and columns, in the order in which networks name their input. */
export type Size = readonly [rows: number, cols: number];

export class FaceError extends Error {
  override readonly name = 'FaceError';
}

export function checkPixels(pixels: Pixels): void {
  const { width, height, channels, data } = pixels;
  const expected = width * height * channels;
  if (!(width >= 1 && height >= 1) || data.length !== expected) {
    throw new FaceError(
      `picture of ${width}×${height} with ${channels} channels: expected ${expected} bytes (more than 0), got ${data.length}`,
    );
  }
}

export function checkBox(box: Box): void {
  const finite = [box.x, box.y, box.width, box.height].every(Number.isFinite);
  if (!finite || box.width <= 0 || box.height <= 0) {
    throw new FaceError(
      `box: expected finite numbers and an area above 0, got x ${box.x}, y ${box.y}, width ${box.width}, height ${box.height}`,
    );
  }
}

export function checkSize([rows, cols]: Size): void {
  if (!Number.isInteger(rows) || !Number.isInteger(cols) || rows < 1 || cols < 1) {
    throw new FaceError(`input size: expected whole rows and columns of at least 1, got ${rows}×${cols}`);
  }
}
