// `build-bench.mjs MODEL OUT`: the page of the measurements, with the model and the peer's files beside it.
import { cpSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'vite';

const [model, out] = process.argv.slice(2);
const require = createRequire(import.meta.url);
await build({
  configFile: false, root: import.meta.dirname, base: './', logLevel: 'warn',
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', 'module', 'browser', 'development|production'] },
  build: { outDir: out, emptyOutDir: true, assetsInlineLimit: 0, target: 'chrome111', chunkSizeWarningLimit: 5000 },
  worker: { format: 'es' },
});
const peer = path.join(path.dirname(require.resolve('@vladmandic/face-api/package.json')), 'model');
const tfjs = path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm'));
mkdirSync(path.join(out, 'peer'));
for (const name of ['face_recognition_model-weights_manifest.json', 'face_recognition_model.bin']) cpSync(path.join(peer, name), path.join(out, 'peer', name));
for (const name of ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm-threaded-simd.wasm']) cpSync(path.join(tfjs, name), path.join(out, 'tfjs', name));
for (const name of ['model.json', 'model.onnx']) cpSync(path.join(model, name), path.join(out, 'model', name));
