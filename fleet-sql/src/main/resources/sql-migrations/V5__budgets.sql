-- What updates may fetch over the network, and what was allowed beyond it.

CREATE TABLE budgets (
    fleet       VARCHAR(32) NOT NULL,
    holder_kind VARCHAR(8)  NOT NULL,
    holder      VARCHAR(64) NOT NULL,
    bytes       BIGINT      NOT NULL,
    beyond      VARCHAR(8)  NOT NULL,
    PRIMARY KEY (fleet, holder_kind, holder)
);

ALTER TABLE rollouts ADD COLUMN budget_bytes BIGINT;
ALTER TABLE rollouts ADD COLUMN budget_beyond VARCHAR(8);

ALTER TABLE updates ADD COLUMN allowed_bytes BIGINT NOT NULL DEFAULT 0;
