-- +goose Up

-- When something is wrong at a site. A rule that is taken away is kept, because
-- episodes name it.
CREATE TABLE rule (
    id             uuid PRIMARY KEY,
    site           text NOT NULL CHECK (site <> ''),
    kind           text NOT NULL CHECK (kind ~ '^[a-z_]+$'),
    subject        text NOT NULL DEFAULT '' CHECK (subject ~ '^[A-Za-z0-9_-]{0,64}$'),
    threshold      double precision NOT NULL CHECK (threshold >= 0),
    clear          double precision NOT NULL CHECK (clear >= 0),
    hold_seconds   int NOT NULL CHECK (hold_seconds BETWEEN 0 AND 86400),
    settle_seconds int NOT NULL CHECK (settle_seconds BETWEEN 0 AND 86400),
    severity       text NOT NULL CHECK (severity IN ('minor', 'warning', 'critical')),
    quiet_from     int CHECK (quiet_from BETWEEN 0 AND 1439), -- minutes since midnight at the site
    quiet_to       int CHECK (quiet_to BETWEEN 0 AND 1439),
    sound          boolean NOT NULL,
    active         boolean NOT NULL,
    rev            bigint NOT NULL DEFAULT 1,
    changed_by     text NOT NULL DEFAULT '', -- empty: the program
    changed_at     timestamptz NOT NULL,
    retired_at     timestamptz,
    CHECK (num_nulls(quiet_from, quiet_to) IN (0, 2) AND quiet_from <> quiet_to)
);
CREATE UNIQUE INDEX rule_is_one ON rule (site, kind, subject) WHERE retired_at IS NULL;

-- What a rule was after each change, and who made it.
CREATE TABLE rule_log (
    rule   uuid NOT NULL REFERENCES rule,
    rev    bigint NOT NULL,
    at     timestamptz NOT NULL,
    by     text NOT NULL,
    action text NOT NULL CHECK (action IN ('add', 'change', 'remove')),
    was    jsonb NOT NULL,
    PRIMARY KEY (rule, rev)
);

-- Something that was wrong, from its begin to its end.
CREATE TABLE episode (
    id        uuid PRIMARY KEY,
    site      text NOT NULL CHECK (site <> ''),
    rule      uuid NOT NULL REFERENCES rule,
    kind      text NOT NULL,
    severity  text NOT NULL CHECK (severity IN ('minor', 'warning', 'critical')),
    sound     boolean NOT NULL,
    subject   text NOT NULL,
    name      text NOT NULL, -- of the subject, as people knew it then
    threshold double precision NOT NULL,
    value     double precision NOT NULL, -- when it was told
    worst     double precision NOT NULL,
    begun_at  timestamptz NOT NULL, -- went wrong
    opened_at timestamptz NOT NULL, -- was told
    acked_by  text,
    acked_at  timestamptz,
    ack_note  text CHECK (length(ack_note) <= 500),
    closed_at timestamptz,
    why       text CHECK (why IN ('cleared', 'gone', 'dropped')),
    CHECK ((closed_at IS NULL) = (why IS NULL)),
    CHECK (num_nulls(acked_by, acked_at, ack_note) IN (0, 3)),
    CHECK (closed_at >= opened_at)
);
CREATE UNIQUE INDEX episode_is_open_once ON episode (rule, subject) WHERE closed_at IS NULL;
CREATE INDEX episode_by_time ON episode (site, opened_at DESC, id);

-- What a supervisor tells everybody at a site, until its end.
CREATE TABLE notice (
    id       uuid PRIMARY KEY,
    site     text NOT NULL CHECK (site <> ''),
    text     text NOT NULL CHECK (length(text) BETWEEN 1 AND 300),
    by       text NOT NULL CHECK (by <> ''),
    at       timestamptz NOT NULL,
    until    timestamptz NOT NULL CHECK (until > at),
    ended_by text, -- taken back before its time
    ended_at timestamptz,
    CHECK (num_nulls(ended_by, ended_at) IN (0, 2))
);
CREATE INDEX notice_by_end ON notice (site, until);

-- +goose Down
DROP TABLE notice, episode, rule_log, rule;
