import { writeFile } from 'node:fs/promises';
import sharp from 'sharp';

/** A film of these pictures in turn, each for so many frames at ten a second, as YUV4MPEG2: what Chromium's false camera reads, again and again. */
export async function writeFilm(path: string, pictures: readonly Buffer[], framesOfEach = 1): Promise<void> {
  const frames: Buffer[] = [];
  let size = '';
  for (const picture of pictures) {
    const { data, info: { width, height } } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    size = `W${width} H${height}`;
    const frame = planesOf(data, width, height);
    for (let i = 0; i < framesOfEach; i++) frames.push(Buffer.from('FRAME\n'), frame);
  }
  await writeFile(path, Buffer.concat([Buffer.from(`YUV4MPEG2 ${size} F10:1 Ip A1:1 C420jpeg\n`), ...frames]));
}

/** JPEG's conversion, full range; of even width and height. */
function planesOf(rgb: Buffer, width: number, height: number): Buffer {
  const luma = Buffer.alloc(width * height);
  const chroma = [Buffer.alloc(luma.length / 4), Buffer.alloc(luma.length / 4)] as const;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 3 * (y * width + x);
      const [r, g, b] = [rgb[at]!, rgb[at + 1]!, rgb[at + 2]!];
      luma[y * width + x] = Math.round(0.299 * r + 0.587 * g + 0.114 * b);
      if (x % 2 === 1 || y % 2 === 1) continue;
      const half = (y / 2) * (width / 2) + x / 2;
      chroma[0][half] = Math.round(128 - 0.168736 * r - 0.331264 * g + 0.499999 * b);
      chroma[1][half] = Math.round(128 + 0.499999 * r - 0.418688 * g - 0.081312 * b);
    }
  }
  return Buffer.concat([luma, ...chroma]);
}
