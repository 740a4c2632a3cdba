import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import type { Plugin } from 'vite';

/** Sizes that phones ask for, from the one drawing. */
export function drawIcons(svgFile: string): Plugin {
  return {
    name: 'facenet-icons',
    apply: 'build',
    async generateBundle() {
      const svg = readFileSync(svgFile);
      const plain = (size: number): Promise<Buffer> => sharp(svg, { density: (72 * size) / 32 }).resize(size).png().toBuffer();
      // Launchers cut a mask out of it, so the drawing keeps to the middle and its ground fills the square.
      const onGround = (size: number, share: number): Promise<Buffer> => plain(Math.round(size * share)).then((drawn) => (
        sharp({ create: { width: size, height: size, channels: 3, background: '#1d5fbf' } }).composite([{ input: drawn }]).png().toBuffer()
      ));
      const icons = { 'icon-192.png': plain(192), 'icon-512.png': plain(512), 'icon-maskable-512.png': onGround(512, 0.75), 'apple-touch-icon.png': onGround(180, 0.9) };
      for (const [fileName, picture] of Object.entries(icons)) this.emitFile({ type: 'asset', fileName, source: await picture });
    },
  };
}
