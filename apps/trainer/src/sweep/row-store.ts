import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { writeFileAtomically } from '@facenet/files';
import type { RunResult } from '../training/run-experiment.ts';
import { fileName } from './file-name.ts';
import type { PlannedRow, TrainWork } from './plan.ts';
import type { RowResult } from './row-result.ts';

/**
 * The folder of a sweep. Files carry the digest of what they are the result of: a changed row finds nothing and starts
 * anew, one changed back finds its result again, and rows that are the same share one. Nothing is ever deleted.
 *
 *     rows/NAME-DIGEST.json      the result of a row
 *     runs/NAME-DIGEST/          the run folder of a training
 *     runs/NAME-DIGEST.json      what the training came to, once it is over
 */
export class RowStore {
  readonly #out: string;

  constructor(out: string) {
    this.#out = out;
  }

  /** The result of a row that is done; one that failed is tried again. */
  finished({ name, digest }: PlannedRow): RowResult | undefined {
    const found = this.#find('rows', digest) as RowResult | undefined;
    return found?.status === 'done' ? { ...found, name } : undefined;
  }

  /** The result of a row, also of one that failed. */
  latest({ name, digest }: PlannedRow): RowResult | undefined {
    const found = this.#find('rows', digest) as RowResult | undefined;
    return found && { ...found, name };
  }

  keep(result: RowResult): void {
    this.#write('rows', result.name, result.digest, result);
  }

  /** The training that a row needs, where it is over. */
  trained({ digest }: TrainWork): RunResult | undefined {
    return this.#find('runs', digest) as RunResult | undefined;
  }

  keepTraining({ name }: PlannedRow, { digest }: TrainWork, result: RunResult): void {
    this.#write('runs', name, digest, result);
  }

  /** The folder that an interrupted training of the same experiment left, under whatever row's name. */
  runFolder({ digest, experiment }: TrainWork): string {
    const folder = path.join(this.#out, 'runs');
    const started = existsSync(folder) ? readdirSync(folder).find((name) => name.endsWith(`-${digest}`)) : undefined;
    return started === undefined ? experiment.run : path.join(folder, started);
  }

  #find(kind: string, digest: string): unknown {
    const folder = path.join(this.#out, kind);
    if (!existsSync(folder)) return undefined;
    const file = readdirSync(folder).find((name) => name.endsWith(`-${digest}.json`));
    return file === undefined ? undefined : JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
  }

  #write(kind: string, name: string, digest: string, value: unknown): void {
    const folder = path.join(this.#out, kind);
    mkdirSync(folder, { recursive: true });
    const found = readdirSync(folder).find((file) => file.endsWith(`-${digest}.json`));
    writeFileAtomically(path.join(folder, found ?? `${fileName(name)}-${digest}.json`), `${JSON.stringify(value, null, 2)}\n`);
  }
}
