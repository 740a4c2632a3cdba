import { collapseDefaults, createCollapseGuard, type CollapseObservation, type CollapseState } from './collapse-guard.ts';
import { parseSelection } from './selection/selection.ts';

const margin = 0.2;
const seen = (step: number, loss: number, embeddingVariance: number, triplets = 100): CollapseObservation => ({
  step, loss, margin, statistics: { embeddingVariance, meanDistance: 2 * embeddingVariance, activeShare: 1, triplets },
});
const collapsed = (step: number): CollapseObservation => seen(step, 0.199, 0.0001);
const healthy = (step: number): CollapseObservation => seen(step, 0.1, 0.6);

describe('the collapse guard', () => {
  it('says nothing while the embeddings are spread, however bad the loss', () => {
    const guard = createCollapseGuard({ window: 3 });
    for (let step = 0; step < 50; step++) expect(guard.observe(seen(step, margin, 0.5)).kind).toBe('healthy');
  });

  it('waits while similar embeddings still learn, as they do when training begins', () => {
    const guard = createCollapseGuard({ window: 3 });
    for (let step = 0; step < 50; step++) expect(guard.observe(seen(step, 0.15, 0.001)).kind).toBe('healthy');
  });

  it('forgets a spell that is shorter than the window', () => {
    const guard = createCollapseGuard({ window: 3 });
    for (let step = 0; step < 30; step++) {
      expect(guard.observe(step % 3 === 2 ? healthy(step) : collapsed(step)).kind).toBe(step % 3 === 2 ? 'healthy' : 'watching');
    }
  });

  it('stops with what it saw and what to try', () => {
    const guard = createCollapseGuard({ window: 3 });
    guard.observe(collapsed(10));
    expect(guard.observe(collapsed(11))).toEqual({ kind: 'watching', collapsedSteps: 2 });
    expect(() => guard.observe(collapsed(12))).toThrow(
      'step 12: the embeddings have collapsed, every face gets nearly the same one. Seen for 3 steps: loss 0.1990 at margin 0.2, ' +
      'embedding variance 1.00e-4, mean distance 2.00e-4, active share 1.000 (a variance below 0.01 is a collapse); nothing was ' +
      "tried (policy stop). Try a lower learning rate, selection 'semi-hard' or 'random-violator'",
    );
  });

  it('counts equal embeddings from which nothing is selected', () => {
    const guard = createCollapseGuard({ window: 1 });
    expect(() => guard.observe(seen(0, 0, 0, 0))).toThrow('collapsed');
  });

  it('intervenes for a while, goes back, and stops when that has not helped', () => {
    const hard = parseSelection('hard');
    const intervention = { selection: parseSelection('random-violator'), steps: 2, attempts: 2 };
    const guard = createCollapseGuard({ window: 2, policy: 'intervene', intervention });
    const story = [];
    for (let step = 0; step < 8; step++) story.push([guard.selection(hard).kind, guard.observe(collapsed(step)).kind]);
    expect(story).toEqual([
      ['hard', 'watching'], ['hard', 'intervene'], ['random-violator', 'watching'], ['random-violator', 'resume'],
      ['hard', 'watching'], ['hard', 'intervene'], ['random-violator', 'watching'], ['random-violator', 'resume'],
    ]);
    guard.observe(collapsed(8));
    expect(() => guard.observe(collapsed(9))).toThrow('2 interventions did not help');
  });

  it('says what it does', () => {
    const guard = createCollapseGuard({ window: 1, policy: 'intervene' });
    expect(guard.observe(collapsed(4))).toMatchObject({
      message: expect.stringContaining('selecting random-violator for 500 steps, intervention 1 of 3') as string,
    });
  });

  it('goes on from a stored state as if nothing had happened', () => {
    const options = { window: 3, policy: 'intervene', intervention: { ...collapseDefaults.intervention, steps: 4 } } as const;
    for (let stop = 0; stop < 12; stop++) {
      const guard = createCollapseGuard(options);
      for (let step = 0; step < stop; step++) guard.observe(collapsed(step));
      const restored = createCollapseGuard(options, JSON.parse(JSON.stringify(guard.state())) as CollapseState);
      for (let step = stop; step < stop + 8; step++) expect(restored.observe(collapsed(step))).toEqual(guard.observe(collapsed(step)));
    }
  });
});
