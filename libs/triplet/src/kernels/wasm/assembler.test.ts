import { assemble, defineFunction, forLoop, i32, increase, sequence, type WasmFunction } from './assembler.ts';

interface Wasm {
  Memory: new (descriptor: { initial: number }) => object;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: Record<string, (...values: number[]) => number> };
}
const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: Wasm }).WebAssembly;

const run = (f: WasmFunction, ...values: number[]): number =>
  new Instance(new Module(assemble([f])), { env: { memory: new Memory({ initial: 1 }) } }).exports[f.name]!(...values);

describe('the assembler', () => {
  // 63, 64 and their negatives sit at the edge of one LEB128 byte, 8191 and 8192 at that of two.
  it.each([0, 1, -1, 63, 64, -64, -65, 127, 128, 8191, 8192, -8192, -8193, 2 ** 31 - 1, -(2 ** 31)])('writes the integer %i', (n) => {
    expect(run(defineFunction('constant', [], 'i32', () => i32.value(n)))).toBe(n);
  });

  it('loops: the sum of the numbers below n', () => {
    const sum = defineFunction('sum', ['i32'], 'i32', ([n], variable) => {
      const [i, total] = [variable('i32'), variable('i32')];
      return sequence(forLoop(i, i32.value(0), n!.get, 1, increase(total, i.get)), total.get);
    });
    // n (n − 1) / 2.
    expect([0, 1, 10, 1000].map((n) => run(sum, n))).toEqual([0, 0, 45, 499500]);
  });
});
