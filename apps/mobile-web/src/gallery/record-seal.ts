/** Bytes that only this device's key opens. */
export interface Sealed {
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly data: ArrayBuffer;
}

/** What a record is bound to: its kind, its id and all of it that is readable. With anything else it does not open. */
export type Bound = readonly (string | number | boolean | null)[];

export interface RecordSeal {
  /** With a new random nonce each time. */
  seal(bound: Bound, bytes: Uint8Array<ArrayBuffer>): Promise<Sealed>;
  /** Undefined where anything was changed, or the key is another one. */
  open(bound: Bound, sealed: Sealed): Promise<Uint8Array<ArrayBuffer> | undefined>;
}

/** AES-256-GCM of WebCrypto; the nonce has 12 random bytes, which serves for some 2³² writes of one key. */
export function createRecordSeal(key: CryptoKey): RecordSeal {
  const { subtle } = crypto;
  const how = (bound: Bound, iv: Uint8Array<ArrayBuffer>) => ({ name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(JSON.stringify(bound)) });
  return {
    seal: async (bound, bytes) => {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      return { iv, data: await subtle.encrypt(how(bound, iv), key, bytes) };
    },
    open: async (bound, { iv, data }) => {
      try {
        return new Uint8Array(await subtle.decrypt(how(bound, iv), key, data));
      } catch {
        return undefined;
      }
    },
  };
}

/** A key that encrypts and decrypts on this device and that no script can read out. */
export function newDeviceKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}
