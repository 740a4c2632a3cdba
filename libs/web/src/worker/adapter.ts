import type { Adapter } from '../link/calls.ts';

/** Whether this browser gives WebGPU to a worker, which is where it would be used. */
export async function findAdapter(): Promise<Adapter> {
  const { gpu } = globalThis.navigator as { readonly gpu?: GPU };
  if (!gpu) return { reason: 'this browser has no WebGPU here' };
  try {
    const adapter = await gpu.requestAdapter();
    if (!adapter) return { reason: 'this browser has WebGPU, but no adapter for it' };
    return { isSoftware: adapter.info.isFallbackAdapter || /swiftshader|llvmpipe|software/i.test(`${adapter.info.architecture} ${adapter.info.description}`) };
  } catch (error) {
    return { reason: `WebGPU gives no adapter (${error instanceof Error ? error.message : String(error)})` };
  }
}
