/** What changed on this device, in this tab or in another. */
export type Change =
  | { readonly what: 'gallery' | 'server' | 'queue' | 'album' }
  /** Everything is gone, the key with it; open anew. */
  | { readonly what: 'erased' }
  /** Another tab runs a newer page, which needs the database in a newer form: load the page again. */
  | { readonly what: 'outdated' };

export interface Changes {
  /** In this tab at once, in others soon. */
  tell(change: Change): void;
  /** In this tab alone. */
  hear(change: Change): void;
  subscribe(listener: (change: Change) => void): () => void;
  close(): void;
}

export function createChanges(name: string): Changes {
  const listeners = new Set<(change: Change) => void>();
  // A browser without it has tabs that do not hear of each other, and works otherwise.
  const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(name);
  const hear = (change: Change): void => { for (const listener of [...listeners]) listener(change); };
  if (channel !== undefined) channel.onmessage = (event: MessageEvent<Change>) => { hear(event.data); };
  return {
    tell: (change) => {
      channel?.postMessage(change);
      hear(change);
    },
    hear,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => { listeners.delete(listener); };
    },
    close: () => { channel?.close(); },
  };
}
