export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Cameras put previews and profiles before the size of a JPEG. */
const headerBytes = 256 * 1024;

/** What a file's header says, before orientation; undefined for formats that are not known here, which the browser may read. */
export async function pictureSize(file: Blob): Promise<PictureSize | undefined> {
  const view = new DataView(await file.slice(0, headerBytes).arrayBuffer());
  try {
    return pngSize(view) ?? jpegSize(view) ?? webpSize(view) ?? gifSize(view);
  } catch (error) {
    // Cut off: the decoder will say so.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function pngSize(view: DataView): PictureSize | undefined {
  if (!begins(view, 0, '\x89PNG')) return undefined;
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

function gifSize(view: DataView): PictureSize | undefined {
  if (!begins(view, 0, 'GIF8')) return undefined;
  return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

/** Frames: lossy, lossless, or the extended header with sizes less one of 24 bits. */
function webpSize(view: DataView): PictureSize | undefined {
  if (!begins(view, 0, 'RIFF') || !begins(view, 8, 'WEBP')) return undefined;
  if (begins(view, 12, 'VP8X')) return { width: 1 + uint24(view, 24), height: 1 + uint24(view, 27) };
  if (begins(view, 12, 'VP8L')) {
    const bits = view.getUint32(21, true);
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >> 14) & 0x3fff) };
  }
  return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
}

/** Segments until a start of frame, whose markers are C0 to CF but for tables (C4, CC) and extensions (C8). */
function jpegSize(view: DataView): PictureSize | undefined {
  if (view.getUint16(0) !== 0xffd8) return undefined;
  let at = 2;
  while (view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) { at += 1; continue; }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) + (view.getUint8(at + 2) << 16);
}

function begins(view: DataView, at: number, text: string): boolean {
  return view.byteLength >= at + text.length && [...text].every((letter, i) => view.getUint8(at + i) === letter.charCodeAt(0));
}
