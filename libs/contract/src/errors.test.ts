import { readFileSync } from 'node:fs';
import { endpoints, errors } from './index.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test('the README has every row of the table of errors, and no other', () => {
  const documented = [...readme.matchAll(/^\| (\d{3}) \| `(\w+)` \| (.+?) \| (.+?) \|$/gm)].map(([, status, code, when, details]) => [code, { status: Number(status), when, details }] as const);
  const actual = Object.entries(errors).map(([code, { status, when, details }]) => [
    code, { status, when, details: Object.keys(details.shape).map((name) => `\`${name}\``).join(', ') || '–' },
  ] as const);
  expect(documented).toEqual(actual);
});

test('only what may come back says when: every 503 and 429 has retry_after_seconds', () => {
  for (const [code, { status, details }] of Object.entries(errors)) expect([code, 'retry_after_seconds' in details.shape]).toEqual([code, status === 503 || status === 429]);
});

test('what may be sent twice never answers with a secret', () => {
  for (const [name, each] of Object.entries(endpoints)) {
    if ('idempotent' in each) expect([name, 'secret' in ('shape' in each.response ? each.response.shape : {})]).toEqual([name, false]);
  }
});
