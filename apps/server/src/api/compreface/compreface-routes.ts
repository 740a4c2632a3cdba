import type { FastifyInstance } from 'fastify';
import type { AppParts } from '../app-parts.ts';
import { type ComprefaceContext, sendComprefaceError } from './compreface-context.ts';
import { serveExamples } from './compreface-examples.ts';
import { serveRecognition } from './compreface-recognition.ts';
import { serveSubjects } from './compreface-subjects.ts';

/** The routes that clients of CompreFace call. A subject is a person, found by name; an example is a face. */
export function serveCompreface(app: FastifyInstance, parts: AppParts, { collectionId }: { readonly collectionId: string | null }): void {
  app.register((adapter, _, done) => {
    adapter.setErrorHandler((error, request, reply) => sendComprefaceError(error, request, reply));
    const context: ComprefaceContext = { parts, collectionId };
    serveSubjects(adapter, context);
    serveExamples(adapter, context);
    serveRecognition(adapter, context);
    done();
  });
}
