import { scrypt, type ScryptCosts } from './scrypt.ts';

export interface ScryptRequest {
  readonly passphrase: Uint8Array;
  readonly salt: Uint8Array;
  readonly costs: ScryptCosts;
}

// A second or more of work, away from the page's thread.
addEventListener('message', ({ data }: MessageEvent<ScryptRequest>) => {
  void scrypt(data.passphrase, data.salt, data.costs, 32).then(
    (key) => { postMessage({ key }); },
    (error: unknown) => { postMessage({ problem: error instanceof Error ? error.message : String(error) }); });
});
