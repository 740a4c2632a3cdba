import { announce, button, element } from '@facenet/page';
import type { Engine, EngineState } from './engine.ts';

/** How far the engine is, in the page's head; nothing once it is there. */
export function createEngineStatus(engine: Engine): HTMLElement {
  const bar = element('progress', { max: 1, 'aria-label': 'Loading the model' });
  const text = element('span');
  const again = button('Try again', () => { engine.start(); }, { hidden: true });
  const content = element('div', { class: 'engine' }, text, bar, again);
  let said = '';
  engine.state.follow((state) => {
    const words = wordsOf(state);
    content.hidden = state.stage === 'ready';
    content.dataset['stage'] = state.stage;
    text.textContent = words;
    bar.hidden = state.stage === 'failed' || state.stage === 'ready';
    again.hidden = state.stage !== 'failed';
    const share = shareOf(state);
    if (share === undefined) bar.removeAttribute('value');
    else bar.value = share;
    if (state.stage === 'ready' && said !== '') announce('The model is ready.');
    else if (state.stage === 'failed') announce(words);
    said = words;
  });
  return content;
}

function wordsOf(state: EngineState): string {
  switch (state.stage) {
    case 'waiting': return 'Keeping the page for use without a network…';
    case 'loading': return state.progress.stage === 'download' ? downloadInWords(state.progress) : 'Trying what computes it best…';
    case 'ready': return 'Ready';
    case 'failed': return `The model could not be loaded. ${state.reason}`;
    default: return state satisfies never;
  }
}

function downloadInWords({ what, loadedBytes, totalBytes, fromCache }: { readonly what: 'model' | 'detector'; readonly loadedBytes: number; readonly totalBytes: number; readonly fromCache: boolean }): string {
  const whole = megabytes(totalBytes);
  return fromCache ? `Reading the ${what}…` : `Loading the ${what}: ${megabytes(loadedBytes)} of ${whole} MB`;
}

function shareOf(state: EngineState): number | undefined {
  if (state.stage !== 'loading' || state.progress.stage !== 'download' || state.progress.totalBytes === 0) return undefined;
  return state.progress.loadedBytes / state.progress.totalBytes;
}

export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
