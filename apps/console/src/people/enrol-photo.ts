import type { Client, EnrolRequest, PersonBody } from '@facenet/contract';
import { bytesOf } from '@facenet/page';

export interface EnrolRule {
  /** Undefined: faces of people who have no name yet. */
  readonly name: string | undefined;
  /** Of several faces the largest; otherwise such a photo is refused for a person. */
  readonly takesLargest: boolean;
  readonly isCrop: boolean;
  readonly gate: EnrolRequest['quality_gate'];
}

/** One photo to one answer, so that each has its own reason where it cannot be used. */
export async function enrolPhoto(client: Client, collectionId: string, photo: File, rule: EnrolRule): Promise<{ readonly person: PersonBody | null; readonly faces: number }> {
  const { person, faces } = await client.enrol({
    params: { collection_id: collectionId },
    body: {
      image: await bytesOf(photo),
      ...(rule.name === undefined ? {} : { name: rule.name, face: rule.takesLargest ? 'largest' : 'only' }),
      ...(rule.isCrop ? { crop: true } : {}),
      ...(rule.gate === undefined ? {} : { quality_gate: rule.gate }),
      // What a group shows where no crop is kept.
      metadata: { file: photo.name.slice(0, 200) },
    },
  });
  return { person, faces: faces.length };
}
