import { availableParallelism } from 'node:os';
import path from 'node:path';
import { type Command, Option } from 'commander';
import { CliError } from '../cli/errors.ts';
import { listenForInterrupt } from '../cli/interrupt.ts';
import { parseCount, parseRate } from '../cli/options.ts';
import { print, printJson, say } from '../cli/output.ts';
import { formatSeconds, startProgress } from '../cli/progress.ts';

interface AlignFlags {
  readonly format: 'jpeg' | 'png';
  readonly minScore: number;
  readonly threads?: number;
  readonly json?: boolean;
}

const help = `
Finds the face that a photo is of (the largest, unless it stands far off the middle), brings eyes, nose and mouth onto the
usual template and writes a crop of 136×136: 112 pixels of face and 12 of margin. Photos that are tight crops already are
found too. Crops that are there are kept: an interrupted run goes on where it was.

align.json beside the crops says how they were made and which photos have none, and why; those are not tried again. A model
that is trained on the crops states it too, so that photos given to it become such crops.

Example:
  $ facenet dataset align photos/ data/crops
`;

export function registerDatasetAlign(dataset: Command): void {
  dataset.command('align <photos> <out>')
    .description('Cut the aligned faces out of folders of photos, to train on or to evaluate with.')
    .addOption(new Option('--format <format>', 'what to write; jpeg has quality 95').choices(['jpeg', 'png']).default('jpeg'))
    .option('--min-score <score>', 'how sure the detector has to be', parseRate, 0.5)
    .option('--threads <n>', 'how many threads look for faces (default: one for each core)', parseCount(1))
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(runAlign);
}

async function runAlign(photos: string, out: string, { format, minScore, threads = availableParallelism(), json }: AlignFlags): Promise<void> {
  // Loaded here: no other command needs the detector.
  const { alignFolder } = await import('../dataset/align.ts');
  const { recordName } = await import('../dataset/align-record.ts');
  const interrupt = listenForInterrupt('Stopping after the photos in work');
  const progress = startProgress('aligning');
  const begin = performance.now();
  const secondsSoFar = (): number => (performance.now() - begin) / 1000;
  try {
    let first: number | undefined;
    const summary = await alignFolder(photos, out, {
      format, minScore, threads, signal: interrupt.signal,
      onProgress: (done, total) => {
        first ??= done - 1;
        const rate = (done - first) / secondsSoFar();
        progress.update(done / total, `${rate.toFixed(1)} photos/s, ${formatSeconds((total - done) / rate)} left`);
      },
    });
    progress.stop();
    const { aligned, kept, notAligned } = summary;
    const seconds = secondsSoFar();
    if (json) printJson({ out, ...summary, seconds });
    else print(`${out}: ${aligned + kept} crops of ${summary.photos} photos in ${formatSeconds(seconds)}${kept > 0 ? `, ${kept} of them there before` : ''}`);
    if (notAligned.length > 0) say(`${notAligned.length} photos have no crop; ${path.join(out, recordName)} lists them`);
    if (aligned + kept === 0) throw new CliError(`${photos}: no face was found in any photo`);
  } finally {
    progress.stop();
    interrupt.dispose();
  }
}
