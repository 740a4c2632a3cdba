import { TestEnvironment } from 'jest-environment-node';

const sharedTypes = [
  'ArrayBuffer', 'SharedArrayBuffer', 'Float32Array', 'Float64Array', 'Int8Array', 'Int16Array', 'Int32Array',
  'Uint8Array', 'Uint8ClampedArray', 'Uint16Array', 'Uint32Array', 'BigInt64Array', 'BigUint64Array',
];

/** Jest's sandbox has typed arrays of its own; native modules only accept those of the outer realm. */
export default class NativeEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    for (const name of sharedTypes) this.global[name] = globalThis[name];
  }
}
