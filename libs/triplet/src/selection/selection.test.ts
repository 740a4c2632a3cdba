import { parseSelection } from './selection.ts';

describe('parseSelection', () => {
  it('takes a name', () => {
    expect(parseSelection('semi-hard')).toEqual({ kind: 'semi-hard', choice: 'random', fallback: 'easiest-violator' });
    expect(parseSelection('batch-hard')).toEqual({ kind: 'batch-hard' });
  });

  it('takes an object and fills in the defaults', () => {
    expect(parseSelection({ kind: 'semi-hard', choice: 'hardest' }))
      .toEqual({ kind: 'semi-hard', choice: 'hardest', fallback: 'easiest-violator' });
  });

  it.each([
    ['hardest', "triplets.selection: expected one of semi-hard, hard, batch-hard, all, random-violator, got \"hardest\""],
    [{ kind: 'semi-hard', choise: 'random' }, "triplets.selection: unknown key 'choise'; 'semi-hard' has choice, fallback"],
    [{ kind: 'hard', choice: 'random' }, "triplets.selection: unknown key 'choice'; 'hard' has no options"],
    [{ kind: 'semi-hard', fallback: 'none' }, 'triplets.selection.fallback: expected one of easiest-violator, hardest, skip, got "none"'],
    [3, "triplets.selection: expected a name or an object with 'kind', got 3"],
    [{}, 'triplets.selection.kind: expected one of'],
  ])('refuses %j', (value, message) => {
    expect(() => parseSelection(value, 'triplets.selection')).toThrow(message);
  });
});
