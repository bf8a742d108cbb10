-- Gatehouse, schema version 4, for H2 (MODE=PostgreSQL) and PostgreSQL.
-- May be run by hand, and more than once.

-- One row, written by every node every few seconds: when the database could last be used, and its
-- last outage. Nobody's use of a session can be written during one.
CREATE TABLE IF NOT EXISTS gatehouse_presence (
  id          SMALLINT NOT NULL PRIMARY KEY, -- always 1
  seen_at     BIGINT NOT NULL,
  away_from   BIGINT NOT NULL, -- 0: never yet
  away_until  BIGINT NOT NULL
);

INSERT INTO gatehouse_schema (version) VALUES (4) ON CONFLICT DO NOTHING;
