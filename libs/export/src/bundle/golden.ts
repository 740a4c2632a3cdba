import { Random } from '@facenet/architecture';

/** A picture that every machine draws the same, RGBA row by row. */
export interface GoldenPicture {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

const width = 24;
const height = 28;
const opaque = 255;

type Color = readonly [red: number, green: number, blue: number];

/**
 * Pictures on which every path from pixels to embedding must agree. Noise is like nothing else in them; the flat ones
 * and the checkerboard are extremes: equal values in every window, and the largest contrast that bytes can have.
 */
export function goldenPictures(seed: number): GoldenPicture[] {
  const random = new Random(seed);
  const byte = (): number => random.integer(256);
  return [
    draw('noise', () => [byte(), byte(), byte()]),
    draw('checkerboard', (x, y) => gray((x + y) % 2 === 0 ? 0 : 255)),
    draw('white', () => gray(255)),
    draw('black', () => gray(0)),
    draw('gradient', (x, y) => [Math.round(255 * x / (width - 1)), Math.round(255 * y / (height - 1)), 128]),
  ];
}

function draw(name: string, colorAt: (x: number, y: number) => Color): GoldenPicture {
  const rgba = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rgba.set([...colorAt(x, y), opaque], (y * width + x) * 4);
  }
  return { name, width, height, rgba };
}

function gray(value: number): Color {
  return [value, value, value];
}
