import { createState, type State } from '@facenet/page';
import type { Engine } from '../shell/engine.ts';
import { problemOf } from '../shell/problem.ts';
import type { DeviceStore } from '../gallery/index.ts';
import { createEnrolmentQueue, createServerLink, type EnrolmentQueue, keepSending, type PairedServer, type PairingLink, type Sending, type ServerLink } from '../server/index.ts';

export type ServerState =
  | { readonly state: 'none' }
  /** It was not asked yet, or did not answer, for the reason given. */
  | { readonly state: 'paired'; readonly paired: PairedServer; readonly problem: string | null }
  | { readonly state: 'refused'; readonly paired: PairedServer; readonly sentence: string }
  | { readonly state: 'ready'; readonly paired: PairedServer; readonly collections: readonly { readonly id: string; readonly name: string }[]; readonly mayEnrol: boolean };

/** The server beside this phone, if there is one, and what waits to be sent to it. */
export interface ServerSide {
  readonly link: ServerLink;
  readonly queue: EnrolmentQueue;
  readonly sending: Sending;
  readonly state: State<ServerState>;
  pair(link: PairingLink): Promise<void>;
  /** Asks it again what it can do. */
  refresh(): Promise<void>;
}

export function createServerSide(store: DeviceStore, engine: Engine): ServerSide {
  const link = createServerLink(store);
  const queue = createEnrolmentQueue(store, link);
  const state = createState<ServerState>({ state: 'none' });
  const sending = keepSending(queue, { network: window, isOnline: () => navigator.onLine });
  let latest = 0;

  async function refresh(): Promise<void> {
    const mine = ++latest;
    const set = (next: ServerState): void => { if (mine === latest) state.set(next); };
    let paired: PairedServer | undefined;
    try {
      paired = await link.paired();
      if (paired === undefined) return set({ state: 'none' });
      const { manifest: { spaceId } } = await engine.ready();
      set(stateOf(paired, await link.reach(spaceId)));
      sending.nudge();
    } catch (error) {
      if (paired !== undefined) set({ state: 'paired', paired, problem: problemOf(error) });
    }
  }
  store.changes.subscribe(({ what }) => { if (what === 'server') void refresh(); });
  addEventListener('online', () => void refresh());
  void refresh();
  return {
    link, queue, sending, state, refresh,
    pair: async (given) => {
      const { spaceId } = (await engine.ready()).manifest;
      await link.pair(given);
      const reach = await link.reach(spaceId);
      // With one there is nothing to choose.
      if (reach.state === 'ready' && reach.collections.length === 1) await link.choose(reach.collections[0]!);
    },
  };
}

function stateOf(paired: PairedServer, reach: Awaited<ReturnType<ServerLink['reach']>>): ServerState {
  if (reach.state !== 'ready') return { state: 'refused', paired, sentence: reach.sentence };
  return { state: 'ready', paired, collections: reach.collections, mayEnrol: reach.mayEnrol };
}
