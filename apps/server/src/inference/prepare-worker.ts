import { parentPort } from 'node:worker_threads';
import type { FaceEmbedder } from '@facenet/model';
import { cropToInput } from '@facenet/model';
import type { Pixels } from '@facenet/face';
import { type Reply, serveCommands } from './serve-commands.ts';

export interface PrepareJob {
  readonly crop: Pixels;
  readonly model: Pick<FaceEmbedder, 'size' | 'preprocessing'>;
}

serveCommands(parentPort!, {
  prepare: ({ crop, model }: PrepareJob): Reply => {
    const { buffer } = cropToInput(crop, model);
    return { result: buffer, transfer: [buffer as ArrayBuffer] };
  },
});
