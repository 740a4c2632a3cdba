import { announce, createNotice, element } from '@facenet/page';
import { decide, ownPair } from '@facenet/export';
import { pairTitle, pairVerdictCard } from '../faces/pair-verdict.ts';
import { squaredDistance } from '../faces/squared-distance.ts';
import { facePicture } from '../faces/face-picture.ts';
import type { App, View } from '../shell/app.ts';
import { createRateChoice, rateFor } from '../shell/rate-choice.ts';
import { createSide } from './side.ts';

/** Are two pictures of one person? */
export function createVerifyView(app: App): View {
  const notice = createNotice();
  const result = element('div', { class: 'stack', role: 'group', 'aria-label': 'Verdict' });
  const sides = [createSide(app, 'First picture', refresh), createSide(app, 'Second picture', refresh)] as const;
  const rate = createRateChoice(app.rate, refresh);
  app.engine.state.follow((state) => { if (state.stage === 'ready') rate.fill(state.embedder.manifest); });

  function refresh(): void {
    const [a, b] = sides.map(({ face }) => face);
    const { value: engine } = app.engine.state;
    notice.clear();
    result.replaceChildren();
    if (a === undefined || b === undefined || engine.stage !== 'ready') return;
    const { manifest } = engine.embedder;
    const far = rateFor(manifest, app.rate.value);
    const distance = squaredDistance(a.embedding, b.embedding);
    if (far === undefined) return notice.problem(`The distance is ${distance.toFixed(3)}, but nobody measured what distances of this model mean: it has no thresholds, and cannot decide.`);
    const verdict = decide(manifest, ownPair(manifest), distance, far);
    result.replaceChildren(element('div', { class: 'pair' }, facePicture(a.crop, 'The first face'), facePicture(b.crop, 'The second face')), pairVerdictCard(verdict));
    announce(`${verdict.decision}: ${pairTitle(verdict)}.`);
    result.scrollIntoView({ block: 'nearest' });
  }
  const content = element('div', { class: 'stack' }, element('p', { class: 'hint' }, 'Two pictures: one person or two? Both stay on this device.'),
    result, notice.content, element('div', { class: 'sides' }, ...sides.map((side) => side.content)), rate.content);
  return { content, show: () => { refresh(); }, hide: () => { for (const side of sides) side.stop(); } };
}
