-- +goose Up

-- The rules of a site, version by version; the last one holds. Nothing is ever
-- changed or removed, so the history is the table itself.
CREATE TABLE policy (
    site   text NOT NULL,
    rev    int NOT NULL CHECK (rev > 0),
    body   jsonb NOT NULL CHECK (jsonb_typeof(body) = 'object'),
    at     timestamptz NOT NULL,
    person text NOT NULL, -- employee number; empty: came with the program
    reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
    PRIMARY KEY (site, rev)
);

-- The switch that stops calls to outside; the last row of a site holds.
CREATE TABLE switch (
    id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    site   text NOT NULL,
    locked boolean NOT NULL,
    at     timestamptz NOT NULL,
    person text NOT NULL,
    reason text NOT NULL CHECK (reason <> '' AND length(reason) <= 500)
);
CREATE INDEX ON switch (site, id);

-- One row for each allowed leg to outside: the place it takes, and what is
-- counted. A row whose leg nobody reports as ended gives its place back at
-- lease.
CREATE TABLE leg (
    id        text NOT NULL, -- the switch's
    call      text NOT NULL,
    site      text NOT NULL,
    agent     text NOT NULL, -- empty: a flow or the engine
    number    text NOT NULL,
    trunk     text NOT NULL,
    purpose   text NOT NULL,
    counted   boolean NOT NULL, -- against the caps of agent and site
    at        timestamptz NOT NULL,
    lease     timestamptz NOT NULL CHECK (lease > at),
    ended_at  timestamptz,
    talked_ms bigint NOT NULL DEFAULT 0 CHECK (talked_ms >= 0),
    PRIMARY KEY (id, at)
);
CREATE INDEX ON leg (agent, at) WHERE agent <> '';
CREATE INDEX ON leg (site, at);
CREATE INDEX ON leg (number, at);
CREATE INDEX ON leg (trunk) WHERE ended_at IS NULL;

-- What was refused or cut, and what people did to the rules and the switch.
-- Numbers are masked.
CREATE TABLE event (
    id     uuid PRIMARY KEY,
    at     timestamptz NOT NULL,
    site   text NOT NULL,
    kind   text NOT NULL CHECK (kind IN ('refused', 'cut', 'lock', 'unlock', 'policy')),
    ground text NOT NULL DEFAULT '',
    person text NOT NULL, -- the agent, or who changed something; empty: a flow or the engine
    call   text NOT NULL DEFAULT '',
    number text NOT NULL DEFAULT '',
    name   text NOT NULL DEFAULT '', -- of the rule
    most   int NOT NULL DEFAULT 0,   -- of the cap that was reached
    reason text NOT NULL DEFAULT ''
);
CREATE INDEX ON event (site, at);
CREATE INDEX ON event (at);
CREATE INDEX ON event (person, at) WHERE kind = 'refused';

-- +goose Down
DROP TABLE event, leg, switch, policy;
