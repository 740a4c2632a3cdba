import { candidatesFor, choose, refusalOf } from './choose-runtime.ts';
import { errorOf } from './errors.ts';

const eightCores = { isolated: true, cores: 8 };
const right = { difference: 1e-6, tolerance: 1e-4 };

describe('candidatesFor', () => {
  it('tries threads against one, and WebGPU last', () => {
    expect(candidatesFor({}, eightCores)).toEqual([{ device: 'wasm', threads: 4 }, { device: 'wasm', threads: 1 }, { device: 'webgpu', threads: 4 }]);
    expect(candidatesFor({}, { isolated: true, cores: 2 })[0]).toEqual({ device: 'wasm', threads: 2 });
  });
  it('has one thread where the page is not isolated, or there is one core', () => {
    for (const surroundings of [{ isolated: false, cores: 8 }, { isolated: true, cores: 1 }]) {
      expect(candidatesFor({ device: 'wasm' }, surroundings)).toEqual([{ device: 'wasm', threads: 1 }]);
    }
  });
  it('takes the device and threads that were asked for, and no other', () => {
    expect(candidatesFor({ device: 'webgpu' }, eightCores)).toEqual([{ device: 'webgpu', threads: 4 }]);
    expect(candidatesFor({ device: 'wasm', threads: 3 }, eightCores)).toEqual([{ device: 'wasm', threads: 3 }]);
  });
  it('refuses threads that the page cannot have, and what is no number or device', () => {
    expect(() => candidatesFor({ threads: 2 }, { isolated: false, cores: 8 })).toThrow(expect.objectContaining({ code: 'device_not_there', message: expect.stringMatching(/2 threads need a page that is isolated/) as string }) as Error);
    expect(() => candidatesFor({ threads: 1.5 }, eightCores)).toThrow(/at least 1, got 1\.5/);
    expect(() => candidatesFor({ device: 'tpu' as 'wasm' }, eightCores)).toThrow(/expected 'webgpu', 'wasm' or 'auto', got "tpu"/);
  });
});

test('an adapter that is a program is used only by name', () => {
  expect(refusalOf({ isSoftware: true }, false)).toMatch(/program/);
  expect(refusalOf({ isSoftware: true }, true)).toBeNull();
  expect(refusalOf({ isSoftware: false }, false)).toBeNull();
  expect(refusalOf({ reason: 'no adapter' }, true)).toBe('no adapter');
});

describe('choose', () => {
  const wasm = { device: 'wasm', threads: 4, outcome: { ...right, milliseconds: 8 } } as const;
  const slow = { device: 'wasm', threads: 1, outcome: { ...right, milliseconds: 20 } } as const;

  it('takes the fastest, and says of the others why not', () => {
    const { chosen, probes } = choose([wasm, slow, { device: 'webgpu', threads: 4, outcome: { ...right, milliseconds: 3 } }]);
    expect(chosen).toBe(2);
    expect(probes.map(({ refused }) => refused)).toEqual(['slower than WebGPU: 8.0 ms against 3.0 ms', 'slower than WebGPU: 20.0 ms against 3.0 ms', null]);
  });
  it.each([['wrong', 2e-4], ['no number', NaN], ['not there', Infinity]])('does not take a device whose result is %s, however fast it is', (_what, difference) => {
    const { chosen, probes } = choose([wasm, slow, { device: 'webgpu', threads: 4, outcome: { ...right, difference, milliseconds: 1 } }]);
    expect(chosen).toBe(0);
    expect(probes[2]).toMatchObject({ milliseconds: 1, refused: expect.stringMatching(/^it computes wrongly/) as string });
  });
  it('goes by without one that failed', () => {
    const { chosen, probes } = choose([{ ...wasm, outcome: errorOf('out_of_memory', 'no memory for threads') }, slow]);
    expect(chosen).toBe(1);
    expect(probes[0]).toEqual({ device: 'wasm', threads: 4, milliseconds: null, difference: null, refused: 'no memory for threads' });
  });
  it('throws what went wrong where nothing is left', () => {
    const broken = errorOf('model_broken', 'model.json: bad');
    expect(() => choose([{ ...wasm, outcome: broken }])).toThrow(broken);
    expect(() => choose([{ device: 'webgpu', threads: 1, outcome: 'no adapter' }])).toThrow(expect.objectContaining({ code: 'device_not_there', message: 'WebGPU: no adapter' }) as Error);
    expect(() => choose([{ ...wasm, outcome: { difference: 1, tolerance: 1e-4, milliseconds: 1 } }])).toThrow(/WASM with 4 threads: it computes wrongly/);
  });
});
