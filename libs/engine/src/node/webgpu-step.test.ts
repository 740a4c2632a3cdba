import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { WebGpuStep } from './webgpu-step.ts';

// Debian's chromium package brings SwiftShader; with libvulkan1 it serves as an adapter where there is no GPU.
const softwareDriver = '/usr/lib/chromium/vk_swiftshader_icd.json';

async function stepWith(driver: NodeJS.ProcessEnv): Promise<WebGpuStep> {
  const script = fileURLToPath(new URL('./webgpu-step.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script], {
    env: { XDG_RUNTIME_DIR: tmpdir(), ...process.env, ...driver }, timeout: 110_000,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as WebGpuStep;
}

async function stepWithAnyAdapter(): Promise<WebGpuStep> {
  const step = await stepWith({});
  return step.adapter || !existsSync(softwareDriver) ? step : stepWith({ VK_DRIVER_FILES: softwareDriver });
}

const title = 'a training step on WebGPU equals the CPU\'s to 1e-3';
// Whether there is an adapter only shows in the child, and a test can no longer be skipped once it runs.
const step = await stepWithAnyAdapter();

if (step.adapter) {
  test(title, () => {
    for (const { embedding, gradient } of step.differences) {
      expect(embedding).toBeLessThan(1e-3);
      expect(gradient).toBeLessThan(1e-3);
    }
    expect(step.differences.map(({ normalization }) => normalization)).toEqual(['batch', 'lrn']);
  });
} else {
  process.stderr.write(`skipped: ${title}: no WebGPU adapter (${step.reason})\n`);
  test.skip(`${title} (skipped: no WebGPU adapter here)`, () => undefined);
}
