import type { GalleryStore, Person } from '../store/store.ts';

export interface Ranked {
  readonly person: Person;
  /** Squared, 0 to 4. */
  readonly distance: number;
}

const mostNeighbours = 1000;

/** The nearest persons, each once, whatever the distance: for interfaces that leave the threshold to their caller. */
export async function rankPersons(store: GalleryStore, collectionId: string, vector: Float32Array, count: number): Promise<Ranked[]> {
  for (let limit = Math.max(64, 4 * count); ; limit = Math.min(4 * limit, mostNeighbours)) {
    const rows = await store.faces.search({ collectionId, vector, limit: Math.min(limit, mostNeighbours), named: true });
    const nearest = new Map<string, number>();
    for (const { personId, distance } of rows) if (personId !== null && !nearest.has(personId)) nearest.set(personId, distance);
    if (nearest.size < count && rows.length >= limit && limit < mostNeighbours) continue;
    const persons = await Promise.all([...nearest].slice(0, count).map(async ([id, distance]) => ({ person: await store.persons.get(collectionId, id), distance })));
    return persons.flatMap(({ person, distance }) => (person === undefined ? [] : [{ person, distance }]));
  }
}
