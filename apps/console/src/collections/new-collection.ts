import type { CollectionBody } from '@facenet/contract';
import { element, labelled, openDialog, tick } from '@facenet/page';
import { problemOf } from '../problem.ts';
import type { Session } from '../session.ts';

/** Asks for a name and makes the collection; undefined where the user thought better of it. */
export async function askForCollection(session: Session): Promise<CollectionBody | undefined> {
  const name = element('input', { type: 'text', required: true, maxlength: 200, autocomplete: 'off' });
  const crops = tick('Keep crops of the faces', {}, 'Small aligned pictures. Without them groups are shown by the names of photos, and a better model cannot embed the faces again.');
  let made: CollectionBody | undefined;
  await openDialog({
    title: 'New collection',
    fields: [labelled('Name', name), crops.content],
    confirm: 'Create',
    onConfirm: async () => {
      try {
        made = await session.client.createCollection({ body: { name: name.value, keep_crops: crops.input.checked } });
        return undefined;
      } catch (error) {
        return problemOf(error);
      }
    },
  });
  return made;
}
