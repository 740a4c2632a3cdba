import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { DataFolderInUse, lockDataFolder } from './data-folder-lock.ts';

describe('the lock of a data folder', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'facenet-lock-'));
    file = path.join(folder, 'lock.json');
  });
  afterEach(() => { rmSync(folder, { recursive: true }); });

  const write = (owner: object, ageSeconds = 0): void => {
    writeFileSync(file, JSON.stringify(owner));
    const then = new Date(Date.now() - 1_000 * ageSeconds);
    utimesSync(file, then, then);
  };
  const deadPid = (): number => spawnSync(process.execPath, ['-e', '']).pid;

  test('is held by one, and free when given back', () => {
    const unlock = lockDataFolder(folder);
    expect(() => lockDataFolder(folder)).toThrow(`${folder}: process ${process.pid} has this data folder open`);
    unlock();
    expect(existsSync(file)).toBe(false);
    lockDataFolder(folder)();
  });

  test('of a process that is dead is taken over', () => {
    write({ pid: deadPid(), began: '1', host: hostname() });
    const unlock = lockDataFolder(folder);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid });
    unlock();
  });

  test('of a process whose number another one has now is taken over', () => {
    if (process.platform !== 'linux') return;
    write({ pid: process.pid, began: 'another time', host: hostname() });
    lockDataFolder(folder)();
  });

  test('of another host counts while it is renewed', () => {
    write({ pid: 1, began: null, host: 'elsewhere' });
    expect(() => lockDataFolder(folder)).toThrow(DataFolderInUse);
    expect(() => lockDataFolder(folder)).toThrow('process 1 on elsewhere');
    write({ pid: 1, began: null, host: 'elsewhere' }, 60);
    lockDataFolder(folder)();
  });
});
