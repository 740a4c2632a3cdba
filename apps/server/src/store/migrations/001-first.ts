/**
 * A face has its vector in one of three columns, by the format of its collection. They have no length of their own,
 * since collections differ in it; an index over one collection casts to its length.
 */
export const first = `
CREATE EXTENSION IF NOT EXISTS vector;

CREATE TABLE settings (
  name text PRIMARY KEY,
  value bytea NOT NULL
);

CREATE TABLE collections (
  id uuid PRIMARY KEY,
  name text NOT NULL CONSTRAINT collections_name UNIQUE,
  space_id text NOT NULL,
  size integer NOT NULL CHECK (size BETWEEN 1 AND 2000),
  keep_crops boolean NOT NULL,
  vector_format text NOT NULL CHECK (vector_format IN ('float32', 'float16', 'int8', 'encrypted')),
  metadata jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  -- Counted up by changes where searches are answered from memory: what is there is compared with it.
  version bigint NOT NULL DEFAULT 0,
  removal_version bigint NOT NULL DEFAULT 0
);

CREATE TABLE persons (
  id uuid PRIMARY KEY,
  collection_id uuid NOT NULL CONSTRAINT persons_collection REFERENCES collections ON DELETE CASCADE,
  name text NOT NULL,
  external_id text,
  metadata jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (collection_id, id),
  CONSTRAINT persons_external_id UNIQUE (collection_id, external_id)
);
CREATE INDEX persons_by_name ON persons (collection_id, name, id);

CREATE TABLE faces (
  id uuid PRIMARY KEY,
  collection_id uuid NOT NULL CONSTRAINT faces_collection REFERENCES collections ON DELETE CASCADE,
  person_id uuid,
  photo_id text,
  model_id text NOT NULL,
  box jsonb,
  quality double precision,
  metadata jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  version bigint NOT NULL DEFAULT 0,
  embedding vector,
  half halfvec,
  packed bytea,
  UNIQUE (collection_id, id),
  CHECK (num_nonnulls(embedding, half, packed) = 1),
  CONSTRAINT faces_person FOREIGN KEY (collection_id, person_id) REFERENCES persons (collection_id, id) ON DELETE CASCADE
);
-- Beside the row and not in a table of long values: a search reads every one.
ALTER TABLE faces ALTER COLUMN embedding SET STORAGE PLAIN, ALTER COLUMN half SET STORAGE PLAIN;
CREATE INDEX faces_by_person ON faces (collection_id, person_id, id);

CREATE TABLE crops (
  face_id uuid PRIMARY KEY REFERENCES faces ON DELETE CASCADE,
  picture bytea NOT NULL
);
ALTER TABLE crops ALTER COLUMN picture SET STORAGE EXTERNAL;

CREATE TABLE links (
  collection_id uuid NOT NULL CONSTRAINT links_collection REFERENCES collections ON DELETE CASCADE,
  a uuid NOT NULL,
  b uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('must', 'cannot')),
  PRIMARY KEY (collection_id, a, b),
  CHECK (a < b),
  CONSTRAINT links_face_a FOREIGN KEY (collection_id, a) REFERENCES faces (collection_id, id) ON DELETE CASCADE,
  CONSTRAINT links_face_b FOREIGN KEY (collection_id, b) REFERENCES faces (collection_id, id) ON DELETE CASCADE
);
CREATE INDEX links_by_b ON links (collection_id, b);

CREATE TABLE cluster_faces (
  collection_id uuid NOT NULL CONSTRAINT clusters_collection REFERENCES collections ON DELETE CASCADE,
  face_id uuid NOT NULL,
  cluster_id text NOT NULL,
  place integer NOT NULL,
  PRIMARY KEY (collection_id, face_id),
  CONSTRAINT clusters_face FOREIGN KEY (collection_id, face_id) REFERENCES faces (collection_id, id) ON DELETE CASCADE
);

CREATE TABLE cluster_edits (
  sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id uuid NOT NULL,
  collection_id uuid NOT NULL CONSTRAINT edits_collection REFERENCES collections ON DELETE CASCADE,
  edit jsonb NOT NULL
);
CREATE INDEX cluster_edits_by_collection ON cluster_edits (collection_id, sequence);

CREATE TABLE jobs (
  id uuid PRIMARY KEY,
  collection_id uuid NOT NULL CONSTRAINT jobs_collection REFERENCES collections ON DELETE CASCADE,
  kind text NOT NULL,
  state text NOT NULL CHECK (state IN ('running', 'done', 'failed', 'cancelled')),
  done integer NOT NULL,
  total integer NOT NULL,
  cursor text,
  details jsonb NOT NULL,
  owner text,
  lease_seconds double precision NOT NULL DEFAULT 0,
  lease_until timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX jobs_by_collection ON jobs (collection_id);
CREATE INDEX jobs_running ON jobs (kind, id) WHERE state = 'running';

CREATE TABLE api_keys (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  scopes text[] NOT NULL,
  collection_ids text[],
  secret_hash bytea NOT NULL UNIQUE,
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  last_used_at timestamptz
);

-- It outlives what it tells of, so it refers to nothing.
CREATE TABLE audit_log (
  id uuid PRIMARY KEY,
  at timestamptz NOT NULL,
  request_id text NOT NULL,
  key_id text,
  action text NOT NULL,
  collection_id text,
  details jsonb NOT NULL
);
CREATE INDEX audit_log_by_collection ON audit_log (collection_id, id);

CREATE TABLE replies (
  key text PRIMARY KEY,
  request_digest text NOT NULL,
  status integer,
  body text,
  lease_until timestamptz NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX replies_by_age ON replies (created_at);
`;
