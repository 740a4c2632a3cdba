import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeFaces, makeRun } from '../model/trained-run.fixture.ts';
import { facenet } from './run-command.fixture.ts';

// Real faces are no part of the project: FACENET_DATA names a folder with faces/lfw.
const data = process.env['FACENET_DATA'];
const withFaces = data === undefined ? test.skip : test;
const note = data === undefined ? ' (skipped: FACENET_DATA names no folder of real faces)' : '';

withFaces(`all of LFW has as many pairs as its people's counts say${note}`, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'facenet-lfw-'));
  const at = (name: string): string => path.join(folder, name);
  try {
    await makeFaces(at('faces'), 4, 3);
    await makeRun(at('run'), at('faces'));
    expect(await facenet('export', at('run'), '--out', at('bundle'), '--no-measure')).toMatchObject({ code: 0 });
    const { code, stdout } = await facenet('evaluate', '--model', at('bundle'), '--images', path.join(data!, 'faces', 'lfw'), '--resamples', '10', '--json', '--no-report');
    expect(code).toBe(0);
    // 13,233 · 13,232 / 2 pairs, of which Σ n (n − 1) / 2 over the published counts of the 5,749 people are of one person.
    expect(JSON.parse(stdout)).toMatchObject({ images: 13_233, identities: 5_749, val: { far: 0.001, pairsSame: 242_257, pairsDifferent: 87_307_271 } });
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 900_000);
