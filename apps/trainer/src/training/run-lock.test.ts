import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { lockRun } from './run-lock.ts';

let folder: string;
beforeEach(() => { folder = mkdtempSync(path.join(tmpdir(), 'facenet-lock-')); });
afterEach(() => { rmSync(folder, { recursive: true }); });

test('a second run may not write the same folder, until the first gives it back', () => {
  const unlock = lockRun(folder);
  expect(() => lockRun(folder)).toThrow(`process ${process.pid} on ${hostname()} is writing this run`);
  unlock();
  expect(existsSync(path.join(folder, 'run.lock'))).toBe(false);
  lockRun(folder)();
});

test('the lock of a process that was killed is taken over', () => {
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  writeFileSync(path.join(folder, 'run.lock'), JSON.stringify({ pid: dead, host: hostname(), started: '1' }));
  lockRun(folder)();
});

test('the lock of a process whose number now belongs to another one is taken over', () => {
  if (process.platform !== 'linux') return;
  writeFileSync(path.join(folder, 'run.lock'), JSON.stringify({ pid: process.pid, host: hostname(), started: '1' }));
  lockRun(folder)();
});

test('a lock of another machine is respected', () => {
  writeFileSync(path.join(folder, 'run.lock'), JSON.stringify({ pid: 1, host: 'elsewhere', started: '1' }));
  expect(() => lockRun(folder)).toThrow('process 1 on elsewhere');
});
