-- When a boot report came, so that it can be forgotten by age. It is not known of those that are here
-- already: they have 0, and are kept.
ALTER TABLE boot_reports ADD COLUMN received_at BIGINT NOT NULL DEFAULT 0;

-- On which boot report the state of a device's update in a rollout rests. Such a report is never
-- forgotten.
CREATE TABLE report_proofs (
    fleet   VARCHAR(32) NOT NULL,
    device  VARCHAR(30) NOT NULL,
    rollout VARCHAR(64) NOT NULL,
    counter BIGINT      NOT NULL,
    PRIMARY KEY (fleet, device, rollout)
);
