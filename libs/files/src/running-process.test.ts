import { spawn, spawnSync } from 'node:child_process';
import { beginningOf, isRunning } from './running-process.ts';

const onLinux = process.platform === 'linux' ? test : test.skip;

test('this process runs, one that was waited for does not', () => {
  expect(isRunning(process.pid, beginningOf(process.pid))).toBe(true);
  expect(isRunning(process.pid, null)).toBe(true);
  expect(isRunning(spawnSync(process.execPath, ['-e', '']).pid, null)).toBe(false);
});

onLinux('another that has its number now is not it', () => {
  expect(isRunning(process.pid, '1')).toBe(false);
});

onLinux('one that ended unheard does not run', async () => {
  // The shell begins a child, becomes a program that never asks for its end, and says the child's number.
  const parent = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const child = await new Promise<number>((resolve) => { parent.stdout.once('data', (text: Buffer) => { resolve(Number(text.toString())); }); });
  try {
    for (let tries = 0; isRunning(child, null) && tries < 1_000; tries++) await new Promise((resolve) => { setTimeout(resolve, 10); });
    expect(() => process.kill(child, 0)).not.toThrow();
    expect(isRunning(child, null)).toBe(false);
  } finally {
    parent.kill('SIGKILL');
  }
});
