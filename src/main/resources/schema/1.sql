-- Gatehouse, schema version 1, for H2 (MODE=PostgreSQL) and PostgreSQL.
-- May be run by hand, and more than once. Times are milliseconds since 1970-01-01T00:00Z, by the
-- database's clock.

CREATE TABLE IF NOT EXISTS gatehouse_schema (
  version     INTEGER NOT NULL PRIMARY KEY
);

-- One row per signed-in browser. Tokens and claims are in payload, sealed with AES-256-GCM.
CREATE TABLE IF NOT EXISTS gatehouse_session (
  id_hash                 VARCHAR(43) NOT NULL PRIMARY KEY, -- SHA-256 of the cookie
  handle                  VARCHAR(43) NOT NULL, -- names the session to its owner
  provider                VARCHAR(64) NOT NULL,
  subject_index           VARCHAR(43) NOT NULL, -- HMAC of sub
  sid_index               VARCHAR(43),          -- HMAC of sid
  created_at              BIGINT NOT NULL,
  last_used_at            BIGINT NOT NULL,
  idle_expires_at         BIGINT NOT NULL,
  absolute_expires_at     BIGINT NOT NULL,
  ends_at                 BIGINT NOT NULL,      -- absolute_expires_at, or the refresh token's end
  purge_at                BIGINT NOT NULL,      -- over by then; whole hours, so that use seldom moves it
  access_token_expires_at BIGINT,
  generation              BIGINT NOT NULL,      -- counts the tokens of the session
  refresh_state           SMALLINT NOT NULL,    -- 0 idle, 1 refreshing, 2 uncertain
  lease_owner             VARCHAR(43),
  lease_expires_at        BIGINT NOT NULL,
  attempts                INTEGER NOT NULL,     -- leases since the last success
  next_refresh_at         BIGINT NOT NULL,      -- back-off
  key_id                  VARCHAR(16) NOT NULL,
  nonce                   BYTEA NOT NULL,
  payload                 BYTEA NOT NULL
);

-- No index on what use of a session changes: such updates then stay within their page (HOT).
CREATE INDEX IF NOT EXISTS gatehouse_session_subject ON gatehouse_session (provider, subject_index);
CREATE INDEX IF NOT EXISTS gatehouse_session_sid ON gatehouse_session (provider, sid_index);
CREATE INDEX IF NOT EXISTS gatehouse_session_purge ON gatehouse_session (purge_at);

-- What may happen once: used states, seen logout tokens.
CREATE TABLE IF NOT EXISTS gatehouse_once (
  purpose     VARCHAR(32) NOT NULL,
  key_hash    VARCHAR(43) NOT NULL, -- SHA-256 of the key
  expires_at  BIGINT NOT NULL,
  PRIMARY KEY (purpose, key_hash)
);
CREATE INDEX IF NOT EXISTS gatehouse_once_expiry ON gatehouse_once (expires_at);

INSERT INTO gatehouse_schema (version) VALUES (1) ON CONFLICT DO NOTHING;
