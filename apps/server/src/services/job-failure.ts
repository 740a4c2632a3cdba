import { LinkConflict } from '@facenet/clusters';
import { failureBody } from './failure-body.ts';
import { ServiceError } from './service-error.ts';

/** Why a job failed, as a row of the table of errors: nothing of a message that is not ours. */
export function describeFailure(error: unknown): ReturnType<typeof failureBody> {
  if (error instanceof LinkConflict) return failureBody(new ServiceError('links_contradict', { cannot: { ...error.cannot }, must: [...error.must] }));
  return failureBody(error instanceof ServiceError ? error as ServiceError : new ServiceError('internal', {}));
}
