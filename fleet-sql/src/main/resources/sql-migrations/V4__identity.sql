-- A device is its key, and shows a certificate of it; there are no credentials any more.

ALTER TABLE devices DROP COLUMN credential;
ALTER TABLE devices RENAME COLUMN token TO evidence;
ALTER TABLE devices ADD COLUMN way VARCHAR(16) NOT NULL DEFAULT 'token';
ALTER TABLE devices ADD COLUMN certificate VARCHAR(64);
ALTER TABLE devices ADD COLUMN certified_at BIGINT;
ALTER TABLE devices ADD COLUMN certified_until BIGINT;
ALTER TABLE devices ADD COLUMN revoked_at BIGINT;
ALTER TABLE devices ADD COLUMN revoked TEXT;

ALTER TABLE device_states RENAME COLUMN conflict_at TO quarantined_at;
ALTER TABLE device_states RENAME COLUMN conflict TO quarantine;

UPDATE timeline SET kind = 'quarantine' WHERE kind = 'conflict';

CREATE TABLE expected_keys (
    fleet       VARCHAR(32) NOT NULL,
    fingerprint CHAR(64)    NOT NULL,
    way         VARCHAR(16) NOT NULL,
    note        TEXT        NOT NULL,
    created_at  BIGINT      NOT NULL,
    expires_at  BIGINT      NOT NULL,
    used_by     VARCHAR(30),
    PRIMARY KEY (fleet, fingerprint)
);

CREATE TABLE factory_authorities (
    fleet       VARCHAR(32) NOT NULL,
    fingerprint CHAR(64)    NOT NULL,
    certificate BLOB        NOT NULL,
    note        TEXT        NOT NULL,
    added_at    BIGINT      NOT NULL,
    PRIMARY KEY (fleet, fingerprint)
);
