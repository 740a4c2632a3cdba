import type { PairThresholdsBody } from '@facenet/contract';
import { createNotice, drawing, element } from '@facenet/page';
import type { App, View } from '../app.ts';
import { rocPlot } from './roc-plot.ts';
import { thresholdTable } from './threshold-table.ts';

/** What the loaded models' thresholds are, and what they were measured on. */
export function createThresholdsView(app: App): View {
  const notice = createNotice();
  const place = element('div', { class: 'stack' });
  async function load(): Promise<void> {
    const answer = await app.attempt(notice.problem, () => app.session.client.thresholds());
    if (answer === undefined) return;
    notice.clear();
    const { pairs } = answer;
    const titles = pairs.map(titleOf);
    const points = pairs.flatMap(({ thresholds }) => thresholds.filter(({ far }) => far > 0));
    place.replaceChildren(
      points.length === 0 ? element('p', {}, 'No loaded model has measured thresholds.') : element('figure', { class: 'card' }, rocPlot(pairs, titles),
        element('figcaption', {}, element('p', {}, 'Share of pairs of one person that are accepted (VAL) where so many pairs of strangers are.'),
          element('ul', { class: 'legend' }, ...titles.map((title, i) => element('li', { class: `curve curve-${i % 6}` }, drawing('svg', { viewBox: '0 0 48 8', 'aria-hidden': 'true' }, drawing('polyline', { points: '0,4 48,4' })), element('span', {}, title)))))),
      ...pairs.map((pair, i) => element('section', { class: 'card' }, element('h3', {}, titles[i]), element('p', { class: 'hint' }, `Measured on: ${[...new Set(pair.thresholds.map(({ source }) => source))].join('; ')}.`), thresholdTable(pair, titles[i]!))));
  }
  const hint = element('p', { class: 'hint' }, 'Two faces match where their squared distance (0 to 4) is below the threshold of the chosen rate; they are ambiguous up to the threshold of ten times that rate.');
  return { content: element('div', { class: 'stack' }, hint, notice.content, place), show: () => void load() };
}

function titleOf({ query_model_id, gallery_model_id, query_name, gallery_name }: PairThresholdsBody): string {
  const of = (name: string | null, id: string): string => name ?? `${id.slice(0, 8)} (not loaded)`;
  return query_model_id === gallery_model_id ? `${of(query_name, query_model_id)} alone` : `${of(query_name, query_model_id)} searched among ${of(gallery_name, gallery_model_id)}`;
}
