import { type Communicator, requireSame } from '@facenet/collective';
import type { FaceModel } from '@facenet/model';
import type { Reference } from './reference.ts';

export interface LiveOptions {
  readonly model: FaceModel;
  readonly communicator: Communicator;
  /** To the size of v2's embeddings. */
  readonly project: (rows: Float32Array) => Float32Array;
  /** Images at once. */
  readonly chunk: number;
  readonly heldOut: Float32Array | undefined;
}

/**
 * v1 of what v2 sees: each batch is embedded as it was augmented, so that v2 is asked for what v1 makes of the very same
 * picture (Beyer et al., arXiv 2106.05237: a consistent teacher) and no two passes teach the same. Each rank embeds its own rows.
 */
export async function liveReference({ model, communicator, project, chunk, heldOut }: LiveOptions): Promise<Reference> {
  const { size, preprocessing, runner, embedding } = model;
  await requireSame(communicator, 'harmonic.reference: modelId', [model.manifest.modelId]);
  const length = 3 * size[0] * size[1];
  return {
    view: { size, preprocessing },
    heldOut,
    async of({ referenceImages }) {
      if (referenceImages === undefined) throw new Error('internal: a batch without what the reference sees of it');
      const rows = referenceImages.length / length;
      const own = new Float32Array(rows * embedding);
      for (let start = 0; start < rows; start += chunk) {
        const end = Math.min(rows, start + chunk);
        own.set(await runner.run(referenceImages.subarray(start * length, end * length), end - start), start * embedding);
      }
      return await communicator.allGather(project(own));
    },
    dispose: () => model.dispose(),
  };
}
