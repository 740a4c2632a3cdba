import { type Address, formatAddress, parseAddress } from './address.ts';

test.each<[string, Address]>([
  ['faces/ann/0001.jpg', { file: 'faces/ann/0001.jpg' }],
  ['a#b.rec/1.png', { file: 'a#b.rec/1.png' }],
  ['train.rec#17:52480+8112', { file: 'train.rec', span: { record: '17', offset: 52480, length: 8112 } }],
  ['shard-000.tar#odd #1:2+3/0.jpg:1536+7906', { file: 'shard-000.tar', span: { record: 'odd #1:2+3/0.jpg', offset: 1536, length: 7906 } }],
  ['party.jpg#box=104,-80.5,96,112', { file: 'party.jpg', face: { kind: 'box', values: [104, -80.5, 96, 112] } }],
  ['p.jpg#points=1,2,3,4,5,6,7,8,9,1e-7', { file: 'p.jpg', face: { kind: 'points', values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 1e-7] } }],
])('%s is read as what it was written from', (text, address) => {
  expect(formatAddress(address)).toBe(text);
  expect(parseAddress(text)).toEqual(address);
});
