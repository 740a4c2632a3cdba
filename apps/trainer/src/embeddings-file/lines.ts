import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { UsageError } from '../cli/errors.ts';

const chunkBytes = 1 << 20;

/** Visits each line with its number from 1, holding one at a time: these files may be larger than a string can be. */
export function forEachLine(file: string, visit: (line: string, number: number) => void): void {
  const decoder = new StringDecoder('utf8');
  let number = 0;
  let rest = '';
  const take = (text: string): void => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) visit(clean(line, ++number), number);
  };
  for (const chunk of chunksOf(file)) take(decoder.write(chunk));
  rest += decoder.end();
  if (rest !== '') visit(clean(rest, ++number), number);
}

function* chunksOf(file: string): Generator<Buffer> {
  const handle = open(file);
  try {
    const chunk = Buffer.alloc(chunkBytes);
    for (let bytes = readSync(handle, chunk); bytes > 0; bytes = readSync(handle, chunk)) yield chunk.subarray(0, bytes);
  } finally {
    closeSync(handle);
  }
}

export function open(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    throw new UsageError(`${file}: cannot read the embeddings (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
}

/** Without the carriage return that Windows adds, and the mark that its programs put first. */
function clean(line: string, number: number): string {
  const ended = line.endsWith('\r') ? line.slice(0, -1) : line;
  return number === 1 && ended.startsWith('\uFEFF') ? ended.slice(1) : ended;
}
