import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Bundle, BundleError, encodeManifest, readBundle } from '@facenet/export';
import { syncFolder } from '@facenet/files';

const files = { manifest: 'model.json', onnx: 'model.onnx', trainingList: 'training.bin' } as const;

/** Writes a bundle so that a crash never leaves half of one, or parts of two; at worst the old one under another name. */
export function writeBundleFolder(folder: string, { manifest, onnx, trainingList }: Bundle): void {
  requireBundlePlace(folder);
  const target = path.resolve(folder);
  const temporary = `${target}.${process.pid}.tmp`;
  mkdirSync(path.dirname(target), { recursive: true });
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary);
  try {
    writeSynced(path.join(temporary, files.onnx), onnx);
    if (trainingList) writeSynced(path.join(temporary, files.trainingList), trainingList);
    writeSynced(path.join(temporary, files.manifest), encodeManifest(manifest));
    syncFolder(temporary);
    replaceFolder(temporary, target);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** Throws unless a bundle may be written there: a new folder, an empty one, or an older bundle. */
export function requireBundlePlace(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isDirectory()) throw new BundleError(`${folder}: is a file; expected a folder for the bundle`);
  const foreign = readdirSync(folder).find((name) => !Object.values<string>(files).includes(name));
  if (foreign !== undefined) {
    throw new BundleError(`${folder}: holds other files than a bundle ('${foreign}'); choose a new folder`);
  }
}

/** Reads a bundle; refuses one whose parts disagree. */
export async function readBundleFolder(folder: string): Promise<Bundle> {
  const manifest = readPart(folder, files.manifest).toString('utf8');
  const onnx = readPart(folder, files.onnx);
  const hasList = statSync(path.join(folder, files.trainingList), { throwIfNoEntry: false }) !== undefined;
  const trainingList = hasList ? ownBytes(readPart(folder, files.trainingList)) : undefined;
  try {
    // Node's buffers may share memory with others; a bundle owns its bytes.
    return await readBundle({ manifest, onnx: ownBytes(onnx), trainingList });
  } catch (error) {
    throw error instanceof BundleError ? new BundleError(`${folder}: ${error.message}`) : error;
  }
}

function readPart(folder: string, name: string): Buffer {
  try {
    return readFileSync(path.join(folder, name));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' || code === 'ENOTDIR' ? `no ${name} there` : `cannot read ${name} (${code ?? String(error)})`;
    throw new BundleError(`${folder}: ${why}; expected a model bundle, a folder with model.json and model.onnx`);
  }
}

function ownBytes(buffer: Buffer): Uint8Array<ArrayBuffer> {
  const whole = buffer.buffer.byteLength === buffer.length && buffer.buffer instanceof ArrayBuffer;
  return whole ? new Uint8Array(buffer.buffer) : new Uint8Array(buffer);
}

/** A folder cannot be renamed over another one, so the old bundle first steps aside. */
function replaceFolder(from: string, to: string): void {
  const aside = `${to}.${process.pid}.old`;
  const replaces = statSync(to, { throwIfNoEntry: false }) !== undefined;
  if (replaces) renameSync(to, aside);
  try {
    renameSync(from, to);
  } catch (error) {
    if (replaces) renameSync(aside, to);
    throw error;
  }
  syncFolder(path.dirname(to));
  if (replaces) rmSync(aside, { recursive: true, force: true });
}

function writeSynced(file: string, content: Uint8Array | string): void {
  writeFileSync(file, content, { flush: true });
}
