import type { Cluster } from './links.ts';

/**
 * Gives the groups of a new run the ids of the old clusters that they continue: the two that share most faces first, of
 * equals the older id, and no id twice. A group that continues none gets a new id.
 */
export function keepIds(old: readonly Cluster[], groups: readonly (readonly string[])[], newId: () => string): Cluster[] {
  const clusterOf = new Map(old.flatMap(({ id, faceIds }) => faceIds.map((face) => [face, id] as const)));
  const shared = groups.flatMap((faces, group) => [...countEach(faces.map((face) => clusterOf.get(face)))].map(([id, count]) => ({ id, group, count })));
  shared.sort((a, b) => b.count - a.count || (a.id < b.id ? -1 : a.id > b.id ? 1 : a.group - b.group));
  const idOf = new Map<number, string>();
  const taken = new Set<string>();
  for (const { id, group } of shared) {
    if (idOf.has(group) || taken.has(id)) continue;
    idOf.set(group, id);
    taken.add(id);
  }
  return groups.map((faceIds, group) => ({ id: idOf.get(group) ?? newId(), faceIds: [...faceIds] }));
}

function countEach(ids: readonly (string | undefined)[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const id of ids) if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}
