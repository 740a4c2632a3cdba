import path from 'node:path';
import { formatAddress } from '../data/address.ts';
import { keyOfImage } from './rows-for.ts';

const span = (record: string) => ({ record, offset: 40, length: 108 });

test('an image is called what it is called in its set, wherever that lies', () => {
  expect(keyOfImage(path.join('data', 'faces', 'ann', '0.jpg'), path.join('data', 'faces'))).toBe('ann/0.jpg');
  expect(keyOfImage(formatAddress({ file: 'data/train.rec', span: span('17') }), 'data/train.rec')).toBe('17');
  expect(keyOfImage(formatAddress({ file: 'shards/1.tar', span: span('ann/0.jpg') }), 'shards/{0..1}.tar')).toBe('ann/0.jpg');
  expect(keyOfImage(path.join('data', 'ann', '0.jpg'), path.join('data', 'faces.csv'))).toBe('ann/0.jpg');
});
