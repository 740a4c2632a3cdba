import { writeFile } from 'node:fs/promises';
import type { Pixels } from '@facenet/face';

/** A film of one picture, of even width and height, as YUV4MPEG2: what Chromium's false camera reads. */
export async function writeStillFilm(path: string, { width, height, channels, data }: Pixels): Promise<void> {
  const luma = Buffer.alloc(width * height);
  const chroma = [Buffer.alloc(luma.length / 4), Buffer.alloc(luma.length / 4)] as const;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = channels * (y * width + x);
      const [r, g, b] = [data[at]!, data[at + 1]!, data[at + 2]!];
      // JPEG's conversion: full range.
      luma[y * width + x] = Math.round(0.299 * r + 0.587 * g + 0.114 * b);
      if (x % 2 === 1 || y % 2 === 1) continue;
      const half = (y / 2) * (width / 2) + x / 2;
      chroma[0][half] = Math.round(128 - 0.168736 * r - 0.331264 * g + 0.499999 * b);
      chroma[1][half] = Math.round(128 + 0.499999 * r - 0.418688 * g - 0.081312 * b);
    }
  }
  await writeFile(path, Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`), Buffer.from('FRAME\n'), luma, ...chroma]));
}
