import { z } from 'zod';
import { far, id, pageQuery, text } from './common.ts';
import { person } from './gallery.ts';

export const clusterParams = z.strictObject({ collection_id: id, cluster_id: id });

export const startClusters = z.strictObject({
  far,
  min_faces: z.number().int().min(1).max(100).default(3).meta({ description: 'Near faces, itself counted, that make a face the core of a cluster.' }),
});
export type StartClusters = z.input<typeof startClusters>;

/** Faces of somebody who has no name yet. */
export const cluster = z.object({
  id: id.meta({ description: 'Stays from run to run while most of its faces do.' }),
  size: z.number(),
  face_ids: z.array(id),
  cover_face_id: id.meta({ description: 'The face of best quality.' }),
});
export type ClusterBody = z.output<typeof cluster>;
export const clusters = z.object({ clusters: z.array(cluster) });

export const mergeClusters = z.strictObject({ cluster_ids: z.array(id).min(2).max(100) });
export const splitCluster = z.strictObject({ cluster_id: id, face_ids: z.array(id).min(1).max(10_000) });

export const undoneEdit = z.object({
  undone: z.enum(['merge', 'split', 'name', 'different']),
  clusters: z.array(cluster).meta({ description: 'Those that the edit had changed, as they are now.' }),
});

export const nameCluster = z.strictObject({ person_id: id.optional(), external_id: text(200).optional(), name: text(200).optional() })
  .refine((body) => (body.person_id ?? body.external_id ?? body.name) !== undefined, 'needs person_id, external_id or name');
export const namedCluster = z.object({ person, faces: z.number() });

export const suggestionsQuery = pageQuery.omit({ cursor: true }).extend({ far: z.coerce.number().positive().max(1).optional() });

const group = z.object({ kind: z.enum(['cluster', 'person']), id });

/** Two groups that may be one person, and the two faces that say so. */
export const suggestion = z.object({
  a: group,
  b: group,
  face_a: id,
  face_b: id,
  distance: z.number().meta({ description: 'Of the two faces, squared.' }),
  decision: z.enum(['match', 'ambiguous']),
});
export type SuggestionBody = z.output<typeof suggestion>;
export const suggestions = z.object({ suggestions: z.array(suggestion) });

export const answerSuggestion = z.strictObject({ face_a: id, face_b: id, answer: z.enum(['same', 'different']) })
  .refine((body) => body.face_a !== body.face_b, 'are two faces');
export const answeredSuggestion = z.object({
  answer: z.enum(['same', 'different']),
  clusters: z.array(cluster).meta({ description: 'What the answer left of the clusters that it joined.' }),
  person: person.nullable().meta({ description: 'Whose the faces are now, where one of them was somebody’s.' }),
});
