import type { ModelRunner } from './parity.ts';

/** Opens a model for as long as `body` takes. */
export async function withRunner<T>(
  tools: { openModel(onnx: Uint8Array): Promise<ModelRunner> }, onnx: Uint8Array, body: (runner: ModelRunner) => Promise<T>,
): Promise<T> {
  const runner = await tools.openModel(onnx);
  try {
    return await body(runner);
  } finally {
    await runner.dispose();
  }
}
