import { createNotice, element, labelled } from '@facenet/page';
import { readPairingLink, serverOrigin } from '../server/index.ts';
import type { PairingLink } from '../server/index.ts';
import type { App } from '../shell/app.ts';
import { problemOf } from '../shell/problem.ts';

/** A server's address and the code that its admin shows, or the link that has both. */
export function createPairForm(app: App): HTMLElement {
  const notice = createNotice();
  const code = element('input', { type: 'text', autocomplete: 'off', autocapitalize: 'characters', spellcheck: 'false', maxlength: 500 });
  const address = element('input', { type: 'url', autocomplete: 'url', value: location.origin });
  const connect = element('button', { type: 'submit', class: 'primary' }, 'Connect');
  async function submit(): Promise<void> {
    notice.clear();
    connect.disabled = true;
    try {
      await app.server.pair(linkOf(code.value.trim(), address.value.trim()));
    } catch (error) {
      notice.problem(problemOf(error));
    }
    connect.disabled = false;
  }
  return element('form', { class: 'stack', novalidate: true, submit: (event) => { event.preventDefault(); void submit(); } },
    element('p', { class: 'hint' }, 'A server with a larger model knows more people. Its admin shows a code (facenet pair); scan it, or type it here.'),
    labelled('Code, or the whole link', code), labelled('Address of the server', address), notice.content, element('div', { class: 'actions' }, connect));
}

function linkOf(code: string, address: string): PairingLink {
  if (code === '') throw new Error('type the code that the server shows');
  // A link that was pasted says where it leads itself.
  const pasted = URL.canParse(code) ? readPairingLink(code) : undefined;
  return pasted ?? { code, baseUrl: serverOrigin(address, location.href) };
}
