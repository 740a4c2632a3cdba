import { fromBase64, toBase64 } from './base64.ts';
import type { Encryption } from './gallery-lines.ts';
import { Sha256 } from './sha256.ts';

/** What a platform brings: WebCrypto has no scrypt. */
export interface GalleryCrypto {
  /** 32 bytes of a passphrase in UTF-8. */
  deriveKey(passphrase: string, salt: Uint8Array, cost: { readonly n: number; readonly r: number; readonly p: number }): Promise<Uint8Array>;
  randomBytes(count: number): Uint8Array;
  /** AES-256-GCM; the tag of 16 bytes is at the end. */
  seal(key: Uint8Array, nonce: Uint8Array, bound: Uint8Array, bytes: Uint8Array): Promise<Uint8Array>;
  /** Undefined where the key is another one or a bit was changed. */
  open(key: Uint8Array, nonce: Uint8Array, bound: Uint8Array, bytes: Uint8Array): Promise<Uint8Array | undefined>;
}

/**
 * Seals each line by itself, so that a file of any length is written and read in passing. The key is the file's own,
 * since its salt is random, and the nonce is the number of the line: no two lines share one, and a line that is moved
 * does not open. Every line is bound to the header by its digest; that none is missing at the end says the trailer.
 */
export class LineSeal {
  readonly #crypto: GalleryCrypto;
  readonly #key: Uint8Array;
  readonly #bound: Uint8Array;

  private constructor(crypto: GalleryCrypto, key: Uint8Array, headerLine: Uint8Array) {
    this.#crypto = crypto;
    this.#key = key;
    this.#bound = new TextEncoder().encode(new Sha256().update(headerLine).digest());
  }

  /** `headerLine` without its line feed. Undefined where the salt is no base64. */
  static async create(crypto: GalleryCrypto, passphrase: string, { kdf: { salt, n, r, p } }: Encryption, headerLine: Uint8Array): Promise<LineSeal | undefined> {
    const bytes = fromBase64(salt);
    return bytes && new LineSeal(crypto, await crypto.deriveKey(passphrase.normalize('NFKC'), bytes, { n, r, p }), headerLine);
  }

  async seal(number: number, bytes: Uint8Array): Promise<string> {
    return toBase64(await this.#crypto.seal(this.#key, nonceOf(number), this.#bound, bytes));
  }

  async open(number: number, data: string): Promise<Uint8Array | undefined> {
    const bytes = fromBase64(data);
    return bytes && this.#crypto.open(this.#key, nonceOf(number), this.#bound, bytes);
  }
}

/** How a new file is encrypted: about 64 MB and half a second for each guess at its passphrase. */
export function newEncryption(crypto: Pick<GalleryCrypto, 'randomBytes'>): Encryption {
  return { cipher: 'AES-256-GCM', kdf: { name: 'scrypt', n: 2 ** 16, r: 8, p: 2, salt: toBase64(crypto.randomBytes(16)) } };
}

function nonceOf(line: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(12));
  view.setUint32(4, Math.floor(line / 2 ** 32));
  view.setUint32(8, line >>> 0);
  return new Uint8Array(view.buffer);
}
