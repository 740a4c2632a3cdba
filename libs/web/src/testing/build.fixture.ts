import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';

const project = path.join(import.meta.dirname, '..', '..');

/** The package as it is published, into a folder. A process of its own, since Jest's sandbox is no place for a bundler. */
export async function buildPackage(folder: string): Promise<void> {
  const vite = path.join(path.dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin', 'vite.js');
  await promisify(execFile)(process.execPath, [vite, 'build', '--outDir', folder, '--logLevel', 'error'], { cwd: project });
}
