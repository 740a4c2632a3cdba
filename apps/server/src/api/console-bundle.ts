import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { build, stop } from 'esbuild';

export interface ConsoleFile {
  readonly type: string;
  readonly body: Buffer;
  readonly gzipped: Buffer;
  /** Of the content, with its quotes. */
  readonly etag: string;
}

const compress = promisify(gzip);
let bundled: Promise<ReadonlyMap<string, ConsoleFile>> | undefined;

/** The console's files by name, made once for the process from its sources: nothing to build before, nothing written. */
export function consoleFiles(): Promise<ReadonlyMap<string, ConsoleFile>> {
  bundled ??= bundle(consoleFolder()).catch((error: unknown) => {
    bundled = undefined;
    throw error;
  });
  return bundled;
}

/** The console is a project beside this one: found by its name, and read rather than imported. */
function consoleFolder(): string {
  return path.dirname(createRequire(import.meta.url).resolve('@facenet/console/package.json'));
}

async function bundle(folder: string): Promise<ReadonlyMap<string, ConsoleFile>> {
  const sources = path.join(folder, 'src');
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: [{ in: path.join(sources, 'main.ts'), out: 'console' }, { in: path.join(sources, 'console.css'), out: 'console' }],
    outdir: folder, write: false, bundle: true, minify: true, format: 'esm', target: ['chrome111', 'firefox115', 'safari16.4'], logLevel: 'silent',
    // A caller's NODE_PATH or tsconfig elsewhere changes nothing of the page.
    tsconfigRaw: {},
  });
  // Its process would live as long as ours.
  await stop();
  const files = new Map<string, ConsoleFile>();
  for (const { path: name, contents } of outputFiles) files.set(path.basename(name), await fileOf(path.basename(name), Buffer.from(contents)));
  for (const name of ['index.html', 'icon.svg']) files.set(name, await fileOf(name, await readFile(path.join(sources, name))));
  return files;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.svg': 'image/svg+xml',
};

async function fileOf(name: string, body: Buffer): Promise<ConsoleFile> {
  const digest = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  return { type: types[path.extname(name)]!, body, gzipped: await compress(body), etag: `"${digest}"` };
}
