import type { InjectOptions } from 'fastify';
import { formOf } from './app.fixture.ts';
import { paint } from './pictures.fixture.ts';

interface Schema {
  readonly type?: string | undefined;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema | boolean;
  readonly prefixItems?: readonly Schema[];
  readonly format?: string;
  readonly contentEncoding?: string;
  readonly required?: readonly string[];
}

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

interface Target {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** Ids that exist, so that requests get past the first check. */
export type KnownIds = Readonly<Record<string, readonly string[]>>;

/** Requests that a document allows, bent and broken in every way that one seed gives. */
export class Fuzzer {
  readonly #random: () => number;
  readonly #operations: readonly Target[];
  // Each round asks every operation once, in an order of its own.
  #round: Target[] = [];
  readonly #touched = new Set<string>();

  constructor(document: OpenApi, seed: number) {
    this.#random = mulberry(seed);
    this.#operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })));
  }

  next(ids: KnownIds): InjectOptions {
    if (this.#round.length === 0) this.#round = this.#shuffled();
    const { path, method, operation } = this.#round.pop()!;
    this.#touched.add(`${method} ${path}`);
    const url = path.replace(/\{(\w+)\}/g, (_, name: string) => this.#segment(ids[name] ?? [])) + this.#query(operation, ids);
    const headers = this.#chance(0.2) ? { 'idempotency-key': this.#pick(['a', 'b', 'c', '', 'x'.repeat(300), '\u00e9']) } : {};
    const usual = this.#chance(0.95) ? method.toUpperCase() : this.#pick(['PATCH', 'OPTIONS', 'PUT', 'DELETE', 'HEAD', 'GET']);
    return { method: usual, url, ...this.#payload(operation, ids, headers) };
  }

  /** Operations that no request was for, yet. */
  untouched(): string[] {
    return this.#operations.map(({ method, path }) => `${method} ${path}`).filter((each) => !this.#touched.has(each));
  }

  /** True in so many of all cases. */
  chance(share: number): boolean {
    return this.#chance(share);
  }

  #payload(operation: Operation, ids: KnownIds, headers: Record<string, string>): Pick<InjectOptions, 'payload' | 'headers'> {
    const content = Object.entries(operation.requestBody?.content ?? {});
    if (content.length === 0) return this.#chance(0.9) ? { headers } : { payload: this.#junkText(), headers: { ...headers, 'content-type': 'application/json' } };
    const [type, { schema }] = this.#pick(content);
    if (this.#chance(0.1)) return { payload: this.#junkText(), headers: { ...headers, 'content-type': this.#pick([type, 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=q', 'application/json; charset=utf-16', 'nonsense', 'application/json;;']) } };
    if (type === 'application/json') {
      const text = JSON.stringify(this.#value(schema, ids, 0, 'body')) ?? '';
      return { payload: this.#chance(0.07) ? text.slice(0, Math.floor(this.#random() * text.length)) : text, headers: { ...headers, 'content-type': 'application/json' } };
    }
    const fields = Object.entries(schema.properties ?? {}).filter(([name]) => schema.required?.includes(name) ?? this.#chance(0.4)).map(([name, property]) => [name, this.#field(name, property, ids)] as const);
    const form = formOf(Object.fromEntries(fields));
    const payload = this.#chance(0.15) ? form.payload.subarray(0, Math.floor(this.#random() * form.payload.length)) : form.payload;
    return { payload, headers: { ...headers, ...form.headers } };
  }

  #field(name: string, schema: Schema, ids: KnownIds): string | Buffer | Buffer[] {
    if (JSON.stringify(schema).includes('"binary"')) return schema.type === 'array' ? [this.#picture(), this.#picture()] : this.#picture();
    const value = this.#value(schema, ids, 0, name);
    return typeof value === 'string' ? value : JSON.stringify(value) ?? '';
  }

  #value(schema: Schema, ids: KnownIds, depth: number, name: string): unknown {
    if (depth > 6 || this.#chance(0.06)) return this.#junk();
    const known = ids[name.replace(/s$/, '')];
    if (schema.format === 'uuid' && known !== undefined && this.#chance(0.8)) return this.#pick([...known, '00000000-0000-7000-8000-000000000000']);
    if (name === 'space_id') return this.#pick(['space-one', 'space-two', 'nowhere']);
    if (name === 'model_id' || name === 'model') return this.#pick(['heavy', 'tiny', 'stranger', 'nobody']);
    if (name === 'vector' || name === 'source' && schema.type === 'array') return this.#pick([[0, 1, ...new Array<number>(14).fill(0)], [1], new Array<number>(16).fill(1e30), 'AAAA', []]);
    if (schema.contentEncoding === 'base64') return this.#picture().toString('base64');
    if (schema.enum !== undefined) return this.#pick(schema.enum);
    const options = schema.anyOf ?? schema.oneOf;
    if (options !== undefined && options.length > 0) return this.#value(this.#pick(options), ids, depth + 1, name);
    switch (schema.type as string) {
      case 'object': {
        const own = Object.entries(schema.properties ?? {}).filter(([each]) => (schema.required?.includes(each) ?? false) || this.#chance(0.35));
        const object = Object.fromEntries(own.map(([each, property]) => [each, this.#value(property, ids, depth + 1, each)]));
        return this.#chance(0.05) ? { ...object, surprise: this.#junk() } : object;
      }
      case 'array': {
        if (schema.prefixItems !== undefined) return schema.prefixItems.map((each) => this.#value(each, ids, depth + 1, name));
        const length = this.#pick([0, 1, 1, 2, 3]);
        return Array.from({ length }, () => this.#value(typeof schema.items === 'object' ? schema.items : {}, ids, depth + 1, name));
      }
      case 'integer': case 'number': return this.#pick([0, 1, 0.001, 0.5, 5, 100, -1, 1e9, 1e308]);
      case 'boolean': return this.#chance(0.5);
      case 'string': return this.#pick(['Ada', 'Grace', 'x'.repeat(250), '', '𝒳', 'a\u0000b', "'; DROP TABLE faces; --", '../../etc/passwd']);
      default: return this.#junk();
    }
  }

  #query({ parameters = [] }: Operation, ids: KnownIds): string {
    const pairs = parameters.filter((each) => each.in === 'query' && this.#chance(0.5)).map(({ name, schema }) => {
      const value = this.#value(schema, ids, 0, name);
      return `${name}=${this.#chance(0.05) ? '%zz' : encodeURIComponent(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value) ?? '').toString()).slice(0, 300)}`;
    });
    return pairs.length === 0 ? '' : `?${pairs.join('&')}${this.#chance(0.05) ? '&surprise=1' : ''}`;
  }

  #segment(known: readonly string[]): string {
    if (known.length > 0 && this.#chance(0.85)) return this.#pick(known);
    return this.#pick(['00000000-0000-7000-8000-000000000000', 'x', '%00', '..%2f..', 'y'.repeat(400), '%zz', '1', 'null', '%F0%9F%98%80']);
  }

  #picture(): Buffer {
    return this.#pick([paint({ person: 1 }), paint({ person: 2, variation: 0.1 }), paint(), paint({ person: 1 }, { person: 3, quality: 0.1 }), Buffer.from('PICTURE {'), Buffer.from('nonsense'), Buffer.alloc(0), Buffer.alloc(5000, 7)]);
  }

  #junk(): unknown {
    return this.#pick([null, true, -1, 1e308, '', 'junk', [], {}, [[[[]]]], { a: { b: 'c' } }, '\ud800', 'a\u0000', new Array(50).fill('q'), { $ref: '#' }, nested(800)]);
  }

  #junkText(): string {
    return this.#pick(['', '{', '[]', 'null', '"', '{"a":', '{"__proto__":1}', '{"constructor":{"prototype":1}}', '\u0000', '[['.repeat(2000), `{"name":"n","metadata":{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}}`, '1e999', 'image=%00', '--q\r\n\r\n', '--q\r\ncontent-disposition: form-data; name="image"\r\n\r\nx\r\n--q--', '--q\r\ncontent-disposition: form-data; name="__proto__"\r\n\r\nx\r\n--q--\r\n']);
  }

  #shuffled(): Target[] {
    return this.#operations.map((each) => ({ each, at: this.#random() })).sort((a, b) => a.at - b.at).map(({ each }) => each);
  }

  #pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random() * from.length)]!;
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }
}

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = [value];
  return value;
}

/** mulberry32: 32 bits of state, the same numbers everywhere. */
function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
