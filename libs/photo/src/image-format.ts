export const imageFormats = ['JPEG', 'PNG', 'WebP', 'AVIF', 'GIF', 'TIFF'] as const;

export type ImageFormat = (typeof imageFormats)[number];

/** The same container with another codec, which is patented: what iPhones keep. Its own brand comes first. */
const isHeic = (text: string): boolean => text.startsWith('ftyp', 4) && /^(?:hei[cxms]|hev[cxms])/.test(text.slice(8));

/** What a file says that it is, by its first bytes. */
const signatures: readonly { readonly format: ImageFormat; readonly matches: (text: string) => boolean }[] = [
  { format: 'JPEG', matches: (text) => text.startsWith('\xff\xd8\xff') },
  { format: 'PNG', matches: (text) => text.startsWith('\x89PNG\r\n\x1a\n') },
  { format: 'WebP', matches: (text) => text.startsWith('RIFF') && text.startsWith('WEBP', 8) },
  { format: 'AVIF', matches: (text) => text.startsWith('ftyp', 4) && /avi[fs]|mif1|msf1/.test(text.slice(8)) && !isHeic(text) },
  { format: 'GIF', matches: (text) => /^GIF8[79]a/.test(text) },
  { format: 'TIFF', matches: (text) => /^(II[*+]\0|MM\0[*+])/.test(text) },
];

/**
 * Undefined for what is none of these. Only they reach a decoder: SVG, PDF and the rest are programs or documents, which
 * may cost anything to draw, and no photo comes as one.
 */
export function formatOf(bytes: Uint8Array): ImageFormat | undefined {
  const text = beginning(bytes);
  return signatures.find(({ matches }) => matches(text))?.format;
}

/** A name for what is no format that is read, where people take it for a photo. */
export function foreignFormatOf(bytes: Uint8Array): 'HEIC' | undefined {
  return isHeic(beginning(bytes)) ? 'HEIC' : undefined;
}

function beginning(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 40)).toString('latin1');
}
