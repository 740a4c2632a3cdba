import { type Provider, ProviderError } from '@facenet/engine/node';
import { BundleError } from '@facenet/export';
import { chooseProvider } from './choose-provider.ts';

/** A machine on which each provider takes so long, or cannot be used. */
function machine(times: Readonly<Record<Provider, number | Error>>) {
  const open: Provider[] = [];
  return {
    open,
    start: (provider: Provider) => {
      const time = times[provider];
      if (typeof time !== 'number') return Promise.reject(time);
      open.push(provider);
      return Promise.resolve({
        opened: { batchMs: time },
        dispose: () => { open.splice(open.indexOf(provider), 1); return Promise.resolve(); },
      });
    },
  };
}

const noCuda = new ProviderError('cuda', 'Failed to load shared library');

test('takes the fastest that is there, closes the others and says what it found', async () => {
  const { open, start } = machine({ cpu: 80, webgpu: 12.34, cuda: noCuda });
  const { provider, why } = await chooseProvider('auto', start);
  expect(provider).toBe('webgpu');
  expect(open).toEqual(['webgpu']);
  expect(why).toBe('webgpu is the fastest that is there (cpu: 80.0 ms a batch; webgpu: 12.3 ms a batch; cuda: Failed to load shared library)');
});

test('does not take one that is there but slower, as a software adapter is, or computes other vectors', async () => {
  const { open, start } = machine({ cpu: 80, webgpu: 900, cuda: new BundleError('computes other vectors here') });
  const { provider, why } = await chooseProvider('auto', start);
  expect([provider, open]).toEqual(['cpu', ['cpu']]);
  expect(why).toContain('cuda: computes other vectors here');
});

test('opens what was asked for and nothing else, and fails where that is not there', async () => {
  const { open, start } = machine({ cpu: 80, webgpu: 12, cuda: noCuda });
  expect(await chooseProvider('cpu', start)).toMatchObject({ provider: 'cpu', why: 'cpu: as configured, 80.0 ms a batch' });
  expect(open).toEqual(['cpu']);
  await expect(chooseProvider('cuda', start)).rejects.toThrow(/^provider 'cuda' cannot be used here \(Failed to load shared library\); it needs /);
  expect(open).toEqual(['cpu']);
});

test('passes on that a model is broken, and leaves nothing open', async () => {
  const { open, start } = machine({ cpu: 80, webgpu: new Error('the thread ended'), cuda: noCuda });
  await expect(chooseProvider('auto', start)).rejects.toThrow('the thread ended');
  expect(open).toEqual([]);
  await expect(chooseProvider('auto', machine({ cpu: new BundleError('damaged'), webgpu: 1, cuda: 1 }).start)).rejects.toThrow('damaged');
});
