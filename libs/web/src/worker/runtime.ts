import asyncifyLoader from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import asyncifyWasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import plainLoader from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import plainWasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import type { RawNetwork } from '@facenet/export';
import type * as Ort from 'onnxruntime-web/wasm';
import type { Device } from '../embedder.ts';

/** ONNX Runtime on one device; what it was begun with cannot be changed in the same worker. */
export interface OnnxRuntime {
  openNetwork(onnx: Uint8Array, options: NetworkOptions): Promise<RawNetwork>;
}

export interface NetworkOptions {
  /** The values to run from and to. */
  readonly input: string;
  readonly output: string;
  readonly device: Device;
}

/** The runtime with WebGPU is twice as large, so it is loaded only when it is tried. */
const builds: Readonly<Record<Device, { readonly load: () => Promise<typeof Ort>; readonly wasm: string; readonly mjs: string }>> = {
  wasm: { load: () => import('onnxruntime-web/wasm'), wasm: plainWasm, mjs: plainLoader },
  webgpu: { load: () => import('onnxruntime-web/webgpu'), wasm: asyncifyWasm, mjs: asyncifyLoader },
};

export async function openRuntime(device: Device, threads: number): Promise<OnnxRuntime> {
  const { load, wasm, mjs } = builds[device];
  const { env, InferenceSession, Tensor } = await load();
  env.wasm.wasmPaths = { wasm: absolute(wasm), mjs: absolute(mjs) };
  env.wasm.numThreads = threads;
  // What goes wrong is thrown; the runtime need not print it as well.
  env.logLevel = 'fatal';
  return {
    openNetwork: async (onnx, { input, output, device: provider }) => {
      const session = await InferenceSession.create(onnx, { executionProviders: [provider], logSeverityLevel: 4 });
      return {
        run: async (values, dims) => {
          const image = new Tensor('float32', values, [...dims]);
          const { [output]: result } = await session.run({ [input]: image }, [output]);
          const found = { values: await result!.getData() as Float32Array, dims: result!.dims };
          result!.dispose();
          image.dispose();
          return found;
        },
        dispose: () => session.release(),
      };
    },
  };
}

function absolute(address: string): string {
  return new URL(address, globalThis.location.href).href;
}
