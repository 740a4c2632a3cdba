import sharp, { type Sharp } from 'sharp';
import { decodeImage } from '../data/decode.ts';
import type { Identity } from '../data/identity.ts';
import { readIdentities } from '../data/readers/readers.ts';

const cell = 72;
const gap = 2;

export interface SheetOptions {
  /** Rows, one per identity, spread evenly over all of them. */
  readonly identities: number;
  /** Columns: an identity's first images. */
  readonly images: number;
}

/** The identities of a sheet, spread evenly over all of them. */
export function chooseRows(all: readonly Identity[], identities: number): Identity[] {
  const rows = Math.min(identities, all.length);
  return Array.from({ length: rows }, (_, row) => all[Math.floor((row * all.length) / rows)]!);
}

/** A picture of some of the data, for the eye: one row per identity. Broken images leave a gap. */
export async function drawContactSheet(location: string, { identities, images }: SheetOptions): Promise<Buffer> {
  const chosen = chooseRows(readIdentities(location), identities);
  const columns = Math.min(images, Math.max(...chosen.map(({ files }) => files.length)));
  const cells = chosen.flatMap(({ files }, row) => files.slice(0, images).map((file, col) => ({ file, row, col })));
  const tiles = await Promise.all(cells.map(async ({ file, row, col }) => {
    const input = await tileOf(file);
    return input === undefined ? [] : [{ input, left: gap + col * (cell + gap), top: gap + row * (cell + gap) }];
  }));
  return sharp({
    create: { width: gap + columns * (cell + gap), height: gap + chosen.length * (cell + gap), channels: 3, background: 'white' },
  }).composite(tiles.flat()).png().toBuffer();
}

async function tileOf(address: string): Promise<Buffer | undefined> {
  return (await thumbnail(address, cell))?.png().toBuffer();
}

/** A square picture of an image, its sides cut to make it one; undefined where the image is broken. */
export async function thumbnail(address: string, side: number): Promise<Sharp | undefined> {
  try {
    const { data, width, height, channels } = await decodeImage(address);
    return sharp(data, { raw: { width, height, channels } }).resize(side, side, { fit: 'cover' });
  } catch {
    return undefined;
  }
}
