import { didYouMean } from './did-you-mean.ts';

describe('didYouMean', () => {
  const choices = ['learningRate', 'margin', 'batch'];

  it.each([
    ['learningrate', "; did you mean 'learningRate'?"],
    ['margni', "; did you mean 'margin'?"],
    ['bach', "; did you mean 'batch'?"],
    ['optimizer', ''],
    ['', ''],
    [7, ''],
  ])('%p → %p', (value, hint) => {
    expect(didYouMean(value, choices)).toBe(hint);
  });

  it('counts a swap of neighbours as one change', () => {
    expect(didYouMean('ab', ['ba'])).toBe("; did you mean 'ba'?");
    expect(didYouMean('ab', ['cd'])).toBe('');
  });

  it('has nothing to offer without choices', () => {
    expect(didYouMean('batch', [])).toBe('');
  });
});
