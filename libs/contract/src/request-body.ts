import type { Platform } from './platform.ts';

export interface EncodedBody {
  readonly body: unknown;
  /** The platform says it of a form, since only it knows the boundary. */
  readonly contentType?: string;
}

/** A form where a picture is bytes, since base64 is a third larger; JSON otherwise. */
export function encodeBody(body: Record<string, unknown>, files: readonly string[], platform: Pick<Platform, 'newForm' | 'newBlob'>): EncodedBody {
  const pictures = files.flatMap((name) => picturesOf(body[name]));
  // A form cannot say that a field is base64.
  const inBytes = pictures.filter((each) => ArrayBuffer.isView(each)).length;
  if (inBytes === 0) return { body: JSON.stringify(body), contentType: 'application/json' };
  if (inBytes < pictures.length) throw new TypeError('the pictures of one request must all be bytes or all be base64');
  const form = platform.newForm();
  for (const [name, value] of Object.entries(body)) {
    if (value === undefined) continue;
    if (files.includes(name)) picturesOf(value).forEach((each, index) => form.append(name, platform.newBlob(each as Uint8Array), `${name}-${index}`));
    else form.append(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return { body: form };
}

function picturesOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
