/** Costs as RFC 7914 names them: memory is 128 · n · r bytes. */
export interface ScryptCosts {
  /** A power of two. */
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** scrypt of RFC 7914: WebCrypto has the PBKDF2 around it, and this the mixing between. */
export async function scrypt(passphrase: Uint8Array, salt: Uint8Array, { n, r, p }: ScryptCosts, length: number): Promise<Uint8Array<ArrayBuffer>> {
  if (n < 2 || (n & (n - 1)) !== 0) throw new RangeError(`scrypt: expected a power of two for n, got ${n}`);
  const blocks = await pbkdf2(passphrase, salt, 128 * r * p);
  const words = littleEndian(blocks);
  const memory = new Uint32Array(32 * r * n);
  for (let i = 0; i < p; i++) mix(words.subarray(32 * r * i, 32 * r * (i + 1)), n, r, memory);
  return await pbkdf2(passphrase, bytesOfWords(words), length);
}

async function pbkdf2(passphrase: Uint8Array, salt: Uint8Array, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey('raw', new Uint8Array(passphrase), 'PBKDF2', false, ['deriveBits']);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: new Uint8Array(salt), iterations: 1 }, key, 8 * length));
}

/** ROMix: fills the memory with a chain of blocks, then walks through it by what the block says itself. */
function mix(block: Uint32Array, n: number, r: number, memory: Uint32Array): void {
  const size = 32 * r;
  const scratch = new Uint32Array(size);
  const state = new Uint32Array(16);
  for (let i = 0; i < n; i++) {
    memory.set(block, i * size);
    blockMix(block, scratch, state, r);
  }
  for (let i = 0; i < n; i++) {
    const from = (block[size - 16]! & (n - 1)) * size;
    for (let k = 0; k < size; k++) block[k]! ^= memory[from + k]!;
    blockMix(block, scratch, state, r);
  }
}

/** Each of the 2r parts is mixed with the one before; the even ones come first, then the odd. */
function blockMix(block: Uint32Array, scratch: Uint32Array, state: Uint32Array, r: number): void {
  state.set(block.subarray(32 * r - 16));
  for (let i = 0; i < 2 * r; i++) {
    for (let k = 0; k < 16; k++) state[k]! ^= block[16 * i + k]!;
    salsa(state);
    scratch.set(state, 16 * ((i >> 1) + (i & 1) * r));
  }
  block.set(scratch);
}

/** Salsa20/8 in place. */
function salsa(words: Uint32Array): void {
  // One by one: a pattern over the array would go through its iterator, many times slower.
  let a = words[0]!, b = words[1]!, c = words[2]!, d = words[3]!, e = words[4]!, f = words[5]!, g = words[6]!, h = words[7]!;
  let i = words[8]!, j = words[9]!, k = words[10]!, l = words[11]!, m = words[12]!, n = words[13]!, o = words[14]!, p = words[15]!;
  for (let round = 0; round < 4; round++) {
    e ^= turned(a + m, 7); i ^= turned(e + a, 9); m ^= turned(i + e, 13); a ^= turned(m + i, 18);
    j ^= turned(f + b, 7); n ^= turned(j + f, 9); b ^= turned(n + j, 13); f ^= turned(b + n, 18);
    o ^= turned(k + g, 7); c ^= turned(o + k, 9); g ^= turned(c + o, 13); k ^= turned(g + c, 18);
    d ^= turned(p + l, 7); h ^= turned(d + p, 9); l ^= turned(h + d, 13); p ^= turned(l + h, 18);
    b ^= turned(a + d, 7); c ^= turned(b + a, 9); d ^= turned(c + b, 13); a ^= turned(d + c, 18);
    g ^= turned(f + e, 7); h ^= turned(g + f, 9); e ^= turned(h + g, 13); f ^= turned(e + h, 18);
    l ^= turned(k + j, 7); i ^= turned(l + k, 9); j ^= turned(i + l, 13); k ^= turned(j + i, 18);
    m ^= turned(p + o, 7); n ^= turned(m + p, 9); o ^= turned(n + m, 13); p ^= turned(o + n, 18);
  }
  words[0]! += a; words[1]! += b; words[2]! += c; words[3]! += d; words[4]! += e; words[5]! += f; words[6]! += g; words[7]! += h;
  words[8]! += i; words[9]! += j; words[10]! += k; words[11]! += l; words[12]! += m; words[13]! += n; words[14]! += o; words[15]! += p;
}

function turned(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

function littleEndian(bytes: Uint8Array<ArrayBuffer>): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i, true));
}

function bytesOfWords(words: Uint32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * words.length));
  words.forEach((word, i) => { view.setUint32(4 * i, word, true); });
  return new Uint8Array(view.buffer);
}
