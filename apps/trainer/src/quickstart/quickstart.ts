import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { singleProcess } from '@facenet/collective';
import { InterruptedError } from '../cli/errors.ts';
import { formatSeconds, startProgress } from '../cli/progress.ts';
import { say } from '../cli/output.ts';
import { loadExperiment } from '../config/load.ts';
import { FaceReader } from '../data/face-reader.ts';
import { readIdentityFolder } from '../data/folder.ts';
import { writeSyntheticDataset } from '../dataset/synth/writer.ts';
import { evaluateBundle } from '../evaluate/evaluate-bundle.ts';
import { imageSetOf } from '../evaluate/image-set.ts';
import { type EvaluationSummary, summarize } from '../evaluate/summary.ts';
import { openFaceModel } from '@facenet/model';
import { type FileVerdict, verifyFiles } from '../model/verify-files.ts';
import { parseMetrics } from '../report/curves.ts';
import { metricsName } from '../training/metrics-log.ts';
import { runExperiment, type RunResult } from '../training/run-experiment.ts';

export interface QuickstartOptions {
  /** Everything is written in here; what is there already is used. */
  readonly out: string;
  readonly config: string;
  readonly overrides: readonly string[];
  readonly signal: AbortSignal;
}

export interface QuickstartResult {
  readonly run: RunResult;
  /** Of the untrained network, on identities held out of the training folder. */
  readonly untrainedAccuracy: number | null;
  readonly unseen: EvaluationSummary;
  readonly verdicts: { readonly same: FileVerdict; readonly different: FileVerdict };
  readonly seconds: Readonly<Record<string, number>>;
}

/** People to learn from, and others, of another seed, that the network never sees in training. */
const populations = {
  faces: { seed: 1, identities: 240, images: 10, photos: false },
  unseen: { seed: 2, identities: 40, images: 8, photos: false },
} as const;

const far = 1e-2;

/** Synthesises people, trains on some, and decides about others from the exported model alone. */
export async function runQuickstart({ out, config, overrides, signal }: QuickstartOptions): Promise<QuickstartResult> {
  const seconds: Record<string, number> = {};
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    say(`\n== ${name}`);
    const start = performance.now();
    const result = await work();
    seconds[name] = (performance.now() - start) / 1000;
    say(`   ${formatSeconds(seconds[name])}`);
    return result;
  };
  const folders = { faces: path.join(out, 'faces'), unseen: path.join(out, 'unseen') };

  await timed('synthesise people', async () => {
    for (const name of ['faces', 'unseen'] as const) await synthesise(folders[name], populations[name], signal);
  });

  const run = await timed('train and export', async () => {
    const experiment = loadExperiment(config, [`data.train=${quoted(folders.faces)}`, `run=${quoted(path.join(out, 'run'))}`, ...overrides]);
    const progress = startProgress('train');
    try {
      return await runExperiment(experiment, { resume: true, exportBundle: true, communicator: singleProcess, signal, progress });
    } finally {
      progress.stop();
    }
  });
  if (run.interrupted) throw new InterruptedError(`stopped at step ${run.step}; the same command goes on from there`);

  const model = await openFaceModel(run.bundle!);
  try {
    const people = readIdentityFolder(folders.unseen);
    const unseen = await timed('evaluate on people never seen', async () => {
      const progress = startProgress('evaluate');
      try {
        return summarize(await evaluateBundle(model, imageSetOf(people), { seed: 1, far, flip: false, strict: true, skipMissing: false, whole: true, progress }));
      } finally {
        progress.stop();
      }
    });
    const verdicts = await timed('verify two pairs', async () => {
      const [one, other] = [people[0]!, people[1]!];
      const rule = { far, reader: new FaceReader({ kind: 'crops' }) };
      return {
        same: await verifyFiles(model, one.files[0]!, one.files[1]!, rule),
        different: await verifyFiles(model, one.files[0]!, other.files[0]!, rule),
      };
    });
    return { run, untrainedAccuracy: untrainedAccuracy(run.run), unseen, verdicts, seconds };
  } finally {
    await model.dispose();
  }
}

async function synthesise(folder: string, plan: (typeof populations)[keyof typeof populations], signal: AbortSignal): Promise<void> {
  if (existsSync(folder)) {
    say(`   ${folder}: there already`);
    return;
  }
  const progress = startProgress(path.basename(folder));
  try {
    await writeSyntheticDataset(folder, plan, { signal, onProgress: (done, total) => { progress.update(done / total, `${done} of ${total} images`); } });
  } finally {
    progress.stop();
  }
}

/** A path as YAML, whatever characters it has. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

/** The first evaluation of a run comes before its first step. */
function untrainedAccuracy(run: string): number | null {
  const first = parseMetrics(readFileSync(path.join(run, metricsName), 'utf8')).find(({ kind, step }) => kind === 'evaluation' && step === 0);
  return typeof first?.['accuracy'] === 'number' ? first['accuracy'] : null;
}
