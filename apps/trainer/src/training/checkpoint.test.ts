import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Checkpoint, CheckpointFolder, checkpointIn, readCheckpoint } from './checkpoint.ts';

let run: string;
beforeEach(() => {
  run = mkdtempSync(path.join(tmpdir(), 'facenet-checkpoint-'));
  mkdirSync(path.join(run, 'checkpoints'));
});
afterEach(() => { rmSync(run, { recursive: true }); });

const checkpoint = (step: number): Checkpoint => ({
  step, specHash: 'hash', spec: '{}', experiment: 'data: {}', state: '{"é":1}',
  weights: new Map([['conv/weight', Float32Array.of(step, 2)]]), optimizer: new Map([['conv/weight/mean', Float32Array.of(3)]]),
  head: new Map([['class-head/weight', Float32Array.of(4)]]), ema: new Map([['conv/weight', Float32Array.of(5, 6)]]),
});
const shapes = new Map([['conv/weight', [2, 1]]]);

test('reads back everything it wrote', () => {
  const file = new CheckpointFolder(run).save(checkpoint(7), shapes, 1);
  expect(readCheckpoint(file)).toEqual(checkpoint(7));
});

test('keeps the newest few and the best one, and leaves no temporary file', () => {
  const folder = new CheckpointFolder(run);
  for (const step of [5, 10, 100]) folder.save(checkpoint(step), shapes, 2);
  expect(readCheckpoint(checkpointIn(run)).step).toBe(100);
  folder.saveBest(checkpoint(10), shapes);
  expect(readdirSync(path.join(run, 'checkpoints')).sort()).toEqual(['best.safetensors', 'step-00000010.safetensors', 'step-00000100.safetensors']);
  expect(folder.newest()).toMatch(/step-00000100/);
  expect(readCheckpoint(checkpointIn(run)).step).toBe(10);
});

test('says which file is missing', () => {
  expect(() => readCheckpoint(path.join(run, 'none'))).toThrow(/none: cannot read the checkpoint \(ENOENT\)/);
  expect(() => checkpointIn(run)).toThrow('no checkpoint in this run folder');
});
