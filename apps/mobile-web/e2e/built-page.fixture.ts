import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const script = fileURLToPath(new URL('../build/build.mjs', import.meta.url));

/** The page as its users get it, built with a bundle into a folder. */
export async function buildPage(bundle: string, folder: string): Promise<void> {
  await promisify(execFile)(process.execPath, [script, '--model', bundle, '--out', folder], { env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '' } });
}
