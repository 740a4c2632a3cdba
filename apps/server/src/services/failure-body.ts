import type { ServiceError } from './service-error.ts';

/** A refusal of one picture among several. */
export function failureBody({ code, message, details }: ServiceError): { code: string; message: string; details: Record<string, unknown> } {
  return { code, message, details: { ...details } };
}
