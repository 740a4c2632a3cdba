import type { CollectionBody } from '@facenet/contract';
import type { State } from '@facenet/page';
import type { Session } from './session.ts';

/** What every view has. */
export interface App {
  readonly session: Session;
  /** Undefined until one is chosen or made. */
  readonly collection: State<CollectionBody | undefined>;
  /** Does what may be refused; a missing key is asked for, and every other refusal is told by `tell`. */
  attempt<T>(tell: (problem: string) => void, work: () => Promise<T>): Promise<T | undefined>;
}

/** One of the pages of the console. */
export interface View {
  readonly content: HTMLElement;
  /** It is seen now: what it shows may be old. */
  show(): void;
  /** It is not seen any more: a camera goes off. */
  hide?(): void;
}
