-- Gatehouse, schema version 3, for H2 (MODE=PostgreSQL) and PostgreSQL.
-- May be run by hand, and more than once.

-- SHA-256 of the login cookie: the next sign-in of that browser finds the session of this one.
ALTER TABLE gatehouse_session ADD COLUMN IF NOT EXISTS browser_hash VARCHAR(43);
CREATE INDEX IF NOT EXISTS gatehouse_session_browser ON gatehouse_session (browser_hash);

INSERT INTO gatehouse_schema (version) VALUES (3) ON CONFLICT DO NOTHING;
