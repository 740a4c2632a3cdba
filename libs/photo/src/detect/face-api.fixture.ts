import { createRequire } from 'node:module';
import path from 'node:path';
import type { FaceNetworks } from '@facenet/detect';
import { defaultPreprocessing, toInput, type Box, type Pixels, type Point } from '@facenet/face';

// The few names that are used of TensorFlow.js and of face-api, whose own declarations need the browser's types.
interface Tensor { dispose(): void; dataSync(): Float32Array }
interface TensorFlow {
  env(): { set(flag: string, value: boolean): void };
  setBackend(name: string): Promise<boolean>;
  tensor3d(data: Float32Array, shape: readonly number[]): Tensor;
  tidy<T>(compute: () => T): T;
}
interface Net { loadFromDisk(folder: string): Promise<void> }
interface FaceApi {
  readonly nets: {
    readonly tinyFaceDetector: Net & {
      locateFaces(input: Tensor, options: { inputSize: number; scoreThreshold: number }): Promise<{ score: number; relativeBox: Box }[]>;
    };
    readonly faceLandmark68Net: Net & { forwardInput(input: object): Tensor };
  };
  readonly NetInput: new (tensors: readonly Tensor[]) => object;
}

/** The networks see plain values from 0 to 255. */
const plain = { ...defaultPreprocessing, mean: 0, std: 1 };
const landmarkInput = 112;

/** The two networks as their authors run them, on TensorFlow.js. */
export async function openFaceApi(): Promise<FaceNetworks> {
  const require = createRequire(import.meta.url);
  const tf = require('@tensorflow/tfjs') as TensorFlow;
  const wasm = require('@tensorflow/tfjs-backend-wasm') as { setWasmPaths(folder: string): void };
  const { nets, NetInput } = require('@vladmandic/face-api/dist/face-api.node-wasm.js') as FaceApi;
  // Its threads are web workers, which Node has not.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  wasm.setWasmPaths(`${path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm'))}/`);
  if (!await tf.setBackend('wasm')) throw new Error('the face detector needs WebAssembly, which did not start');
  const models = path.join(path.dirname(require.resolve('@vladmandic/face-api/package.json')), 'model');
  await nets.tinyFaceDetector.loadFromDisk(models);
  await nets.faceLandmark68Net.loadFromDisk(models);

  const tensorOf = (pixels: Pixels, square: Box, size: number): Tensor => tf.tensor3d(interleaved(pixels, square, size), [size, size, 3]);
  return {
    async detect(pixels, view, inputSize, minScore) {
      const input = tensorOf(pixels, view, inputSize);
      try {
        // face-api takes no 0 and no 1, and at 0 every cell of its grid would be a face.
        const found = await nets.tinyFaceDetector.locateFaces(input, { inputSize, scoreThreshold: Math.min(0.99, Math.max(0.05, minScore)) });
        return found.map(({ score, relativeBox }) => ({ score, box: within(view, relativeBox) }));
      } finally {
        input.dispose();
      }
    },
    landmarks(pixels, squares) {
      const shares = tf.tidy(() => {
        const input = new NetInput(squares.map((square) => tensorOf(pixels, square, landmarkInput)));
        return nets.faceLandmark68Net.forwardInput(input).dataSync();
      });
      return Promise.resolve(squares.map((square, i) => pointsWithin(square, shares.subarray(136 * i, 136 * (i + 1)))));
    },
  };
}

/** [size, size, 3] float32 of the square; beyond the picture its edge is repeated. */
function interleaved(pixels: Pixels, square: Box, size: number): Float32Array {
  const planes = toInput(pixels, square, [size, size], plain);
  const out = new Float32Array(planes.length);
  const plane = size * size;
  for (let i = 0; i < plane; i++) {
    for (let channel = 0; channel < 3; channel++) out[3 * i + channel] = planes[channel * plane + i]!;
  }
  return out;
}

function within(view: Box, relative: Box): Box {
  return {
    x: view.x + relative.x * view.width,
    y: view.y + relative.y * view.height,
    width: relative.width * view.width,
    height: relative.height * view.height,
  };
}

function pointsWithin(square: Box, shares: Float32Array): Point[] {
  return Array.from({ length: shares.length / 2 }, (_, i) => ({
    x: square.x + shares[2 * i]! * square.width,
    y: square.y + shares[2 * i + 1]! * square.height,
  }));
}
