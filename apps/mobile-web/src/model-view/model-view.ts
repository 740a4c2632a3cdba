import { element, percent, rateInWords } from '@facenet/page';
import { type Manifest, ownPair, thresholdsOf } from '@facenet/export';
import type { Runtime } from '@facenet/web';
import { megabytes } from '../shell/engine-status.ts';
import type { App, View } from '../shell/app.ts';
import { evaluationLines } from './evaluation-lines.ts';

/** What decides here: the bundle, what was measured of it, and what computes it. */
export function createModelView(app: App): View {
  const content = element('div', { class: 'stack' }, element('p', { class: 'hint' }, 'The model is being loaded.'));
  app.engine.state.follow((state) => {
    if (state.stage === 'ready') content.replaceChildren(aboutModel(state.embedder.manifest), aboutThresholds(state.embedder.manifest), aboutAccuracy(state.embedder.manifest), aboutRuntime(state.embedder.runtime), aboutPrivacy());
    else if (state.stage === 'failed') content.replaceChildren(element('p', { class: 'notice problem' }, `The model could not be loaded. ${state.reason}`));
  });
  return { content };
}

function aboutModel(manifest: Manifest): HTMLElement {
  const { name, modelId, spaceId, onnx, inputSize: [, rows, cols], embedding, source, preprocessing, licence } = manifest;
  const isShared = manifest.compatibility.some(({ gallerySpaceId, passes }) => passes && gallerySpaceId === spaceId);
  return card('Model', facts([
    ['Name', name],
    ['Network', source.kind === 'trained' ? `trained here, ${source.training.steps.toLocaleString('en')} steps` : `from elsewhere, ${source.file}`],
    ['Sees', `${cols} × ${rows} pixels of an aligned face`],
    ['Gives', `${embedding.size} numbers`],
    ['Size', `${megabytes(onnx.bytes)} MB, ${onnx.precision}`],
    ['Faces are aligned by', String((preprocessing['photo'] as { alignment?: string } | undefined)?.alignment ?? 'not stated')],
    ['Licence', licence],
    ['Model id', element('code', {}, modelId)],
    ['Space', element('code', {}, spaceId)],
  ]), element('p', { class: 'hint' }, isShared
    ? 'Its vectors lie in the space of another, larger model, as a measured report found: what is made here is searched there.'
    : 'Vectors of models with the same space may be compared.'));
}

function aboutThresholds(manifest: Manifest): HTMLElement {
  const rows = thresholdsOf(manifest, ownPair(manifest));
  if (rows.length === 0) return card('Thresholds', element('p', {}, 'None was measured, so this model decides nothing.'));
  return card('Thresholds', element('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Thresholds' }, element('table', {}, element('caption', { class: 'unseen' }, 'Thresholds by rate of false accepts'),
    element('thead', {}, element('tr', {}, ...[['Strangers pass', ''], ['Match below', 'number'], ['Own pairs found', 'number'], ['Counted', 'number']].map(([title, kind]) => element('th', { scope: 'col', class: kind }, title)))),
    element('tbody', {}, ...rows.map(({ far, threshold, val, falseAccepts, pairsDifferent }) => element('tr', {}, element('th', { scope: 'row' }, rateInWords(far)),
      element('td', { class: 'number' }, threshold.toFixed(3)), element('td', { class: 'number' }, percent(val)), element('td', { class: 'number' }, `${falseAccepts.toLocaleString('en')} of ${pairsDifferent.toLocaleString('en')}`)))))),
    element('p', { class: 'hint' }, `Measured on ${[...new Set(rows.map(({ source }) => source))].join('; ')}. Distances are squared, from 0 to 4.`));
}

function aboutAccuracy({ evaluation }: Manifest): HTMLElement {
  if (evaluation.length === 0) return card('Measured accuracy', element('p', {}, 'Nothing was measured of this model.'));
  return card('Measured accuracy', ...evaluation.flatMap(({ dataset, protocol, results }) => [
    element('h4', {}, dataset), element('p', { class: 'hint' }, protocol), facts(evaluationLines(results)),
  ]), element('p', { class: 'hint' }, 'Figures hold for people like those who were measured. Look at the false accepts of your own group before you trust a threshold.'));
}

function aboutRuntime({ device, threads, isolated, probes, readyMs }: Runtime): HTMLElement {
  return card('What computes it', facts([
    ['Chosen', device === 'webgpu' ? 'the graphics processor (WebGPU)' : threads === 1 ? 'the processor, one thread (WASM)' : `the processor, ${threads} threads (WASM)`],
    ['Ready after', `${(readyMs / 1000).toFixed(1)} s`],
    ['Threads possible', isolated ? 'yes, the page is isolated' : 'no: this page came without the headers that isolate it'],
  ]), probes.length > 0 && element('ul', { class: 'probes', 'aria-label': 'What was tried' }, ...probes.map((probe) => element('li', {},
    element('strong', {}, probe.device === 'webgpu' ? 'WebGPU' : `WASM, ${probe.threads === 1 ? 'one thread' : `${probe.threads} threads`}`),
    `: ${probe.milliseconds === null ? 'did not run' : `${probe.milliseconds.toFixed(1)} ms a face`}${probe.difference === null ? '' : `, ${probe.difference.toExponential(1)} from the reference`}. ${probe.refused ?? 'Taken.'}`))));
}

function aboutPrivacy(): HTMLElement {
  return card('What leaves this device', element('p', {}, 'No picture, ever. If you connect a server, the numbers of a face go there when you search or enrol on it, and nothing else.'),
    element('p', { class: 'hint' }, 'Face recognition decides about people: ask them first.'));
}

function card(title: string, ...parts: readonly (HTMLElement | false)[]): HTMLElement {
  return element('section', { class: 'card' }, element('h3', {}, title), ...parts);
}

function facts(rows: readonly (readonly [string, string | HTMLElement])[]): HTMLElement {
  return element('dl', { class: 'facts' }, ...rows.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]));
}
