import { type Option, options } from './options.ts';

/** What `facenet serve --help` prints. */
export function helpText(): string {
  const rows = Object.values(options).map((each: Option<unknown>) => ({
    name: each.flag === undefined ? each.variable : `--${each.flag} ${each.value}`,
    text: each.flag === undefined ? each.help : `${each.help} [${each.variable}]`,
  }));
  const width = Math.max(...rows.map(({ name }) => name.length));
  return `Usage: facenet serve --model <bundle> [options]

Serve verification, recognition and a gallery over HTTP. Without an admin key it listens on loopback alone and asks for none.

Options, each also by the environment:
${rows.map(({ name, text }) => `  ${name.padEnd(width)}  ${text}`).join('\n')}

Examples:
  $ facenet serve --model runs/quickstart/run/bundle --data gallery
  $ FACENET_ADMIN_KEY=$(openssl rand -base64 32) facenet serve --model models/nn4 --host 0.0.0.0
  $ facenet serve --model models/nn4 --host 0.0.0.0 --port 8443 --tls-cert certificates/server.crt --tls-key certificates/server.key --phone-page page
  $ DATABASE_URL=postgres://facenet@db/facenet facenet serve --model models/nn4,models/nns2
`;
}
