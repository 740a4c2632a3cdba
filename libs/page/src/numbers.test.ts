import { counted } from './counted.ts';
import { percent, rateInWords } from './numbers.ts';

test('says rates, shares and counts as people do', () => {
  expect([0.001, 0.01, 0.3, 1, 1e-6].map(rateInWords)).toEqual(['1 in 1,000', '1 in 100', '1 in 3.33', 'always', '1 in 1,000,000']);
  expect([0.5, 0.097325, 0.00004953].map(percent)).toEqual(['50 %', '9.73 %', '0.00495 %']);
  expect([counted(1, 'face'), counted(1200, 'face'), counted(0, 'person', 'people')]).toEqual(['1 face', '1,200 faces', '0 people']);
});
