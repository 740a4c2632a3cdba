import { GalleryError } from './gallery-error.ts';
import type { GalleryCounts, GalleryRecord } from './gallery-lines.ts';

/** What lines mean together: order, ids that are once there, and that a line refers only to what came before it. */
export class RecordRules {
  readonly #persons = new Set<string>();
  readonly #externalIds = new Set<string>();
  readonly #faces = new Set<string>();
  #links = 0;
  #hasCollection = false;

  get counts(): GalleryCounts {
    return { persons: this.#persons.size, faces: this.#faces.size, links: this.#links };
  }

  check(line: number, record: GalleryRecord): void {
    const refuse = (problem: string): never => { throw new GalleryError(line, 'format', problem); };
    if (this.#hasCollection === (record.type === 'collection')) refuse(this.#hasCollection ? 'a second collection' : 'the line after the header is not the collection');
    switch (record.type) {
      case 'collection':
        this.#hasCollection = true;
        break;
      case 'person':
        if (this.#persons.has(record.id)) refuse(`the person ${record.id} was there before`);
        if (record.external_id !== null && this.#externalIds.has(record.external_id)) refuse('external_id: another person has it');
        this.#persons.add(record.id);
        if (record.external_id !== null) this.#externalIds.add(record.external_id);
        break;
      case 'face':
        if (this.#faces.has(record.id)) refuse(`the face ${record.id} was there before`);
        if (record.person_id !== null && !this.#persons.has(record.person_id)) refuse(`person_id: no line before has the person ${record.person_id}`);
        this.#faces.add(record.id);
        break;
      case 'link':
        for (const face of [record.a, record.b]) if (!this.#faces.has(face)) refuse(`no line before has the face ${face}`);
        if (record.a === record.b) refuse('a face cannot be linked with itself');
        this.#links++;
        break;
      default:
        record satisfies never;
    }
  }
}
