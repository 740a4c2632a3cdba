import { Random } from '@facenet/architecture';
import protobuf from 'protobufjs/minimal.js';
import { BundleError } from './bundle-error.ts';
import type { GoldenVector } from './manifest.ts';

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

export function writeGolden({ rgba, ...picture }: GoldenPicture, embedding: ArrayLike<number>): GoldenVector {
  return {
    ...picture,
    rgba: protobuf.util.base64.encode(rgba, 0, rgba.length),
    // Nine digits name every float32.
    embedding: Array.from(embedding, (value) => Number(value.toPrecision(9))),
  };
}

/** The picture of a golden vector. */
export function readGolden({ name, width, height, rgba }: Omit<GoldenVector, 'embedding'>): GoldenPicture {
  const { base64 } = protobuf.util;
  const bytes = new Uint8Array(base64.test(rgba) ? base64.length(rgba) : 0);
  if (bytes.length !== width * height * 4) {
    throw new BundleError(`golden '${name}': expected ${width * height * 4} bytes in base64, got ${bytes.length}`);
  }
  base64.decode(rgba, bytes, 0);
  return { name, width, height, rgba: bytes };
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
