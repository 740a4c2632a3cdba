import type { State } from '@facenet/page';
import type { DeviceStore } from '../gallery/device-store.ts';
import type { Gallery } from '../gallery/gallery.ts';
import type { ServerSide } from '../server-view/server-state.ts';
import type { Engine } from './engine.ts';

/** What every view has. */
export interface App {
  readonly engine: Engine;
  /** What is kept on this device, sealed. */
  readonly store: DeviceStore;
  /** People on this device. */
  readonly gallery: Gallery;
  readonly server: ServerSide;
  /** The false accept rate that verdicts are made at. */
  readonly rate: State<number>;
}

/** One of the pages of the app. */
export interface View {
  readonly content: HTMLElement;
  /** It is seen now: what it shows may be old. */
  show?(): void;
  /** It is not seen any more: a camera goes off. */
  hide?(): void;
}
