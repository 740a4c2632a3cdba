import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../cli/errors.ts';
import { writeFileAtomically } from '@facenet/files';
import { CheckpointFolder } from './checkpoint.ts';
import { lockRun } from './run-lock.ts';

/** The folder that a run writes, held by one process at a time. */
export class RunFolder {
  readonly path: string;
  readonly checkpoints: CheckpointFolder;
  readonly #unlock: () => void;

  constructor(folder: string, options: { readonly resume: boolean }) {
    mkdirSync(path.join(folder, 'checkpoints'), { recursive: true });
    this.path = folder;
    this.#unlock = lockRun(folder);
    this.checkpoints = new CheckpointFolder(folder);
    try {
      this.#check(options.resume);
    } catch (error) {
      this.#unlock();
      throw error;
    }
  }

  file(name: string): string {
    return path.join(this.path, name);
  }

  write(name: string, content: string | Uint8Array): void {
    writeFileAtomically(this.file(name), content);
  }

  dispose(): void {
    this.#unlock();
  }

  #check(resume: boolean): void {
    // A run that was killed before its first checkpoint has only a config and the start of a log.
    const started = this.checkpoints.newest() !== undefined;
    if (started && !resume) {
      throw new UsageError(`${this.path}: holds a run already; go on with --resume, or choose another folder with --set run=DIR`);
    }
    const foreign = readdirSync(this.path).filter((name) => !knownNames.test(name));
    if (!started && !existsSync(this.file('config.yaml')) && foreign.length > 0) {
      throw new UsageError(`${this.path}: is not empty and holds no run (${foreign[0]}); choose a new folder with --set run=DIR`);
    }
  }
}

const knownNames = /^(checkpoints|run\.lock.*|\..*)$/;
