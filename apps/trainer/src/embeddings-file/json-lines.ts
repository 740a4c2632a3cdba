import { UsageError } from '../cli/errors.ts';
import { type EmbeddingsFile, RowCollector } from './embeddings-file.ts';
import { forEachLine } from './lines.ts';
import { decimal } from './decimal.ts';

/**
 * `{"file":"Zico/Zico_0003.jpg","embedding":[…]}` on each line. The first line may instead say whose they are:
 * `{"spaceId":…,"modelId":…,"size":…}`, each of them optional.
 */
export function readJsonLines(file: string): EmbeddingsFile {
  const rows = new RowCollector(file);
  let header: Header = {};
  forEachLine(file, (line, number) => {
    if (line.trim() === '') return;
    const place = `line ${number}`;
    const value = parseObject(line, `${file}: ${place}`);
    if (number === 1 && !('file' in value)) {
      header = parseHeader(value, `${file}: ${place}`);
      return;
    }
    const { file: path, embedding } = value;
    if (typeof path !== 'string' || !isNumbers(embedding)) {
      throw new UsageError(`${file}: ${place}: expected {"file":"Name/0001.jpg","embedding":[numbers]}, got ${shorten(line)}`);
    }
    rows.add(path, embedding, place);
  });
  const { size, ...about } = header;
  const found = rows.finish(about);
  if (size !== undefined && size !== found.size) throw new UsageError(`${file}: line 1 promises vectors of ${size} numbers, they have ${found.size}`);
  return found;
}

export function* formatJsonLines({ keys, data, size, spaceId, modelId }: EmbeddingsFile): Generator<string> {
  if (spaceId !== undefined || modelId !== undefined) yield `${JSON.stringify({ spaceId, modelId, size })}\n`;
  for (const [row, key] of keys.entries()) {
    const numbers = Array.from(data.subarray(row * size, (row + 1) * size), decimal);
    yield `{"file":${JSON.stringify(key)},"embedding":[${numbers.join(',')}]}\n`;
  }
}

interface Header {
  readonly spaceId?: string;
  readonly modelId?: string;
  readonly size?: number;
}

function parseHeader(value: Readonly<Record<string, unknown>>, where: string): Header {
  const { spaceId, modelId, size, ...others } = value;
  const foreign = Object.keys(others)[0];
  if (foreign !== undefined) throw new UsageError(`${where}: unknown key '${foreign}'; expected 'file' and 'embedding', or a header of 'spaceId', 'modelId', 'size'`);
  for (const [key, id] of Object.entries({ spaceId, modelId })) {
    if (id !== undefined && (typeof id !== 'string' || id === '')) throw new UsageError(`${where}: ${key}: expected text, got ${JSON.stringify(id)}`);
  }
  if (size !== undefined && !(Number.isInteger(size) && (size as number) > 0)) {
    throw new UsageError(`${where}: size: expected a whole number from 1, got ${JSON.stringify(size)}`);
  }
  return { ...(spaceId !== undefined && { spaceId }), ...(modelId !== undefined && { modelId }), ...(size !== undefined && { size }) } as Header;
}

function parseObject(line: string, where: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below, with the line.
  }
  throw new UsageError(`${where}: expected a JSON object, got ${shorten(line)}`);
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'number');
}

function shorten(line: string): string {
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}
