import { scrypt } from '@noble/hashes/scrypt.js';

export interface ScryptRequest {
  readonly passphrase: Uint8Array;
  readonly salt: Uint8Array;
  /** As RFC 7914 names them: memory is 128 · n · r bytes. */
  readonly costs: { readonly n: number; readonly r: number; readonly p: number };
}

// A second or more of work, away from the page's thread.
addEventListener('message', ({ data: { passphrase, salt, costs: { n, r, p } } }: MessageEvent<ScryptRequest>) => {
  try {
    postMessage({ key: scrypt(passphrase, salt, { N: n, r, p, dkLen: 32 }) });
  } catch (error) {
    postMessage({ problem: error instanceof Error ? error.message : String(error) });
  }
});
