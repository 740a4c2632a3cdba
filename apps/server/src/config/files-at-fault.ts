import { statSync } from 'node:fs';
import path from 'node:path';
import type { Options } from './options.ts';
import { readTls } from './read-tls.ts';

/** What is wrong with the files that settings name, so that a start fails before a model is loaded. */
export function filesAtFault({ tlsCert, tlsKey, phonePage }: Pick<Options, 'tlsCert' | 'tlsKey' | 'phonePage'>): string[] {
  const problems: string[] = [];
  if (tlsCert !== undefined && tlsKey !== undefined) {
    const tls = readTls(tlsCert, tlsKey);
    if ('problems' in tls) problems.push(...tls.problems);
  }
  if (phonePage !== undefined && statSync(path.join(phonePage, 'index.html'), { throwIfNoEntry: false })?.isFile() !== true) {
    problems.push(`--phone-page (FACENET_PHONE_PAGE): expected a folder with an index.html, as a build of the page writes it, got '${phonePage}'`);
  }
  return problems;
}
