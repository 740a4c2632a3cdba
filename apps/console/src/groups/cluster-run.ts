import type { JobBody } from '@facenet/contract';
import { announce, button, counted, createNotice, element, labelled, sentence } from '@facenet/page';
import type { App } from '../app.ts';
import { createRateChoice } from '../rate-choice.ts';

/** Begins a grouping of faces without names, and says how far it is. */
export function createClusterRun(app: App, onDone: () => void): { readonly content: HTMLElement; load(): void } {
  let job: JobBody | undefined;
  const notice = createNotice();
  const rate = createRateChoice(app);
  const least = element('input', { type: 'number', min: 1, max: 100, value: 3, required: true });
  const start = element('button', { type: 'submit', class: 'primary' }, 'Group faces without names');
  const bar = element('progress', { max: 1, value: 0, 'aria-label': 'Progress of the grouping' });
  const text = element('span');
  const cancel = button('Stop', () => void stop());
  const progress = element('div', { class: 'progress', hidden: true }, bar, text, cancel);

  async function run(): Promise<void> {
    const collection = app.collection.value;
    if (collection === undefined) return;
    notice.clear();
    const far = rate.far;
    const body = { min_faces: least.valueAsNumber, ...(far === undefined ? {} : { far }) };
    job = await app.attempt(notice.problem, () => app.session.client.startClusters({ params: { collection_id: collection.id }, body }));
    if (job === undefined) return;
    start.disabled = true;
    announce('Grouping has begun.');
    await follow();
    start.disabled = false;
    progress.hidden = true;
    if (job === undefined) return;
    if (job.state === 'failed') notice.problem(sentence(job.error?.message ?? 'The grouping failed'));
    else if (job.state === 'cancelled') notice.done('The grouping was stopped; the groups are as before.');
    else notice.done('The grouping is done.');
    onDone();
  }
  async function follow(): Promise<void> {
    while (job?.state === 'running') {
      progress.hidden = false;
      bar.value = job.progress;
      text.textContent = `${Math.round(100 * job.progress)} % of ${counted(job.total, 'face')}`;
      await new Promise((resolve) => { setTimeout(resolve, 300); });
      const { id } = job;
      job = await app.attempt(notice.problem, () => app.session.client.getJob({ params: { job_id: id } }));
    }
  }
  async function stop(): Promise<void> {
    const { id } = job!;
    await app.attempt(notice.problem, () => app.session.client.cancelJob({ params: { job_id: id } }));
  }
  const form = element('form', { class: 'card', submit: (event) => { event.preventDefault(); void run(); } },
    element('div', { class: 'row' }, rate.content, labelled('Near faces that begin a group', least)), element('div', { class: 'actions' }, start), progress, notice.content);
  return { content: form, load: () => void rate.load() };
}
