import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** The first of these that is there, where its builder names none: the released model, then the quick start's. */
const usual = ['models/tiny', 'runs/quickstart/run/bundle'];

/** The folder of the bundle that the page is built with: FACENET_PHONE_MODEL, or a usual place. Throws where there is none, and says how to get one. */
export function findModel(environment: Readonly<Record<string, string | undefined>>): string {
  const named = environment['FACENET_PHONE_MODEL'];
  if (named !== undefined && named !== '') {
    const folder = path.resolve(root, named);
    if (isBundle(folder)) return folder;
    throw new Error(`${named}: expected a bundle's folder with model.json and model.onnx, found ${existsSync(folder) ? 'neither or one of them' : 'no such folder'}`);
  }
  const folder = usual.map((each) => path.join(root, each)).find(isBundle);
  if (folder === undefined) throw new Error("no model for the page: 'npx facenet quickstart' makes one, or name a bundle's folder with --model or FACENET_PHONE_MODEL");
  return folder;
}

function isBundle(folder: string): boolean {
  return ['model.json', 'model.onnx'].every((file) => existsSync(path.join(folder, file)));
}
