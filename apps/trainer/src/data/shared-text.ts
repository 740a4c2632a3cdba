/** Many texts in memory that threads share without a copy for each. */
export interface SharedText {
  readonly bytes: Uint8Array;
  /** Where each text ends. */
  readonly ends: Float64Array;
}

export function shareText(texts: readonly string[]): SharedText {
  const ends = new Float64Array(new SharedArrayBuffer(texts.length * Float64Array.BYTES_PER_ELEMENT));
  let length = 0;
  texts.forEach((text, i) => { ends[i] = length += Buffer.byteLength(text); });
  const bytes = Buffer.from(new SharedArrayBuffer(length));
  texts.forEach((text, i) => { bytes.write(text, ends[i - 1] ?? 0); });
  return { bytes: new Uint8Array(bytes.buffer), ends };
}

export function textAt({ bytes, ends }: SharedText, index: number): string {
  const end = ends[index];
  if (end === undefined) throw new RangeError(`internal: text ${index} of ${ends.length}`);
  return Buffer.from(bytes.buffer).toString('utf8', ends[index - 1] ?? 0, end);
}
