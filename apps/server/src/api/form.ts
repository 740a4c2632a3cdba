import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { mostImages } from '@facenet/contract';
import { invalid, ServiceError } from '../services/service-error.ts';
import { type Spool, SpooledFile } from './spool.ts';

/** What a file was called; only the answer to the same request repeats it. */
const filenames = new WeakMap<object, string>();

export function filenameOf(picture: string | Uint8Array): string | null {
  return typeof picture === 'string' ? null : filenames.get(picture) ?? null;
}

export interface FormRule {
  readonly files: readonly string[];
  readonly schema: z.ZodType;
  readonly pictureBytes: number;
  readonly requestBytes: number;
  /** Where files go that may be larger than memory. */
  readonly spool?: Spool | undefined;
}

/** A form as the JSON body that it stands for: files are bytes, and a field that is no text is JSON. */
export async function readForm(request: FastifyRequest, rule: FormRule): Promise<Record<string, unknown>> {
  if (Number(request.headers['content-length'] ?? 0) > rule.requestBytes) throw tooLarge('request', rule.requestBytes);
  const shape = shapeOf(rule.schema);
  const body: Record<string, unknown> = {};
  let bytes = 0;
  for await (const part of partsOf(request, rule)) {
    const field = shape[part.name];
    if (field === undefined) throw invalid(part.name.slice(0, 100), 'is not a field of this form');
    bytes += part.value instanceof SpooledFile ? 0 : part.value.length;
    if (bytes > rule.requestBytes) throw tooLarge('request', rule.requestBytes);
    if (rule.files.includes(part.name) && field.safeParse([part.value]).success) body[part.name] = [...(body[part.name] as unknown[] | undefined ?? []), part.value];
    else if (part.name in body) throw invalid(part.name, 'is given twice');
    else body[part.name] = typeof part.value === 'string' ? fieldValue(field, part.value) : part.value;
  }
  return body;
}

/** Text where the schema takes it as text, else JSON; what is neither is left for the schema to refuse. */
function fieldValue(field: z.ZodType, value: string): unknown {
  if (field.safeParse(value).success) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

interface Part {
  readonly name: string;
  readonly value: string | Uint8Array | SpooledFile;
}

/** Any way in which a form can be broken is the sender's, so nothing here may look like our own mistake. */
async function* partsOf(request: FastifyRequest, { pictureBytes, spool }: FormRule): AsyncGenerator<Part> {
  const limits = { fieldNameSize: 100, fieldSize: 2 ** 20, fields: 100, fileSize: pictureBytes, files: mostImages, headerPairs: 50, parts: 100 + mostImages };
  try {
    for await (const part of request.parts({ limits })) {
      if (part.type === 'field') {
        if (part.valueTruncated || part.fieldnameTruncated) throw invalid(part.fieldname, 'is too long');
        yield { name: part.fieldname, value: typeof part.value === 'string' ? part.value : JSON.stringify(part.value) ?? '' };
        continue;
      }
      const value = spool === undefined ? await part.toBuffer() : await spool.add(part.file);
      if (part.file.truncated) throw tooLarge('picture', pictureBytes);
      if (part.filename !== '' && part.filename !== undefined) filenames.set(value, part.filename.slice(0, 200));
      yield { name: part.fieldname, value };
    }
  } catch (error) {
    throw error instanceof ServiceError ? error : brokenForm(error, pictureBytes);
  }
}

function brokenForm(error: unknown, pictureBytes: number): ServiceError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'FST_REQ_FILE_TOO_LARGE': return tooLarge('picture', pictureBytes);
    case 'FST_FILES_LIMIT': case 'FST_PARTS_LIMIT': return new ServiceError('payload_too_large', { what: 'pictures', limit: mostImages });
    case 'FST_FIELDS_LIMIT': return tooLarge('request', null);
    default: return invalid('', 'the form is broken or ends too early');
  }
}

function tooLarge(what: 'request' | 'picture', limit: number | null): ServiceError {
  return new ServiceError('payload_too_large', { what, limit });
}

function shapeOf(schema: z.ZodType): Record<string, z.ZodType> {
  return 'shape' in schema ? { ...(schema.shape as Record<string, z.ZodType>) } : {};
}
