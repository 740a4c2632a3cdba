import { defaultClientConditions } from 'vite';

/**
 * What Vite must know to build a page with this package from its sources: ONNX Runtime's WASM stays a file of its own, which is
 * loaded when it is needed and cached by the browser, and so do the detector's weights.
 */
export function facenetWeb() {
  return {
    name: 'facenet-web',
    config: () => ({
      resolve: { conditions: [...defaultClientConditions, 'onnxruntime-web-use-extern-wasm'] },
      build: { target: ['chrome111', 'firefox115', 'safari16.4'], assetsInlineLimit: 0 },
      worker: { format: 'es' },
      optimizeDeps: { exclude: ['onnxruntime-web'] },
    }),
  };
}
