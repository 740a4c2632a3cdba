/**
 * Where an encoded picture is, as text, so that lists, digests and messages need nothing else:
 *
 *     faces/ann/0001.jpg                          a file of its own
 *     train.rec#17:52480+8112                     8,112 bytes from byte 52,480 of a RecordIO file: the record with key 17
 *     shard-000.tar#ann/0001.jpg:1536+7906        the bytes of a member of a tar file
 *     party.jpg#box=104,80,96,112                 the part of a picture that shows one face: x, y, width, height
 *     party.jpg#points=120,131,…                  the same by five points, x and y of each
 *
 * A file in a folder of identities ends like a picture's name, so it is never mistaken for one of the others.
 */
export interface Address {
  readonly file: string;
  /** Which bytes of the file; all of them without it. */
  readonly span?: Span;
  /** Which part of the decoded picture; all of it without it. */
  readonly face?: FaceMark;
}

export interface Span {
  /** What the record is called inside the file. */
  readonly record: string;
  readonly offset: number;
  readonly length: number;
}

/** Pixels of the upright picture. A box is x, y, width, height; points are left eye, right eye, nose, left and right corner of the mouth. */
export interface FaceMark {
  readonly kind: 'box' | 'points';
  readonly values: readonly number[];
}

export function formatAddress({ file, span, face }: Address): string {
  // Millions of these are kept: a template would be a tree of its parts, several times as large as the text.
  if (span) return [file, '#', span.record, ':', span.offset, '+', span.length].join('');
  return face ? `${file}#${face.kind}=${face.values.join(',')}` : file;
}

const spanForm = /^(.+?\.(?:rec|tar))#(.*):(\d+)\+(\d+)$/s;
const faceForm = /^(.+)#(box|points)=([-\d.e+]+(?:,[-\d.e+]+){3,9})$/s;

export function parseAddress(text: string): Address {
  const span = spanForm.exec(text);
  if (span) return { file: span[1]!, span: { record: span[2]!, offset: Number(span[3]), length: Number(span[4]) } };
  const face = faceForm.exec(text);
  if (face) return { file: face[1]!, face: { kind: face[2] as FaceMark['kind'], values: face[3]!.split(',').map(Number) } };
  return { file: text };
}
