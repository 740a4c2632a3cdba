const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const valueOf = new Int16Array(128).fill(-1);
[...digits].forEach((digit, value) => { valueOf[digit.charCodeAt(0)] = value; });

/** RFC 4648 with padding; the platforms' own ways differ. */
export function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const [a, b, c] = [bytes[at]!, bytes[at + 1], bytes[at + 2]];
    parts.push(
      digits[a >> 2]! + digits[((a & 3) << 4) | ((b ?? 0) >> 4)]!
      + (b === undefined ? '=' : digits[((b & 15) << 2) | ((c ?? 0) >> 6)]!) + (c === undefined ? '=' : digits[c & 63]!));
  }
  return parts.join('');
}

/** Undefined for what is no base64. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  const count = text.length - padding;
  let bits = 0;
  for (let at = 0, out = 0; at < count; at++) {
    const code = text.charCodeAt(at);
    const value = code < 128 ? valueOf[code]! : -1;
    if (value < 0) return undefined;
    bits = ((bits << 6) | value) & 0xffffff;
    // Each digit but the first of four completes a byte.
    if (at % 4 !== 0) bytes[out++] = (bits >> (6 - 2 * (at % 4))) & 0xff;
  }
  return bytes;
}

/** A vector as little-endian float32, whatever the machine's own order is. */
export function vectorToBase64(vector: Float32Array): string {
  const view = new DataView(new ArrayBuffer(4 * vector.length));
  vector.forEach((value, i) => { view.setFloat32(4 * i, value, true); });
  return toBase64(new Uint8Array(view.buffer));
}

export function vectorFromBase64(text: string): Float32Array | undefined {
  const bytes = fromBase64(text);
  if (bytes === undefined || bytes.length % 4 !== 0) return undefined;
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}
