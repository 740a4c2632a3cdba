import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expandBraces } from './expand-paths.ts';
import { readIdentities } from './readers.ts';
import { recordFile } from './recordio.fixture.ts';
import { tarFile } from './tar.fixture.ts';

let folder: string;
const at = (name: string): string => path.join(folder, name);

/** Ann with two pictures and bob with one, in every form. */
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'facenet-readers-'));
  for (const name of ['ann', 'bob']) mkdirSync(at(`folder/${name}`), { recursive: true });
  for (const name of ['ann/0.jpg', 'ann/1.jpg', 'bob/0.jpg']) writeFileSync(at(`folder/${name}`), name);
  const picture = Buffer.from('any');
  const { rec, idx } = recordFile([{ labels: 0, picture }, { labels: 0, picture }, { labels: 1, picture }]);
  mkdirSync(at('packed'));
  writeFileSync(at('packed/train.rec'), rec);
  writeFileSync(at('packed/train.idx'), idx);
  mkdirSync(at('shards'));
  writeFileSync(at('shards/faces-00.tar'), tarFile([{ name: 'ann/0.jpg' }, { name: 'bob/0.jpg' }]));
  writeFileSync(at('shards/faces-01.tar'), tarFile([{ name: 'ann/1.jpg' }]));
  writeFileSync(at('list.csv'), 'file,identity\na.jpg,ann\nb.jpg,ann\nc.jpg,bob\n');
  writeFileSync(at('faces.zip'), 'PK');
});
afterAll(() => { rmSync(folder, { recursive: true }); });

test.each(['folder', 'packed/train.rec', 'shards/faces-{00..01}.tar', 'shards/faces-{00,01}.tar', 'shards/*.tar', 'shards/faces-0?.tar', 'list.csv'])('reads %s by what it is', (location) => {
  expect(readIdentities(at(location)).map(({ files }) => files.length)).toEqual([2, 1]);
});

test('says what it takes, and what is missing', () => {
  expect(() => readIdentities(at('faces.zip'))).toThrow(/faces\.zip: cannot be read as faces; expected a folder .*, or a RecordIO file .*, or tar shards .*, or a list/);
  expect(() => readIdentities(at('nowhere'))).toThrow('nowhere: no such folder; expected a folder with one folder of images per identity, or');
  expect(() => readIdentities(at('gone.rec'))).toThrow('gone.rec: no such file');
  expect(() => readIdentities(at('shards/faces-{00..02}.tar'))).toThrow(/faces-02\.tar: no such file, named by .*\{00\.\.02\}\.tar/);
  expect(() => readIdentities(at('shards/none*.tar'))).toThrow('none*.tar: no such files');
  expect(() => readIdentities(at('*/faces-00.tar'))).toThrow('may stand in the last part of a path only');
  expect(() => readIdentities(at('packed'))).toThrow(/packed: expected one folder of images per identity, found train\.rec; name .*packed.train\.rec to read it/);
  expect(() => readIdentities(at('shards'))).toThrow(/name .*shards.\*\.tar to read it/);
});

test('expands braces as a shell does', () => {
  expect(expandBraces('a{8..11}b{x,y}.tar')).toEqual(['a8bx.tar', 'a8by.tar', 'a9bx.tar', 'a9by.tar', 'a10bx.tar', 'a10by.tar', 'a11bx.tar', 'a11by.tar']);
  expect(expandBraces('{08..10}')).toEqual(['08', '09', '10']);
  expect(() => expandBraces('{3..1}')).toThrow('{3..1}: expected a range upwards');
});
