import * as faceapi from '@vladmandic/face-api/dist/face-api.esm.js';

export interface Peer {
  /** What it runs on. */
  readonly backend: string;
  embed(crop: HTMLCanvasElement): Promise<unknown>;
}

/** The recognition network of @vladmandic/face-api in its own browser build, on this backend of TensorFlow.js. Its files are beside the page. */
export async function openPeer(backend: string): Promise<Peer> {
  if (backend === 'wasm') {
    faceapi.tf.setWasmPaths('./tfjs/');
    // Its threads wait for one another for ever in an isolated page.
    faceapi.tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  }
  if (!await faceapi.tf.setBackend(backend)) throw new Error(`TensorFlow.js has no backend '${backend}' here`);
  await faceapi.tf.ready();
  await faceapi.nets.faceRecognitionNet.loadFromUri('./peer/');
  return { backend: faceapi.tf.getBackend(), embed: (crop) => faceapi.nets.faceRecognitionNet.computeFaceDescriptor(crop) };
}
