import { GalleryError } from './gallery-error.ts';

// The longest line is a face: a vector of 4096 numbers, its metadata, both in base64 once more where they are sealed.
const longestLine = 2 ** 18;

/** Lines without their line feeds. What is left after the last one is a line that was cut off. */
export async function* splitLines(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let rest = new Uint8Array();
  let number = 1;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      yield joined(rest, chunk.subarray(start, end));
      number++;
      rest = new Uint8Array();
      start = end + 1;
    }
    rest = joined(rest, chunk.subarray(start));
    if (rest.length > longestLine) throw new GalleryError(number, 'format', `longer than ${longestLine} bytes, which no line of a gallery is`);
  }
  if (rest.length > 0) throw new GalleryError(number, number === 1 ? 'format' : 'truncated', 'the file ends within this line');
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
