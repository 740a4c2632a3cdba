import { standardNormalQuantile } from './normal-quantile.ts';
import { Random } from './random.ts';

const take = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

describe('Random', () => {
  it('gives the published sequence of xoshiro128**', () => {
    const random = Random.from([1, 2, 3, 4]);
    // The recurrence of Blackman and Vigna, written out in Python on the state [1, 2, 3, 4].
    const expected = [11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849];
    expect(take(8, () => random.bits())).toEqual(expected);
  });

  it('repeats itself for the same seed and stream, and differs for others', () => {
    const first = (random: Random): number[] => take(4, () => random.bits());
    expect(first(new Random(7, 'a'))).toEqual(first(new Random(7, 'a')));
    const others = [new Random(7, 'a'), new Random(7, 'b'), new Random(7), new Random(8, 'a'), new Random(-7, 'a'),
      new Random(7 + 2 ** 32, 'a'), new Random(7 - 2 ** 32, 'a')];
    expect(new Set(others.map((random) => first(random).join())).size).toBe(others.length);
  });

  it('goes on from a state that went through JSON', () => {
    const random = new Random(3);
    take(10, () => random.next());
    const resumed = Random.from(JSON.parse(JSON.stringify(random.state)) as number[]);
    expect(take(20, () => resumed.normal())).toEqual(take(20, () => random.normal()));
  });

  it.each([[[0, 0, 0, 0]], [[1, 2, 3]], [[1, 2, 3, -4]], [[1, 2, 3, 0.5]], [[1, 2, 3, 2 ** 32]]])(
    'refuses the state %j', (state) => {
      expect(() => Random.from(state)).toThrow('expected four 32-bit words');
    },
  );

  it.each([0.5, Number.NaN, 2 ** 60])('refuses the seed %p', (seed) => {
    expect(() => new Random(seed)).toThrow('seed: expected an integer');
  });

  it('is uniform in [0, 1)', () => {
    const random = new Random(11);
    const counts = new Array<number>(16).fill(0);
    for (let i = 0; i < 64_000; i++) counts[Math.floor(random.next() * 16)]!++;
    // χ² with 15 degrees of freedom stays below 37.7 with probability 0.999.
    expect(counts.reduce((sum, count) => sum + (count - 4000) ** 2 / 4000, 0)).toBeLessThan(37.7);
  });

  it('draws integers without bias, also where 2^32 is not a multiple', () => {
    const random = new Random(12);
    const third = 3 * 2 ** 30;
    // Taking 2^32 modulo 3·2^30 would put half of the draws into the first third.
    const low = take(6000, () => random.integer(third)).filter((value) => value < 2 ** 30).length;
    expect(Math.abs(low - 2000)).toBeLessThan(4 * Math.sqrt(6000 * (1 / 3) * (2 / 3)));
    expect(take(10, () => random.integer(1))).toEqual(new Array(10).fill(0));
    expect(() => random.integer(0)).toThrow('expected n from 1 to 2^32, got 0');
  });

  it('shuffles in place into every order equally often', () => {
    const random = new Random(13);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = random.shuffle(Int32Array.of(1, 2, 3)).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(['123', '132', '213', '231', '312', '321']);
    // χ² with 5 degrees of freedom stays below 20.5 with probability 0.999.
    expect([...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(20.5);
  });

  it('draws normal numbers with the right moments and tails', () => {
    const random = new Random(14);
    const draws = take(200_000, () => random.normal());
    const moment = (power: number): number => draws.reduce((sum, x) => sum + x ** power, 0) / draws.length;
    // Bounds: four standard errors of each moment.
    expect(Math.abs(moment(1))).toBeLessThan(4 * Math.sqrt(1 / draws.length));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / draws.length));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / draws.length));
    // P(|x| > 3) = 0.0026998
    const beyond = draws.filter((x) => Math.abs(x) > 3).length;
    expect(Math.abs(beyond - 540)).toBeLessThan(4 * Math.sqrt(540));
  });
});

describe('standardNormalQuantile', () => {
  it.each([
    // statistics.NormalDist().inv_cdf of CPython 3
    [0.5, 0], [0.3, -0.5244005127080407], [0.05, -1.6448536269514726], [0.975, 1.9599639845400536],
    [0.999, 3.090232306167813], [1e-6, -4.753424308822899], [1e-12, -7.034483825301132], [1e-15, -7.941345326170995],
  ])('of %p is %p', (probability, expected) => {
    expect(Math.abs(standardNormalQuantile(probability) - expected)).toBeLessThanOrEqual(2e-15 * Math.abs(expected));
  });

  it('has the same bits everywhere', () => {
    const random = new Random(15);
    const bits = new BigUint64Array(Float64Array.from({ length: 1000 }, () => random.normal()).buffer);
    let digest = 0n;
    for (const word of bits) digest = (digest * 31n + word) % (1n << 64n);
    // Python's binary64 arithmetic over the same steps; only + − × ÷ √ are involved.
    expect(digest.toString(16)).toBe('83fffb13221b105f');
  });
});
