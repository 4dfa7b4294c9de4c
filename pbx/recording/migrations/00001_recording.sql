-- +goose Up
CREATE TABLE recording (
    call_id     text PRIMARY KEY CHECK (call_id ~ '^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$'),
    name        text NOT NULL CHECK (name <> ''), -- on the switch
    state       text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'ready', 'failed', 'none')),
    enqueued_at timestamptz NOT NULL DEFAULT now(),
    changed_at  timestamptz NOT NULL DEFAULT now(),
    failures    int NOT NULL DEFAULT 0 CHECK (failures >= 0),
    reason      text NOT NULL DEFAULT '', -- of the last failure
    -- a file that the switch does not call complete: its size when it was last
    -- seen to have changed, and when that was
    seen_bytes  bigint,
    seen_at     timestamptz,

    partial     boolean NOT NULL DEFAULT false,
    seconds     double precision NOT NULL DEFAULT 0 CHECK (seconds >= 0),
    bytes       bigint NOT NULL DEFAULT 0 CHECK (bytes >= 0), -- of the WAV file
    path        text,  -- below the vault's directory
    sha256      bytea CHECK (octet_length(sha256) = 32), -- of the sealed file
    peaks       bytea CHECK (octet_length(peaks) BETWEEN 2 AND 1200), -- left, then right; 0 to 255 each

    CHECK ((state = 'ready') = (path IS NOT NULL)),
    CHECK ((path IS NULL) = (sha256 IS NULL)),
    CHECK ((path IS NULL) = (peaks IS NULL)),
    CHECK ((state = 'ready') = (seconds > 0 AND bytes > 44)),
    CHECK (state <> 'failed' OR reason <> '')
);
CREATE INDEX recording_not_ready ON recording (state, enqueued_at) WHERE state IN ('pending', 'failed');
