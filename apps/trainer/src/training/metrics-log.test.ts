import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MetricsLog, metricsName } from './metrics-log.ts';

let folder: string;
beforeEach(() => { folder = mkdtempSync(path.join(tmpdir(), 'facenet-metrics-')); });
afterEach(() => { rmSync(folder, { recursive: true }); });

const write = (log: MetricsLog, step: number): void => { log.write({ kind: 'train', step, values: { loss: step / 8 }, time: { at: 'now' } }); };
const lines = (): string[] => readFileSync(path.join(folder, metricsName), 'utf8').trimEnd().split('\n');

test('what was written after a checkpoint is cut off when the run goes on from it', () => {
  const log = new MetricsLog(folder);
  write(log, 1);
  const lengths = log.sync();
  write(log, 2);
  write(log, 3);
  log.close();

  const resumed = new MetricsLog(folder, lengths);
  write(resumed, 2);
  resumed.close();
  expect(lines()).toEqual(['{"kind":"train","step":1,"loss":0.125,"time":{"at":"now"}}', '{"kind":"train","step":2,"loss":0.25,"time":{"at":"now"}}']);
  const events = readdirSync(folder).find((name) => name.includes('tfevents'))!;
  // Every record of one scalar is as long as the first: 16 bytes of frame and as much data.
  expect(statSync(path.join(folder, events)).size).toBe(lengths.events + (lengths.events - eventsHeader()));
});

/** Bytes of the record that opens an event file. */
function eventsHeader(): number {
  const other = mkdtempSync(path.join(tmpdir(), 'facenet-metrics-'));
  const log = new MetricsLog(other);
  const { events } = log.sync();
  log.close();
  rmSync(other, { recursive: true });
  return events;
}

test('refuses a log that is shorter than its checkpoint says', () => {
  const log = new MetricsLog(folder);
  log.close();
  expect(() => new MetricsLog(folder, { metrics: 10, events: 0 })).toThrow('has 0 bytes, but the checkpoint was written when it had 10');
});
