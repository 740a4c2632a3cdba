import { randomUUID } from 'node:crypto';
import { clusterWork } from '../jobs/cluster-work.ts';
import { JobRunner, type JobRunnerOptions } from '../jobs/job-runner.ts';
import { migrateWork } from '../jobs/migrate-work.ts';
import { describeFailure } from '../services/job-failure.ts';
import type { Answer, TestApp } from './app.fixture.ts';

/** Does the jobs of a test's store, soon. */
export function startRunner({ store, models }: Pick<TestApp, 'store' | 'models'>, options: Partial<JobRunnerOptions> = {}): JobRunner {
  // A crop is kept as its pixels with one byte before them.
  const decodeCrop = (crop: Uint8Array) => Promise.resolve({ width: 4, height: 4, channels: 3 as const, data: crop.slice(1) });
  const runner = new JobRunner({
    store, owner: randomUUID(), describeFailure, works: [clusterWork({ store, models }), migrateWork({ store, models, decodeCrop })], pollSeconds: 0.05, ...options,
  });
  runner.start();
  return runner;
}

/** Asks until a job has ended. */
export async function ended({ call }: Pick<TestApp, 'call'>, id: string): Promise<Answer['body']> {
  for (;;) {
    const answer = await call('GET', `/v1/jobs/${id}`);
    if ((answer.body as { state: string }).state !== 'running') return answer.body as unknown;
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
}
