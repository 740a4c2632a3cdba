import { combinations, mixes, mixNames, parseMix } from './mix.ts';

const only = (weights: Record<string, number>) => ({ ...Object.fromEntries(combinations.map((name) => [name, 0])), ...weights });

describe('parseMix', () => {
  it('takes a name', () => {
    expect(parseMix('cross')).toEqual(only({ 'v2-v1-v1': 0.5, 'v1-v2-v2': 0.5 }));
    expect(parseMix('query')).toEqual(only({ 'v2-v1-v1': 1 }));
    expect(parseMix('gallery')).toEqual(only({ 'v1-v2-v2': 1 }));
    expect(parseMix('own')).toEqual(only({ 'v2-v2-v2': 1 }));
    for (const name of mixNames) expect(parseMix(name)).toEqual(mixes[name]);
  });

  it('takes all seven combinations that v2 is part of as the union, alike', () => {
    // Two sources in three places are eight; all from v1 is none.
    expect(Object.values(parseMix('union'))).toEqual(Array.from({ length: 7 }, () => 1 / 7));
  });

  it('takes weights by name and by combination, adds them up and brings their sum to 1', () => {
    expect(parseMix({ cross: 2, own: 1, union: 0 })).toEqual(only({ 'v2-v1-v1': 2 / 6, 'v1-v2-v2': 2 / 6, 'v2-v2-v2': 1 / 3 }));
    expect(parseMix({ 'query': 1, 'v2-v1-v1': 2, 'v2-v1-v2': 1 })).toEqual(only({ 'v2-v1-v1': 0.75, 'v2-v1-v2': 0.25 }));
    for (const name of mixNames) {
      const sum = Object.values(parseMix({ [name]: 3, bridge: 0.2 })).reduce((total, weight) => total + weight, 0);
      expect(sum).toBeCloseTo(1, 12);
    }
  });

  it.each([
    ['crossed', 'harmonic.mix: expected one of union, cross, bridge, probe, query, gallery, own, or sources of anchor, positive and ' +
      'negative such as \'v2-v1-v1\', got "crossed"'],
    [{ crossed: 1 }, 'harmonic.mix: expected one of union, cross, bridge, probe, query, gallery, own, or sources'],
    ['toString', 'got "toString"'],
    ['v1-v1-v1', "harmonic.mix: 'v1-v1-v1' has no gradient, v1 is frozen; expected v2 in one place at least"],
    [{ 'cross': 1, 'v1-v1-v1': 1 }, "'v1-v1-v1' has no gradient"],
    [{ cross: -1 }, 'harmonic.mix.cross: expected a weight of 0 or more, got -1'],
    [{ cross: '1' }, 'harmonic.mix.cross: expected a weight of 0 or more, got "1"'],
    [{ cross: NaN }, 'harmonic.mix.cross: expected a weight of 0 or more, got NaN'],
    [{ cross: Infinity }, 'harmonic.mix.cross: expected a weight of 0 or more, got Infinity'],
    [{ cross: undefined }, 'harmonic.mix.cross: expected a weight of 0 or more, got undefined'],
    [{ cross: 0, own: 0 }, 'harmonic.mix: expected a weight above 0, got {"cross":0,"own":0}: there would be no triplets'],
    [{}, 'harmonic.mix: expected a weight above 0, got {}'],
    [3, 'harmonic.mix: expected a name or an object of weights, got 3'],
    [['cross'], 'harmonic.mix: expected a name or an object of weights, got ["cross"]'],
    [null, 'harmonic.mix: expected a name or an object of weights, got null'],
  ])('refuses %j', (value, message) => {
    expect(() => parseMix(value, 'harmonic.mix')).toThrow(message);
  });
});
