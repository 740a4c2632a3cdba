/** A value that others hear of when it changes. */
export interface State<T> {
  readonly value: T;
  set(value: T): void;
  /** Hears the value now and after each change. */
  follow(hear: (value: T) => void): void;
}

export function createState<T>(first: T): State<T> {
  let value = first;
  const listeners: ((value: T) => void)[] = [];
  return {
    get value() { return value; },
    set: (next) => {
      value = next;
      for (const hear of listeners) hear(next);
    },
    follow: (hear) => {
      listeners.push(hear);
      hear(value);
    },
  };
}
