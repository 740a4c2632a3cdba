import type { Contents, Counts, Face, PersonEntry } from './gallery.ts';

/** People as a list shows them. */
export function entriesOf({ people, faces }: Contents, spaceId: string | undefined): PersonEntry[] {
  const facesOf = groupByPerson(faces);
  return people.map((person): PersonEntry => {
    const theirs = facesOf.get(person.id) ?? [];
    return { ...person, faces: theirs.length, foreignFaces: foreign(theirs, spaceId), coverFaceId: coverOf(theirs) };
  });
}

export function countsOf({ people, faces, damaged }: Contents, spaceId: string | undefined): Counts {
  return {
    people: people.length, faces: faces.length, unnamedFaces: faces.filter(({ personId }) => personId === null).length,
    foreignFaces: foreign(faces, spaceId), damaged: damaged.length,
  };
}

function foreign(faces: readonly Face[], spaceId: string | undefined): number {
  return spaceId === undefined ? 0 : faces.filter((face) => face.spaceId !== spaceId).length;
}

/** Of best quality; of as good ones the oldest. */
function coverOf(faces: readonly Face[]): string | null {
  let best: Face | undefined;
  for (const face of faces) if (face.hasCrop && (best === undefined || (face.quality ?? 0) > (best.quality ?? 0))) best = face;
  return best?.id ?? null;
}

function groupByPerson(faces: readonly Face[]): Map<string | null, Face[]> {
  const groups = new Map<string | null, Face[]>();
  for (const face of faces) {
    const known = groups.get(face.personId);
    if (known === undefined) groups.set(face.personId, [face]);
    else known.push(face);
  }
  return groups;
}
