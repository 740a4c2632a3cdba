import { runSvmBaseline } from '../baselines/svm-baseline.ts';
import { CliError } from '../cli/errors.ts';
import { figuresOf } from './figures.ts';
import type { PlannedRow, SvmWork } from './plan.ts';
import { addCosts, costOfBundle } from './row-cost.ts';
import type { RowResult } from './row-result.ts';
import { bundleOf, type RowContext, stoppable } from './run-row.ts';

/** Learns a machine on the models of other rows, which must be done. */
export async function runSvmRow(row: PlannedRow, { settings, models }: SvmWork, { plan, store, signal, progress }: RowContext): Promise<Pick<RowResult, 'cost' | 'evaluation' | 'svm'>> {
  const folders = models.map((model) => {
    if ('folder' in model) return model.folder;
    const { work } = plan.rows.find(({ name }) => name === model.row)!;
    if (work.kind === 'bundle') return work.folder;
    const run = work.kind === 'train' ? store.trained(work) : undefined;
    if (!run) throw new CliError(`needs the model of row '${model.row}', which is not done`);
    return bundleOf(run);
  });
  const { measure } = plan;
  const { machine, summary, trainedOn, accuracyAtOwnThreshold } = await runSvmBaseline({
    ...settings, models: folders, images: measure.set!, pairs: measure.pairs, far: measure.far, seed: measure.seed, flip: measure.flip,
    perturbation: row.perturbation, progress: stoppable(progress, signal),
  });
  const { features, c, supportVectors } = machine;
  return {
    cost: addCosts(await Promise.all(folders.map(costOfBundle))),
    evaluation: figuresOf(summary),
    svm: { models: settings.models, features, c, ...trainedOn, supportVectors, accuracyAtOwnThreshold },
  };
}
