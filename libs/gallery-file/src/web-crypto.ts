import type { GalleryCrypto } from './line-seal.ts';

/** AES-GCM and randomness of any platform that has WebCrypto; it brings its own scrypt. */
export function webGalleryCrypto(deriveKey: GalleryCrypto['deriveKey']): GalleryCrypto {
  const { subtle } = globalThis.crypto;
  const keyOf = (bytes: Uint8Array) => subtle.importKey('raw', own(bytes), 'AES-GCM', false, ['encrypt', 'decrypt']);
  const how = (nonce: Uint8Array, bound: Uint8Array) => ({ name: 'AES-GCM', iv: own(nonce), additionalData: own(bound) });
  return {
    deriveKey,
    randomBytes: (count) => globalThis.crypto.getRandomValues(new Uint8Array(count)),
    seal: async (key, nonce, bound, bytes) => new Uint8Array(await subtle.encrypt(how(nonce, bound), await keyOf(key), own(bytes))),
    open: async (key, nonce, bound, bytes) => {
      try {
        return new Uint8Array(await subtle.decrypt(how(nonce, bound), await keyOf(key), own(bytes)));
      } catch {
        return undefined;
      }
    },
  };
}

/** WebCrypto's types refuse bytes that might be shared with a worker. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
