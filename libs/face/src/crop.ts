import { checkSize, FaceError, type Box, type Size } from './pixels.ts';
import type { Preprocessing } from './preprocessing.ts';

/** The part of a ready crop that a network with input `[rows, cols]` sees: centred, of the network's own aspect. */
export function cropBox(width: number, height: number, size: Size, preprocessing: Preprocessing): Box {
  if (!(width >= 1 && height >= 1)) throw new FaceError(`picture: expected at least 1×1 pixels, got ${width}×${height}`);
  checkSize(size);
  const [rows, cols] = size;
  const pixelsPerCell = Math.min(width / cols, height / rows) * preprocessing.crop.scale;
  return centredAt(width / 2, height / 2, cols * pixelsPerCell, rows * pixelsPerCell);
}

export interface Jitter {
  /** Largest shift of the centre, as a share of the box's width and height. */
  readonly shift: number;
  /** Largest change of size: the sides are multiplied by a number from 1 − zoom to 1 + zoom. */
  readonly zoom: number;
}

/** Moves and scales a box at random, keeping its aspect; always takes three numbers from `random`. */
export function jitterBox(box: Box, { shift, zoom }: Jitter, random: { next(): number }): Box {
  if (!(shift >= 0 && zoom >= 0 && zoom < 1)) {
    throw new FaceError(`jitter: expected a shift of at least 0 and a zoom from 0 to 1, got shift ${shift}, zoom ${zoom}`);
  }
  const around = (range: number): number => (random.next() * 2 - 1) * range;
  const x = box.x + box.width / 2 + around(shift) * box.width;
  const y = box.y + box.height / 2 + around(shift) * box.height;
  const scale = 1 + around(zoom);
  return centredAt(x, y, box.width * scale, box.height * scale);
}

function centredAt(x: number, y: number, width: number, height: number): Box {
  return { x: x - width / 2, y: y - height / 2, width, height };
}
