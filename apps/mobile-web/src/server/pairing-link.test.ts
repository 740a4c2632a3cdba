import { readPairingLink, serverOrigin } from './pairing-link.ts';

// The links are those that docs/https.md shows.
test('reads the code, and the server where the page is elsewhere', () => {
  expect(readPairingLink('https://faces.lan:8443/phone/#pair=K7Q2-9FJM-0WXT-4RDN')).toEqual({ code: 'K7Q2-9FJM-0WXT-4RDN', baseUrl: 'https://faces.lan:8443' });
  expect(readPairingLink(`https://phone.example/app/?from=qr#pair=K7Q2&server=${encodeURIComponent('https://faces.lan:8443/')}`)).toEqual({ code: 'K7Q2', baseUrl: 'https://faces.lan:8443' });
  expect(readPairingLink('https://phone.example/#who')).toBeUndefined();
  expect(readPairingLink('https://phone.example/')).toBeUndefined();
});

test('says what is wrong with a link', () => {
  expect(() => readPairingLink('https://phone.example/#pair=')).toThrow(/has no code/);
  expect(() => readPairingLink('https://phone.example/#pair=A&server=faces')).toThrow(/'faces' is no address/);
  expect(() => readPairingLink('https://phone.example/#pair=A&server=javascript:alert(1)')).toThrow(/no address of a server/);
  expect(() => readPairingLink('https://phone.example/#pair=A&server=http://faces.lan')).toThrow(/not over HTTPS/);
  expect(serverOrigin('http://localhost:8080/x', 'https://phone.example/')).toBe('http://localhost:8080');
  expect(serverOrigin('http://faces.lan', 'http://phone.lan/')).toBe('http://faces.lan');
});
