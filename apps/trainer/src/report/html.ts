/** Text that has become HTML; everything else is escaped when it is put into a template. */
export interface Html {
  readonly html: string;
}

type Part = Html | string | number | readonly Html[];

/** A template that escapes what is put into it unless it is HTML already. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: texts.map((text, index) => text + (index < parts.length ? render(parts[index]!) : '')).join('') };
}

/** Marks text as HTML: SVG that we drew ourselves. */
export function raw(text: string): Html {
  return { html: text };
}

/** What a page begins with, up to its heading; the page ends with `</body>` and `</html>`. */
export function pageHead(title: string, style: string, heading = title): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<h1>${heading}</h1>`;
}

let drawings = 0;

/** An SVG among others on one page: its ids get a prefix of their own, since they would clash. */
export function inlineSvg(svg: string): Html {
  const prefix = `drawing${++drawings}-`;
  return raw(svg.replace(/( id="|url\(#)/g, `$1${prefix}`));
}

export function table(rows: readonly (readonly [name: string, value: string | number | Html])[]): Html {
  return html`<table>${rows.map(([name, value]) => html`<tr><th>${name}</th><td>${value}</td></tr>`)}</table>`;
}

function render(part: Part): string {
  if (typeof part === 'string' || typeof part === 'number') return escape(String(part));
  return 'html' in part ? part.html : part.map((one) => one.html).join('\n');
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}
