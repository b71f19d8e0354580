-- One fleet's memory. Every key begins with the fleet. Times are milliseconds since 1970, UTC.

CREATE TABLE enrolment_tokens (
    fleet      VARCHAR(32)  NOT NULL,
    digest     CHAR(64)     NOT NULL,
    note       TEXT         NOT NULL,
    created_at BIGINT       NOT NULL,
    expires_at BIGINT       NOT NULL,
    used_by    VARCHAR(30),
    PRIMARY KEY (fleet, digest)
);

CREATE TABLE devices (
    fleet       VARCHAR(32) NOT NULL,
    device      VARCHAR(30) NOT NULL,
    device_type VARCHAR(64) NOT NULL,
    revision    INTEGER     NOT NULL,
    public_key  BLOB        NOT NULL,
    credential  CHAR(64)    NOT NULL,
    token       CHAR(64)    NOT NULL,
    enrolled_at BIGINT      NOT NULL,
    PRIMARY KEY (fleet, device)
);

-- check_in and report are the messages as JSON: what the device said last, with what this version
-- does not know of it.
CREATE TABLE device_states (
    fleet          VARCHAR(32) NOT NULL,
    device         VARCHAR(30) NOT NULL,
    seen_at        BIGINT,
    check_in       TEXT,
    earlier_boots  TEXT        NOT NULL,
    report_counter BIGINT      NOT NULL,
    report         TEXT,
    conflict_at    BIGINT,
    conflict       TEXT,
    PRIMARY KEY (fleet, device)
);

CREATE TABLE device_groups (
    fleet       VARCHAR(32) NOT NULL,
    device_group VARCHAR(64) NOT NULL,
    PRIMARY KEY (fleet, device_group)
);

CREATE TABLE group_members (
    fleet        VARCHAR(32) NOT NULL,
    device_group VARCHAR(64) NOT NULL,
    device       VARCHAR(30) NOT NULL,
    PRIMARY KEY (fleet, device_group, device)
);

CREATE TABLE releases (
    fleet           VARCHAR(32) NOT NULL,
    manifest        CHAR(64)    NOT NULL,
    version         VARCHAR(64) NOT NULL,
    device_type     VARCHAR(64) NOT NULL,
    min_revision    INTEGER     NOT NULL,
    max_revision    INTEGER     NOT NULL,
    name            TEXT        NOT NULL,
    description     TEXT        NOT NULL,
    image_bytes     BIGINT      NOT NULL,
    pack_bytes      BIGINT      NOT NULL,
    packages_digest CHAR(64)    NOT NULL,
    packages        TEXT        NOT NULL,
    channels        TEXT        NOT NULL,
    published_at    BIGINT      NOT NULL,
    PRIMARY KEY (fleet, manifest),
    UNIQUE (fleet, device_type, version)
);

CREATE TABLE rollouts (
    fleet       VARCHAR(32) NOT NULL,
    rollout     VARCHAR(64) NOT NULL,
    number      BIGINT      NOT NULL,
    version     VARCHAR(64) NOT NULL,
    manifest    CHAR(64)    NOT NULL,
    device_type VARCHAR(64) NOT NULL,
    channel     VARCHAR(32) NOT NULL,
    device_group VARCHAR(64) NOT NULL,
    state       VARCHAR(16) NOT NULL,
    evidence    VARCHAR(16) NOT NULL,
    note        TEXT        NOT NULL,
    started_at  BIGINT      NOT NULL,
    changed_at  BIGINT      NOT NULL,
    PRIMARY KEY (fleet, rollout),
    UNIQUE (fleet, number)
);

CREATE TABLE updates (
    fleet            VARCHAR(32) NOT NULL,
    rollout          VARCHAR(64) NOT NULL,
    device           VARCHAR(30) NOT NULL,
    number           BIGINT      NOT NULL,
    version          VARCHAR(64) NOT NULL,
    manifest         CHAR(64)    NOT NULL,
    state            VARCHAR(16) NOT NULL,
    reason           TEXT        NOT NULL,
    evidence         VARCHAR(16) NOT NULL,
    since            BIGINT      NOT NULL,
    done_bytes       BIGINT      NOT NULL,
    total_bytes      BIGINT      NOT NULL,
    downloaded_bytes BIGINT      NOT NULL,
    message          TEXT        NOT NULL,
    PRIMARY KEY (fleet, rollout, device)
);

-- The proofs: signed reports as received.
CREATE TABLE boot_reports (
    fleet    VARCHAR(32) NOT NULL,
    device   VARCHAR(30) NOT NULL,
    counter  BIGINT      NOT NULL,
    envelope BLOB        NOT NULL,
    PRIMARY KEY (fleet, device, counter)
);

CREATE TABLE timeline (
    fleet  VARCHAR(32) NOT NULL,
    device VARCHAR(30) NOT NULL,
    number BIGINT      NOT NULL,
    at     BIGINT      NOT NULL,
    kind   VARCHAR(16) NOT NULL,
    text   TEXT        NOT NULL,
    PRIMARY KEY (fleet, device, number)
);
