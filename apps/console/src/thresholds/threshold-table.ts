import type { PairThresholdsBody } from '@facenet/contract';
import { distanceText, element, percent, rateInWords } from '@facenet/page';

/** The thresholds of a pair of models, and how many pairs of faces each was measured on. */
export function thresholdTable({ thresholds }: PairThresholdsBody, title: string): HTMLElement {
  const columns = ['Strangers accepted (FAR)', 'Threshold', 'Same person accepted (VAL)', 'False accepts', 'Pairs of strangers', 'Pairs of one person'];
  return element('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': `Thresholds of ${title}` },
    element('table', {}, element('caption', { class: 'unseen' }, title),
      element('thead', {}, element('tr', {}, ...columns.map((column, i) => element('th', { scope: 'col', class: i === 0 ? '' : 'number' }, column)))),
      element('tbody', {}, ...thresholds.map((each) => element('tr', {},
        element('th', { scope: 'row' }, `${rateInWords(each.far)} (${each.far})`),
        ...[distanceText(each.threshold), percent(each.val), ...[each.false_accepts, each.pairs_different, each.pairs_same].map((count) => count.toLocaleString('en'))]
          .map((text) => element('td', { class: 'number' }, text)))))));
}
