import { summarize } from '../evaluate/summary.ts';
import { markdownTable, tableOf } from './columns.ts';
import { figuresOf } from './figures.ts';
import type { RowCost } from './row-cost.ts';

const measure = { name: 'LFW', far: 1e-3 };
const cost = (embedding: number): RowCost => ({ parameters: 4_287_144, multiplyAdds: 19_888_904, embedding, input: '3×140×116' });

test('shows the columns that some row can fill, and of those that are the same for all only costs', () => {
  const table = tableOf({ measure }, [
    { name: 'a', digest: '', status: 'done', cost: cost(64), heldOut: { accuracy: 0.91234, standardError: 0.01, val: 0.5, far: 0.01 } },
    { name: 'b|c', digest: '', status: 'done', cost: cost(128), heldOut: { accuracy: 0.9, standardError: 0.02, val: 0.25, far: 0.1 } },
    { name: 'd', digest: '', status: 'failed', error: 'no\nluck' },
  ]);
  expect(table.header).toEqual(['row', 'embedding', 'parameters', 'multiply-adds', 'held-out accuracy', 'held-out VAL', 'failed']);
  expect(table.rows[0]).toEqual(['a', '64', '4,287,144', '19,888,904', '91.23 ± 1.00 %', '50.00 % at FAR 0.01', '–']);
  expect(table.rows[2]).toEqual(['d', '–', '–', '–', '–', '–', 'no\nluck']);
  expect(markdownTable(table).split('\n')).toEqual([
    '| row | embedding | parameters | multiply-adds | held-out accuracy | held-out VAL | failed |',
    '| --- | --: | --: | --: | --: | --: | --- |',
    '| a | 64 | 4,287,144 | 19,888,904 | 91.23 ± 1.00 % | 50.00 % at FAR 0.01 | – |',
    '| b\\|c | 128 | 4,287,144 | 19,888,904 | 90.00 ± 2.00 % | 25.00 % at FAR 0.1 | – |',
    '| d | – | – | – | – | – | no luck |',
  ]);
});

test('a rate that all rows share stands above them', () => {
  const heldOut = { accuracy: 0.9, standardError: 0.02, val: 0.25, far: 0.1 };
  const { header, rows } = tableOf({ measure }, [{ name: 'a', digest: '', status: 'done', heldOut }]);
  expect([header.at(-1), rows[0]!.at(-1)]).toEqual(['held-out VAL at FAR 0.1', '25.00 %']);
});

test('a refused figure shows its reason', () => {
  const evaluation = figuresOf(summarize({
    images: 9, identities: 3, far: 1e-3, listed: false, pairs: undefined, valAllPairs: { far: 1e-3, refused: 'too few pairs' }, whole: { refused: 'too many' },
  }));
  const { header, rows } = tableOf({ measure }, [{ name: 'a', digest: '', status: 'done', evaluation }]);
  expect(header.at(-1)).toBe('LFW VAL at FAR 0.001');
  expect(rows[0]!.at(-1)).toBe('none: too few pairs');
});
