import { element, labelled, openDialog } from '@facenet/page';
import { problemOf } from '../problem.ts';
import type { Session } from '../session.ts';

/** Asks for an API key and tries it; whether there is one now. */
export async function askForKey(session: Session): Promise<boolean> {
  const input = element('input', { type: 'password', autocomplete: 'off', spellcheck: 'false', required: true, maxlength: 200 });
  return await openDialog({
    title: 'API key',
    fields: [
      element('p', {}, 'This server asks for a key. It is kept in this tab until the tab is closed, and sent to this server alone.'),
      labelled('Key', input),
    ],
    confirm: 'Use this key',
    onConfirm: async () => {
      const takeBack = session.setKey(input.value.trim());
      try {
        await session.client.listCollections({ query: { limit: 1 } });
        return undefined;
      } catch (error) {
        takeBack();
        return problemOf(error);
      }
    },
  });
}
