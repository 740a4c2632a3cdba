import type { z } from 'zod';

type Schema = z.ZodType | undefined;

/** One route of `/v1`, as both sides see it. */
export interface Endpoint<
  P extends Schema = Schema, Q extends Schema = Schema, B extends Schema = Schema, R extends z.ZodType = z.ZodType,
> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With `:names` of the parameters. */
  readonly path: string;
  readonly summary: string;
  /** What a key must hold; `public` needs none. */
  readonly scope: 'public' | 'read' | 'enrol' | 'admin';
  readonly status: 200 | 201 | 202;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly response: R;
  /** Names of fields that are files in a form; where there are any, multipart/form-data is taken besides JSON. */
  readonly files?: readonly string[];
  /** A file of it may be larger than memory, and is kept on disk while the request lasts. */
  readonly largeFiles?: boolean;
  /** Takes an Idempotency-Key; never where the answer holds a secret, since answers are kept. */
  readonly idempotent?: boolean;
  /** From one address, whatever else the server allows: what could be guessed at. */
  readonly attemptsPerMinute?: number;
  readonly tag: string;
}

export const endpoint = <R extends z.ZodType, P extends Schema = undefined, Q extends Schema = undefined, B extends Schema = undefined>(
  each: Endpoint<P, Q, B, R>,
): Endpoint<P, Q, B, R> => each;

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;
type Given<S> = S extends z.ZodType ? z.input<S> : undefined;

/** What a handler gets, after parsing. */
export type ParamsOf<E> = E extends Endpoint<infer P> ? Parsed<P> : never;
export type QueryOf<E> = E extends Endpoint<Schema, infer Q> ? Parsed<Q> : never;
export type BodyOf<E> = E extends Endpoint<Schema, Schema, infer B> ? Parsed<B> : never;
export type ResponseOf<E> = E extends Endpoint<Schema, Schema, Schema, infer R> ? z.output<R> : never;

/** What a client gives, before parsing. */
export type ParamsFor<E> = E extends Endpoint<infer P> ? Given<P> : never;
export type QueryFor<E> = E extends Endpoint<Schema, infer Q> ? Given<Q> : never;
export type BodyFor<E> = E extends Endpoint<Schema, Schema, infer B> ? Given<B> : never;
