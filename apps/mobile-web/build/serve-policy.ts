import type { Plugin } from 'vite';

/** What the page may load, as strict as the server says; where its files lie elsewhere this is all that says it. */
const policyOf = (servers: readonly string[], style: string): string => [
  "default-src 'none'", "script-src 'self' 'wasm-unsafe-eval' blob:", "worker-src 'self' blob:",
  ['connect-src', "'self'", 'blob:', 'data:', ...servers].join(' '), `style-src ${style}`,
  "img-src 'self' blob: data:", "media-src 'self' blob:", "font-src 'self' data:", "manifest-src 'self'", "base-uri 'none'", "form-action 'none'",
].join('; ');

/** Writes the policy into the page. `servers` are origins of facenet servers beside the page's own that it may ask. */
export function servePolicy(servers: readonly string[]): Plugin {
  for (const each of servers) {
    if (!URL.canParse(each) || new URL(each).origin !== each) throw new Error(`FACENET_PHONE_SERVERS: expected origins such as https://faces.example, got '${each}'`);
  }
  let isBuild = false;
  return {
    name: 'facenet-policy',
    configResolved: ({ command }) => { isBuild = command === 'build'; },
    // While it is developed, styles come by scripts.
    transformIndexHtml: { order: 'pre', handler: () => [
      { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: policyOf(servers, isBuild ? "'self'" : "'self' 'unsafe-inline'") }, injectTo: 'head-prepend' },
    ] },
  };
}
