import { element, openDialog } from '@facenet/page';
import { type PairingLink, readPairingLink } from '../server/index.ts';
import type { App } from '../shell/app.ts';
import { problemOf } from '../shell/problem.ts';

/** Takes a pairing out of the page's address, where no screenshot and no history has it; an error where the link is wrong. */
export function takePairingLink(): PairingLink | Error | undefined {
  try {
    const link = readPairingLink(location.href);
    if (link !== undefined) history.replaceState(null, '', '#who');
    return link;
  } catch (error) {
    history.replaceState(null, '', '#who');
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Asks whether to connect, since anyone can make a link. */
export async function offerPairing(app: App, link: PairingLink | Error): Promise<void> {
  if (link instanceof Error) {
    await openDialog({ title: 'The link cannot be used', fields: [element('p', {}, problemOf(link))], confirm: 'OK', cancel: 'Close', onConfirm: () => Promise.resolve(undefined) });
    return;
  }
  await openDialog({
    title: 'Connect to this server?',
    fields: [element('p', {}, element('strong', {}, link.baseUrl)), element('p', {}, 'When you search on it, the numbers of a face go there; pictures stay here.')],
    confirm: 'Connect',
    onConfirm: () => app.server.pair(link).then(() => undefined, problemOf),
  });
}
