import { blurFilm, createFilm } from './exposure.ts';

test.each([0.4, 0.8, 1.1, 2.6])('a blur of %d spreads a point by that standard deviation and keeps its light', (deviation) => {
  const film = createFilm(41, 41);
  film.light[3 * (20 * 41 + 20)] = 1;
  blurFilm(film, deviation);
  let light = 0;
  let variance = 0;
  for (let i = 0; i < 41 * 41; i++) {
    light += film.light[3 * i]!;
    variance += film.light[3 * i]! * (i % 41 - 20) ** 2;
  }
  expect(light).toBeCloseTo(1, 5);
  expect(Math.sqrt(variance)).toBeCloseTo(deviation, 3);
});
