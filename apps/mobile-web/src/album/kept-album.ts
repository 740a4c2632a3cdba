import type { Link } from '@facenet/clusters';
import { z } from 'zod';
import type { DeviceStore, Gallery } from '../gallery/index.ts';
import { readSetting, writeSetting } from '../gallery/settings.ts';
import type { AlbumFace } from './album.ts';
import { type Edit, keyOf, type Memory, unnamed } from './album-memory.ts';
import { newFace } from './name-group.ts';

const strings = z.array(z.string());
const cluster = z.object({ id: z.string(), faceIds: strings });
const pair = z.object({ a: z.string(), b: z.string() });
const link = pair.extend({ kind: z.enum(['must', 'cannot']) });
const undo = z.object({ clusters: z.array(cluster), set: z.array(link), unset: z.array(pair) });
const edit: z.ZodType<Edit> = z.union([
  z.object({ kind: z.enum(['merge', 'split', 'different']), undo }),
  z.object({ kind: z.literal('name'), group: cluster, personId: z.string(), madePerson: z.boolean(), keptBefore: strings }),
]);
const kept = z.object({ groups: z.array(cluster), edits: z.array(edit), photos: strings });
type Kept = z.output<typeof kept>;

/** Unnamed faces with their pictures and what was said go into the gallery, groups and edits beside it. */
export async function keepAlbum(store: DeviceStore, gallery: Gallery, memory: Memory, pictures: ReadonlyMap<string, Blob>): Promise<void> {
  const contents = await gallery.contents();
  const here = new Set(contents.faces.map(({ id }) => id));
  const fresh = unnamed(memory).filter(({ id }) => !here.has(id));
  const inGallery = (id: string): boolean => here.has(id) || (memory.faces.has(id) && !memory.named.has(id));
  const said = new Set(memory.links.map(keyOf));
  const isMine = ({ a, b }: Link): boolean => memory.faces.has(a) && memory.faces.has(b);
  await gallery.apply({
    faces: fresh.map(({ id }) => ({ personId: null, face: newFace(memory, id, pictures) })),
    setLinks: memory.links.filter(({ a, b }) => inGallery(a) && inGallery(b)),
    unsetLinks: contents.links.filter((each) => isMine(each) && !said.has(keyOf(each))),
  });
  const { groups, edits, photos } = memory;
  await writeSetting(store, 'album', { groups: groups.map(({ id, faceIds }) => ({ id, faceIds: [...faceIds] })), edits, photos: [...photos] });
}

/** What was kept, and unnamed faces that came with gallery files; of the model's space alone. Throws a DamagedRecordError. */
export async function restoreAlbum(store: DeviceStore, gallery: Pick<Gallery, 'contents'>, spaceId: string): Promise<Memory> {
  const { faces, links } = await gallery.contents();
  const value = await readSetting(store, 'album');
  const { groups, edits, photos }: Kept = value === undefined ? { groups: [], edits: [], photos: [] } : kept.parse(value);
  const nameable = new Set(edits.flatMap((each) => (each.kind === 'name' ? each.group.faceIds : [])));
  const mine = faces.filter((face) => face.spaceId === spaceId && (face.personId === null || nameable.has(face.id)));
  const known = new Map(mine.map(({ id, photoId, modelId, vector, quality, box }): [string, AlbumFace] => [id, { id, photoId, modelId, spaceId, vector, quality, box }]));
  const named = new Set(mine.flatMap(({ id, personId }) => (personId === null ? [] : [id])));
  const present = groups.map(({ id, faceIds }) => ({ id, faceIds: faceIds.filter((face) => known.has(face) && !named.has(face)) }));
  return {
    faces: known, named, edits, groups: present.filter(({ faceIds }) => faceIds.length > 1),
    links: links.filter(({ a, b }) => known.has(a) && known.has(b)),
    photos: new Set([...photos, ...mine.flatMap(({ photoId }) => photoId ?? [])]),
  };
}
