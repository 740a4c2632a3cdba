import { type GalleryCrypto, webGalleryCrypto } from '@facenet/gallery-file';
import type { ScryptRequest } from './scrypt-worker.ts';

type Reply = { readonly key: Uint8Array } | { readonly problem: string };

/** What gallery files are sealed with: the browser's AES-GCM, and scrypt in a worker of its own. */
export const pageCrypto: GalleryCrypto = webGalleryCrypto((passphrase, salt, costs) => new Promise((resolve, reject) => {
  const worker = new Worker(new URL('./scrypt-worker.ts', import.meta.url), { type: 'module' });
  const end = (settle: () => void): void => {
    worker.terminate();
    settle();
  };
  worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => {
    end(() => { if ('key' in data) resolve(data.key); else reject(new Error(data.problem)); });
  });
  worker.addEventListener('error', () => { end(() => { reject(new Error('the key of the passphrase could not be made; the device may be short of memory')); }); });
  worker.postMessage({ passphrase: new TextEncoder().encode(passphrase), salt, costs } satisfies ScryptRequest);
}));
