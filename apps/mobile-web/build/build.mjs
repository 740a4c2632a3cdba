// `build.mjs [--model BUNDLE] [--out FOLDER]`: the page with this model into dist/, or there.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'vite';

try {
  const { values: { model, out } } = parseArgs({ options: { model: { type: 'string' }, out: { type: 'string' } } });
  if (model !== undefined) process.env.FACENET_PHONE_MODEL = model;
  await build({ root: path.resolve(import.meta.dirname, '..'), ...(out !== undefined && { build: { outDir: path.resolve(out) } }) });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
