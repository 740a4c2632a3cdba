import net from 'node:net';

const usual = 'POST /v1/embeddings HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 13\r\n\r\n{"images":[]}';

/** What is known to have confused servers. */
const tricks: readonly string[] = [
  'GET / HTTP/9.9\r\n\r\n', 'GET /v1/health\r\n', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'CONNECT evil:443 HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n', 'OPTIONS * HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n',
  'GET http://elsewhere/v1/health HTTP/1.1\r\nhost: elsewhere\r\n\r\n', `GET /${'a'.repeat(70_000)} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`, `GET / HTTP/1.1\r\n${'x: y\r\n'.repeat(5_000)}\r\n`,
  'GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n', 'GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n', 'GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
  'POST /v1/embeddings HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: -1\r\n\r\n', 'POST /v1/embeddings HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd',
  'POST /v1/embeddings HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n', 'POST /v1/embeddings HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n',
  'POST /v1/embeddings HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffff\r\n', 'POST /v1/embeddings HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 99999999999\r\n\r\n{}',
  'GET /v1/health HTTP/1.1\r\nhost: 127.0.0.1\r\nx-request-id: a\r\n b\r\n\r\n', 'GET /v1/health HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer \u0000\r\n\r\n', 'GET /%ff%fe%00 HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n', '\r\n\r\n\r\n', '\u0016\u0003\u0001\u0002\u0000\u0001',
];

/** Bytes that are almost a request: a usual one with bytes changed, cut or doubled, or one of the tricks. */
export function brokenHttp(random: () => number): Buffer {
  const pick = (length: number): number => Math.floor(random() * length);
  if (random() < 0.4) return Buffer.from(tricks[pick(tricks.length)]!, 'latin1');
  const bytes = Buffer.from(usual, 'latin1');
  for (let changes = 1 + pick(4); changes > 0; changes--) bytes[pick(bytes.length)] = pick(256);
  const [from, to] = [pick(bytes.length), pick(bytes.length)];
  switch (pick(3)) {
    case 0: return bytes;
    case 1: return bytes.subarray(0, from);
    default: return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  }
}

/** What a server says to bytes after which nothing comes. */
export function exchange(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (part) => { answer += part.toString('latin1'); });
    // A server that will not read on may reset the connection; its answer is what came before.
    socket.on('error', () => undefined);
    socket.once('close', () => { resolve(answer); });
    socket.end(bytes);
  });
}
