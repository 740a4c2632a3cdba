// Whether the server in this container answers; with its own certificate too, which is for other names than loopback.
import { request as plain } from 'node:http';
import { request as secured } from 'node:https';

const { FACENET_TLS_CERT, FACENET_PORT = '8080' } = process.env;
const ask = FACENET_TLS_CERT ? secured : plain;
ask({ host: '127.0.0.1', port: FACENET_PORT, path: '/v1/health', timeout: 4000, rejectUnauthorized: false }, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1))
  .on('timeout', () => process.exit(1)).on('error', () => process.exit(1)).end();
