-- Gatehouse, schema version 2, for H2 (MODE=PostgreSQL) and PostgreSQL.
-- May be run by hand, and more than once.

-- Logouts by name: a sign-in that was under way when one arrived opens no session.
CREATE TABLE IF NOT EXISTS gatehouse_logout (
  name        VARCHAR(43) NOT NULL PRIMARY KEY, -- HMAC of sub, of sid, or of both
  ended_at    BIGINT NOT NULL, -- when the last one arrived
  expires_at  BIGINT NOT NULL  -- no sign-in that began before it can still be under way
);
CREATE INDEX IF NOT EXISTS gatehouse_logout_expiry ON gatehouse_logout (expires_at);

INSERT INTO gatehouse_schema (version) VALUES (2) ON CONFLICT DO NOTHING;
