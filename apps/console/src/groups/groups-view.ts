import { type ClusterBody, eachItem } from '@facenet/contract';
import { button, counted, createNotice, element } from '@facenet/page';
import type { App, View } from '../app.ts';
import { createClusterRun } from './cluster-run.ts';
import { createFacePictures } from './face-pictures.ts';
import { createGroupCard, type GroupCard } from './group-card.ts';
import { createSuggestions } from './suggestions.ts';

const mostGroups = 200;

/** Faces that nobody has named, in groups. */
export function createGroupsView(app: App): View {
  let cards: GroupCard[] = [];
  const notice = createNotice();
  const pictures = createFacePictures(app);
  const list = element('ol', { class: 'groups', 'aria-label': 'Groups' });
  const count = element('p', { class: 'hint' });
  const merge = button('Merge the chosen groups', () => void mergeChosen(), { disabled: true });
  const undo = button('Undo the last change', () => void change(async (collection_id) => {
    const { undone } = await app.session.client.undoClusterEdit({ params: { collection_id } });
    return `Taken back: ${undoneInWords[undone]}.`;
  }));
  const suggestions = createSuggestions(app, pictures, () => void load());
  const run = createClusterRun(app, () => void load());

  async function load(): Promise<void> {
    const collection = app.collection.value;
    if (collection === undefined) return;
    const found = await app.attempt(notice.problem, async () => {
      const clusters: ClusterBody[] = [];
      const pages = eachItem((query: { limit: number }) => app.session.client.listClusters({ params: { collection_id: collection.id }, query }), { limit: 100 });
      for await (const each of pages) if (clusters.push(each) >= mostGroups) break;
      return clusters;
    });
    if (found === undefined || app.collection.value !== collection) return;
    cards = found.sort((a, b) => b.size - a.size).map((cluster, i) => createGroupCard(collection.id, cluster, i + 1, pictures, { onChosen: refresh, split, name }));
    list.replaceChildren(...cards.map(({ content }) => content));
    count.textContent = found.length === 0 ? 'There are no groups yet. Enrol photos of people without names, then group them.'
      : `${counted(found.length, 'group')}, the largest first.${found.length < mostGroups ? '' : ' There may be more; name some of these first.'}`;
    refresh();
  }
  function refresh(): void {
    const chosen = cards.filter(({ isChosen }) => isChosen).length;
    merge.disabled = chosen < 2;
    merge.textContent = chosen < 2 ? 'Merge the chosen groups' : `Merge the ${chosen} chosen groups`;
  }
  /** Does an edit, says what became of it, and shows the groups as they are now. */
  async function change(edit: (collectionId: string) => Promise<string>): Promise<void> {
    const collection = app.collection.value;
    if (collection === undefined) return;
    notice.clear();
    const done = await app.attempt(notice.problem, () => edit(collection.id));
    if (done === undefined) return;
    suggestions.clear();
    await load();
    notice.done(done);
    // What had the focus may be gone, and this is what one may want next.
    undo.focus();
  }
  const mergeChosen = (): Promise<void> => change(async (collection_id) => {
    const cluster_ids = cards.filter(({ isChosen }) => isChosen).map(({ cluster }) => cluster.id);
    await app.session.client.mergeClusters({ params: { collection_id }, body: { cluster_ids } });
    return `${counted(cluster_ids.length, 'group')} are one now.`;
  });
  const split = ({ id }: ClusterBody, faceIds: readonly string[]): void => void change(async (collection_id) => {
    await app.session.client.splitCluster({ params: { collection_id }, body: { cluster_id: id, face_ids: [...faceIds] } });
    return `${counted(faceIds.length, 'face is', 'faces are')} a group of their own now.`;
  });
  const name = ({ id }: ClusterBody, given: string): void => void change(async (collection_id) => {
    const { person, faces } = await app.session.client.nameCluster({ params: { collection_id, cluster_id: id }, body: { name: given } });
    return `${counted(faces, 'face')} of the group belong to ${person.name} now.`;
  });
  app.collection.follow(() => {
    notice.clear();
    suggestions.clear();
    pictures.clear();
    list.replaceChildren();
  });
  const content = element('div', { class: 'stack' }, run.content, suggestions.content,
    element('section', {}, element('div', { class: 'toolbar' }, element('h3', {}, 'Groups'), element('div', { class: 'actions' }, undo, merge)), notice.content, count, list));
  return { content, show: () => { run.load(); void load(); } };
}

const undoneInWords = { merge: 'a merge', split: 'a split', name: 'a name', different: 'the answer that two faces are different people' } as const;
