import {
  type Cluster, type ClusterEdit, ClusterEditError, clusterSteps, type FaceGroup, keepIds, type Link, mergeClusters, runGently, splitCluster, suggestSteps, undoEdit,
} from '@facenet/clusters';
import type { Manifest } from '@facenet/export';
import type { DeviceStore, Gallery } from '../gallery/index.ts';
import { removeSetting } from '../gallery/settings.ts';
import type { Album, AlbumFace, AlbumView, WorkOptions } from './album.ts';
import { emptyMemory, keyOf, type Memory, unnamed, withEdit, withGallery } from './album-memory.ts';
import { albumThresholds } from './album-thresholds.ts';
import { keepAlbum, restoreAlbum } from './kept-album.ts';
import { asNamed, asUnnamed, nameGroup, unnameGroup } from './name-group.ts';
import { createPace } from './pace.ts';
import { type FoundInPhoto, readPhotos } from './read-photos.ts';

export interface AlbumOptions {
  readonly manifest: Pick<Manifest, 'modelId' | 'spaceId' | 'thresholds'>;
  /** False-accept rate whose threshold makes two faces neighbours; 0.001 unless told. */
  readonly far?: number;
  /** Near faces, itself counted, that make a face the core of a group; 3 unless told, as at a server. */
  readonly minFaces?: number;
  /** More are refused by an AlbumFullError; 10,000 unless told. */
  readonly mostFaces?: number;
  /** Lets the page draw and answer between steps; every eight milliseconds unless told. */
  readonly pause?: () => Promise<unknown>;
}

/** An album has as many faces as it may have; those that were read are in it. */
export class AlbumFullError extends Error {
  override readonly name = 'AlbumFullError';
}

const defaults = { far: 0.001, minFaces: 3, mostFaces: 10_000 } as const satisfies Partial<AlbumOptions>;

/** With what was kept before. Throws a BundleError where the model has no threshold at the rate. */
export async function createAlbum(store: DeviceStore, gallery: Gallery, options: AlbumOptions): Promise<Album> {
  const { manifest, far, minFaces, mostFaces, pause = createPace() } = { ...defaults, ...options };
  const thresholds = albumThresholds(manifest, far);
  const pictures = new Map<string, Blob>();
  const listeners = new Set<(view: AlbumView) => void>();
  let memory = await restoreAlbum(store, gallery, manifest.spaceId);
  let isKept = true;
  let isStale = memory.groups.length === 0 && memory.faces.size > 0;
  let view = viewOf(memory, { isKept, isStale });

  function become(next: Memory, now: { readonly isKept?: boolean; readonly isStale?: boolean } = {}): void {
    memory = next;
    isKept = now.isKept ?? false;
    isStale = now.isStale ?? isStale;
    view = viewOf(memory, { isKept, isStale });
    for (const listener of [...listeners]) listener(view);
  }
  /** Faces that the gallery has, as far as the album knows. */
  let known: ReadonlySet<string> = new Set(memory.faces.keys());
  let ownWork = 0;
  /** Changes of the gallery that are the album's own need no second look. */
  async function mine<T>(work: () => Promise<T>): Promise<T> {
    ownWork++;
    try {
      return await work();
    } finally {
      ownWork--;
      known = new Set((await owners()).keys());
    }
  }
  async function owners(): Promise<Map<string, string | null>> {
    return new Map((await gallery.contents()).faces.map(({ id, personId }) => [id, personId]));
  }
  async function follow(): Promise<void> {
    const now = await owners();
    if (ownWork > 0) return;
    const next = withGallery(memory, now, known);
    for (const id of known) if (!next.faces.has(id)) pictures.delete(id);
    known = new Set(now.keys());
    if (next !== memory) become(next, { isKept });
  }
  // A gallery that was closed has nothing more to say.
  const stopFollowing = gallery.subscribe(({ what }) => { if (what === 'gallery' && ownWork === 0) follow().catch(() => undefined); });

  const edit = (kind: 'merge' | 'split' | 'different', made: ClusterEdit): void => {
    become({ ...withEdit(memory, made), edits: [...memory.edits, { kind, undo: made.undo }] });
  };
  const state = () => ({ clusters: memory.groups, links: memory.links, faces: unnamed(memory) });

  function addFaces(photoId: string, found: readonly FoundInPhoto[]): void {
    if (memory.faces.size + found.length > mostFaces) throw new AlbumFullError(`the album has ${memory.faces.size} faces, and at most ${mostFaces} are grouped on a phone`);
    const faces = new Map(memory.faces);
    for (const { vector, quality, box, thumbnail } of found) {
      const id = crypto.randomUUID();
      faces.set(id, { id, photoId, modelId: manifest.modelId, spaceId: manifest.spaceId, vector, quality, box });
      pictures.set(id, thumbnail);
    }
    become({ ...memory, faces, photos: new Set([...memory.photos, photoId]) }, { isStale: isStale || found.length > 0 });
  }

  async function group({ signal, onProgress }: WorkOptions = {}): Promise<void> {
    for (;;) {
      const { faces, named, links } = memory;
      const { groups } = await runGently(clusterSteps(unnamed(memory), links, { threshold: thresholds.match, minFaces }), { pause, signal, onProgress });
      // What was read or said meanwhile counts, too.
      if (memory.faces !== faces || memory.named !== named || memory.links !== links) continue;
      become({ ...memory, groups: keepIds(memory.groups, groups, () => crypto.randomUUID()) }, { isStale: false });
      return;
    }
  }

  function groupOf(faceId: string): Cluster {
    return memory.groups.find(({ faceIds }) => faceIds.includes(faceId)) ?? { id: crypto.randomUUID(), faceIds: [faceId] };
  }

  async function giveName(given: Cluster, who: Parameters<Album['name']>[1]): ReturnType<Album['name']> {
    return mine(async () => {
      const { person, edit: made } = await nameGroup(gallery, memory, given, who, pictures);
      // Photos may have been read meanwhile.
      become(asNamed(memory, made));
      return person;
    });
  }

  async function join(faceA: string, faceB: string): Promise<void> {
    const people = await owners();
    const [a, b] = [people.get(faceA) ?? null, people.get(faceB) ?? null];
    if (a !== null && b !== null) throw new ClusterEditError('the two faces are of two people who have names; give the faces of one to the other');
    if (a === null && b === null) {
      const pair = [groupOf(faceA), groupOf(faceB)] as const;
      if (pair[0].id === pair[1].id) throw new ClusterEditError('the two faces are together already');
      const ids = pair.map(({ id }) => id);
      edit('merge', mergeClusters({ ...state(), clusters: [...memory.groups.filter(({ id }) => !ids.includes(id)), ...pair] }, ids));
      return;
    }
    await giveName(groupOf(a === null ? faceA : faceB), { personId: (a ?? b)! });
  }

  return {
    view: () => view,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => { listeners.delete(listener); };
    },
    addPhotos: (photos, read) => readPhotos(photos, read, (photoId) => memory.photos.has(photoId), addFaces),
    group,
    suggestions: async ({ signal, onProgress, limit = 20 } = {}) => {
      const { faces } = await gallery.contents();
      const people = faces.filter((face) => face.personId !== null && face.spaceId === manifest.spaceId);
      return runGently(suggestSteps(groupsToAsk(memory, people), memory.links, { ...thresholds, limit }), { pause, signal, onProgress });
    },
    thumbnail: async (faceId) => pictures.get(faceId) ?? gallery.crop(faceId),
    merge: (groupIds) => { edit('merge', mergeClusters(state(), groupIds)); },
    split: (groupId, faceIds) => { edit('split', splitCluster(state(), groupId, faceIds, () => crypto.randomUUID())); },
    answer: async ({ faceA, faceB }, same) => {
      if (same) return join(faceA, faceB);
      if (groupOf(faceA).faceIds.includes(faceB)) throw new ClusterEditError('the two faces are together; split their group');
      edit('different', apart(memory, { kind: 'cannot', a: faceA, b: faceB }));
    },
    name: async (groupId, who) => {
      const found = memory.groups.find(({ id }) => id === groupId);
      if (found === undefined) throw new ClusterEditError(`no group ${groupId}`);
      return giveName(found, who);
    },
    undo: async () => {
      const last = memory.edits.at(-1);
      if (last === undefined) throw new ClusterEditError('there is no edit to take back');
      if (last.kind === 'name') {
        await mine(async () => {
          const back = await unnameGroup(gallery, last);
          become(asUnnamed(memory, last, back));
        });
      } else become({ ...withEdit(memory, undoEdit(memory.groups, last.undo)), edits: memory.edits.slice(0, -1) });
    },
    keep: async () => {
      // From now on a face that loses its name stays in the gallery.
      const now = { ...memory, edits: memory.edits.map((each) => (each.kind === 'name' ? { ...each, keptBefore: each.group.faceIds } : each)) };
      memory = now;
      await mine(() => keepAlbum(store, gallery, now, pictures));
      // They can be had from the gallery now.
      for (const { id } of unnamed(now)) pictures.delete(id);
      become(memory, { isKept: memory === now });
    },
    clear: async () => {
      await mine(async () => {
        const here = await owners();
        await gallery.deleteFaces(unnamed(memory).map(({ id }) => id).filter((id) => here.has(id)));
        await removeSetting(store, 'album');
        pictures.clear();
        become(emptyMemory, { isKept: true, isStale: false });
      });
    },
    dispose: () => {
      stopFollowing();
      listeners.clear();
      pictures.clear();
    },
  };
}

function viewOf(memory: Memory, now: { readonly isKept: boolean; readonly isStale: boolean }): AlbumView {
  const faces = unnamed(memory);
  const grouped = new Set(memory.groups.flatMap(({ faceIds }) => faceIds));
  return {
    ...now, photos: memory.photos.size, faces: new Map(faces.map((face) => [face.id, face])),
    groups: [...memory.groups].sort((a, b) => b.faceIds.length - a.faceIds.length || (a.id < b.id ? -1 : 1)),
    single: faces.flatMap(({ id }) => (grouped.has(id) ? [] : [id])),
    canUndo: memory.edits.length > 0,
  };
}

function groupsToAsk({ groups, faces }: Memory, people: readonly (AlbumFace & { readonly personId: string | null })[]): FaceGroup[] {
  const ofPerson = new Map<string, AlbumFace[]>();
  for (const face of people) ofPerson.set(face.personId!, [...ofPerson.get(face.personId!) ?? [], face]);
  return [
    ...groups.map(({ id, faceIds }): FaceGroup => ({ id, kind: 'cluster', faces: faceIds.map((face) => faces.get(face)!) })),
    ...[...ofPerson].map(([id, theirs]): FaceGroup => ({ id, kind: 'person', faces: theirs })),
  ];
}

function apart({ groups, links }: Memory, link: Link): ClusterEdit {
  const before = links.find((each) => keyOf(each) === keyOf(link));
  return { clusters: groups, set: [link], unset: [], undo: { clusters: [], set: before === undefined ? [] : [before], unset: before === undefined ? [{ a: link.a, b: link.b }] : [] } };
}
