import { createState, type State } from '@facenet/page';
import { createEmbedder, type Embedder, type Progress } from '@facenet/web';
import { problemOf } from './problem.ts';

export type EngineState =
  | { readonly stage: 'waiting' }
  | { readonly stage: 'loading'; readonly progress: Progress }
  | { readonly stage: 'ready'; readonly embedder: Embedder }
  | { readonly stage: 'failed'; readonly reason: string };

/** What finds and embeds faces, from the time when it is not there yet. */
export interface Engine {
  readonly state: State<EngineState>;
  /** Begins once; after a failure it begins anew. */
  start(): void;
  /** The embedder as soon as it is there. Throws why it cannot be. */
  ready(): Promise<Embedder>;
}

/** `before` ends when the network may be fetched: what is fetched after is kept for use without a network. */
export function createEngine(model: string, before: Promise<unknown>): Engine {
  const state = createState<EngineState>({ stage: 'waiting' });
  let opening: Promise<Embedder> | undefined;
  async function open(): Promise<Embedder> {
    try {
      await before;
      const embedder = await createEmbedder({ model, onProgress: (progress) => { if (progress.stage !== 'ready') state.set({ stage: 'loading', progress }); } });
      state.set({ stage: 'ready', embedder });
      return embedder;
    } catch (error) {
      opening = undefined;
      state.set({ stage: 'failed', reason: problemOf(error) });
      throw error;
    }
  }
  const ready = (): Promise<Embedder> => opening ??= open();
  return {
    state,
    start: () => { ready().catch(() => undefined); },
    ready,
  };
}
