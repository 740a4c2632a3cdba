import sharp from 'sharp';
import { decodeImage } from '../data/decode.ts';
import { readIdentityFolder } from '../data/folder.ts';

const cell = 72;
const gap = 2;

export interface SheetOptions {
  /** Rows, one per identity, spread evenly over all of them. */
  readonly identities: number;
  /** Columns: an identity's first images. */
  readonly images: number;
}

/** A picture of some of the data, for the eye: one row per identity. Broken images leave a gap. */
export async function drawContactSheet(folder: string, { identities, images }: SheetOptions): Promise<Buffer> {
  const all = readIdentityFolder(folder);
  const rows = Math.min(identities, all.length);
  const chosen = Array.from({ length: rows }, (_, row) => all[Math.floor((row * all.length) / rows)]!);
  const columns = Math.min(images, Math.max(...chosen.map(({ files }) => files.length)));
  const cells = chosen.flatMap(({ files }, row) => files.slice(0, images).map((file, col) => ({ file, row, col })));
  const tiles = await Promise.all(cells.map(async ({ file, row, col }) => {
    const input = await tileOf(file);
    return input === undefined ? [] : [{ input, left: gap + col * (cell + gap), top: gap + row * (cell + gap) }];
  }));
  return sharp({
    create: { width: gap + columns * (cell + gap), height: gap + rows * (cell + gap), channels: 3, background: 'white' },
  }).composite(tiles.flat()).png().toBuffer();
}

async function tileOf(file: string): Promise<Buffer | undefined> {
  try {
    const { data, width, height, channels } = await decodeImage(file);
    return await sharp(data, { raw: { width, height, channels } }).resize(cell, cell, { fit: 'cover' }).png().toBuffer();
  } catch {
    return undefined;
  }
}
