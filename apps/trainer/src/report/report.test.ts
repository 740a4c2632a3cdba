import { parseMetrics } from './curves.ts';
import { html, inlineSvg, raw, table } from './html.ts';
import { drawCurves } from './curves.ts';

test('escapes whatever is put into a page, but not what is HTML already', () => {
  const name = `<b> & "Ann's"`;
  expect(html`<p title="${name}">${raw('<i>')}${3}</p>`.html).toBe('<p title="&lt;b&gt; &amp; &quot;Ann&#39;s&quot;"><i>3</p>');
  expect(table([['a<', 'b'], ['c', html`<i>${'>'}</i>`]]).html.replaceAll('\n', '')).toBe('<table><tr><th>a&lt;</th><td>b</td></tr><tr><th>c</th><td><i>&gt;</i></td></tr></table>');
});

test('drawings on one page do not share ids', () => {
  const svg = '<svg><clipPath id="clip0"/><g clip-path="url(#clip0)"/></svg>';
  const [one, other] = [inlineSvg(svg).html, inlineSvg(svg).html];
  const id = /id="([^"]+)"/.exec(one)![1]!;
  expect(one).toContain(`url(#${id})`);
  expect(other).not.toContain(id);
});

test('draws a curve for everything measured at least twice', async () => {
  const metrics = parseMetrics([
    { kind: 'train', step: 10, loss: 0.2, time: { imagesPerSecond: 100 } },
    { kind: 'train', step: 20, loss: 0.1, time: { imagesPerSecond: 110 } },
    { kind: 'evaluation', step: 20, accuracy: 0.5, time: {} },
  ].map((line) => `${JSON.stringify(line)}\n`).join(''));
  const drawn = (await drawCurves(metrics)).map(({ html: svg }) => ['Loss', 'Speed', 'Held-out'].filter((title) => svg.includes(title)).join());
  expect(drawn).toEqual(['Loss', 'Speed']);
});
