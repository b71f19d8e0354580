-- One word for the end of a rollout: abort.

UPDATE rollouts SET state = 'aborted' WHERE state = 'finished';
