import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web/wasm';
import * as native from 'onnxruntime-node';
ort.env.wasm.numThreads = 1;
const size = 3 * 140 * 116;
let seed = 7; const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
const data = Float32Array.from({ length: 2 * size }, () => 2 * random() - 1);
for (const [name, folder] of [['float32', '/tmp/exp/h1/runs/softmax/bundle'], ['float16', '/tmp/exp/h1/q16'], ['int8', '/tmp/exp/h1/q8']]) {
  const bytes = new Uint8Array(readFileSync(`${folder}/model.onnx`));
  const out = {};
  if (!process.env.VK_DRIVER_FILES) {
  const web = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] });
  out.wasm = (await web.run({ image: new ort.Tensor('float32', data, [2, 3, 140, 116]) })).embedding.data;
  const times = [];
  for (let i = 0; i < 15; i++) { const s = performance.now(); await web.run({ image: new ort.Tensor('float32', data.subarray(0, size), [1, 3, 140, 116]) }); times.push(performance.now() - s); }
  console.log(name, 'wasm 1 picture, fastest', Math.min(...times).toFixed(1), 'ms');
  }
  for (const p of process.env.VK_DRIVER_FILES ? ['cpu', 'webgpu'] : ['cpu']) {
    const s = await native.InferenceSession.create(bytes, { executionProviders: [p], logSeverityLevel: 3 });
    out[p] = (await s.run({ image: new native.Tensor('float32', data, [2, 3, 140, 116]) })).embedding.data;
  }
  for (const [p, v] of Object.entries(out)) if (p !== 'cpu') console.log(name, p, 'largest difference from cpu', Math.max(...v.map((x, i) => Math.abs(x - out.cpu[i]))).toExponential(1));
}
process.exit(0);
