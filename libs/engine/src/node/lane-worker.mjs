// One thread that runs ONNX models on micro-batches. It is plain JavaScript, so that it starts the same from sources, from
// a test and from an installed package. ONNX Runtime blocks the thread that calls it and takes no shared memory: hence
// a thread per lane, and copies of the weights that are renewed once per call.
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { parentPort, workerData } from 'node:worker_threads';

/** @type {{ weights: SharedArrayBuffer, weightPlaces: { name: string, offset: number, size: number, shape: number[] }[],
 *   gradients: SharedArrayBuffer, gradientPlaces: { output: string, offset: number, size: number }[],
 *   sessionOptions: import('onnxruntime-node').InferenceSession.SessionOptions }} */
const { weights, weightPlaces, gradients, gradientPlaces, sessionOptions } = workerData;

const sessions = new Map();
const sharedWeights = new Float32Array(weights);
const sharedGradients = new Float32Array(gradients);
const weightTensors = new Map(weightPlaces.map(({ name, size, shape }) => (
  [name, new Tensor('float32', new Float32Array(size), shape)]
)));

const commands = {
  async open({ name, model }) {
    sessions.set(name, await InferenceSession.create(model, sessionOptions));
  },

  async close() {
    for (const session of sessions.values()) await session.release();
    sessions.clear();
  },

  refreshWeights() {
    for (const { name, offset, size } of weightPlaces) {
      weightTensors.get(name).data.set(sharedWeights.subarray(offset, offset + size));
    }
  },

  /** Runs a model and answers with its outputs. */
  async run({ name, inputs }) {
    const outputs = await run(name, inputs);
    return Object.fromEntries(Object.entries(outputs).map(([key, { data }]) => [key, data]));
  },

  /** Runs a model whose outputs are gradients, and writes them to this lane's sums or adds them. */
  async accumulate({ name, inputs, first }) {
    const outputs = await run(name, inputs);
    for (const { output, offset, size } of gradientPlaces) {
      const sum = sharedGradients.subarray(offset, offset + size);
      const { data } = outputs[output];
      if (first) sum.set(data);
      else for (let i = 0; i < size; i++) sum[i] += data[i];
    }
  },
};

async function run(name, inputs) {
  const session = sessions.get(name);
  const feeds = {};
  for (const input of session.inputNames) {
    const given = inputs[input];
    feeds[input] = given ? new Tensor('float32', given.data, given.shape) : weightTensors.get(input);
  }
  return session.run(feeds);
}

parentPort.on('message', async ({ id, command, argument }) => {
  try {
    parentPort.postMessage({ id, result: await commands[command](argument) });
  } catch (error) {
    parentPort.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
