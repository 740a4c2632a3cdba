/** A code that is exchanged once for a key. Its row goes with the exchange, so there is no state that could be wrong. */
export const pairings = `
CREATE TABLE pairings (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  scopes text[] NOT NULL,
  collection_ids text[],
  key_seconds integer CHECK (key_seconds > 0),
  code_hash bytea NOT NULL UNIQUE,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
`;
