-- +goose Up
CREATE TABLE event (
    id      uuid PRIMARY KEY,
    kind    text        NOT NULL,
    at      timestamptz NOT NULL,
    site    text        NOT NULL,
    call_id uuid,
    agent   text,
    data    jsonb       NOT NULL
);
COMMENT ON TABLE event IS 'Everything that happened to calls and agents, as it was written to the journal; never changed.';
CREATE INDEX event_call ON event (call_id, at) WHERE call_id IS NOT NULL;
CREATE INDEX event_at ON event (at);

CREATE TABLE record (
    id               uuid PRIMARY KEY,
    site             text        NOT NULL,
    direction        text        NOT NULL DEFAULT 'in' CHECK (direction IN ('in')),
    trunk            text        NOT NULL DEFAULT '',
    called           text        NOT NULL DEFAULT '',
    caller           text        NOT NULL DEFAULT '',
    caller_name      text        NOT NULL DEFAULT '',
    area             text        NOT NULL DEFAULT '',
    flow             text        NOT NULL DEFAULT '',
    path             text        NOT NULL DEFAULT '',
    language         text        NOT NULL DEFAULT '',
    queue            text        NOT NULL DEFAULT '',
    skills           text[]      NOT NULL DEFAULT '{}',
    arrived_at       timestamptz NOT NULL,
    queued_at        timestamptz,
    first_offered_at timestamptz,
    answered_at      timestamptz,
    talk_ended_at    timestamptz,
    ended_at         timestamptz,
    agent            text        NOT NULL DEFAULT '',
    offers           integer     NOT NULL DEFAULT 0 CHECK (offers >= 0),
    result           text        NOT NULL DEFAULT '' CHECK (result IN ('', 'answered', 'abandoned_flow',
                         'abandoned_queue', 'message', 'transferred', 'flow_ended', 'lost', 'refused')),
    rating           smallint    CHECK (rating BETWEEN 1 AND 3),
    cause            text        NOT NULL DEFAULT '',
    ended_by         text        NOT NULL DEFAULT '' CHECK (ended_by IN ('', 'caller', 'agent', 'system')),
    recording        text        NOT NULL DEFAULT ''
);
COMMENT ON TABLE record IS 'One row for each call: the projection of its events.';
COMMENT ON COLUMN record.area IS 'Area code of the caller''s number, empty when it tells none.';
COMMENT ON COLUMN record.queued_at IS 'First entry into a queue: the caller asked for a person.';
COMMENT ON COLUMN record.answered_at IS 'Begin of the first talk.';
COMMENT ON COLUMN record.agent IS 'Who talked with the caller; the last one of several.';
COMMENT ON COLUMN record.rating IS '1 very satisfied, 2 satisfied, 3 dissatisfied.';
COMMENT ON COLUMN record.recording IS 'Name of the recording on the switch.';
CREATE INDEX record_site ON record (site, arrived_at DESC);
CREATE INDEX record_queued ON record (site, queued_at) WHERE queued_at IS NOT NULL;
CREATE INDEX record_caller ON record (caller, arrived_at DESC) WHERE caller <> '';
CREATE INDEX record_agent ON record (agent, arrived_at DESC) WHERE agent <> '';

CREATE TABLE leg (
    call_id     uuid NOT NULL,
    channel     text NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('caller', 'agent')),
    agent       text NOT NULL DEFAULT '',
    phone       text NOT NULL DEFAULT '',
    started_at  timestamptz NOT NULL,
    ringing_at  timestamptz,
    answered_at timestamptz,
    ended_at    timestamptz,
    outcome     text NOT NULL DEFAULT '' CHECK (outcome IN ('', 'answered', 'no_answer', 'busy',
                    'rejected', 'unreachable', 'caller_left', 'cancelled')),
    cause       text NOT NULL DEFAULT '',
    PRIMARY KEY (call_id, channel)
);
COMMENT ON TABLE leg IS 'The caller''s channel of a call and one channel for each offer to an agent.';
CREATE INDEX leg_agent ON leg (agent, started_at) WHERE agent <> '';

CREATE TABLE agent_log (
    id         uuid PRIMARY KEY,
    agent      text        NOT NULL,
    site       text        NOT NULL,
    at         timestamptz NOT NULL,
    from_state text        NOT NULL,
    to_state   text        NOT NULL,
    reason     text        NOT NULL DEFAULT '',
    phone      text        NOT NULL DEFAULT '',
    call_id    uuid
);
COMMENT ON TABLE agent_log IS 'Every change of an agent''s state: attendance is counted from it.';
CREATE INDEX agent_log_agent ON agent_log (agent, at);
CREATE INDEX agent_log_site ON agent_log (site, at);

CREATE TABLE rejected (
    fact_id     text PRIMARY KEY,
    rejected_at timestamptz NOT NULL DEFAULT now(),
    body        text NOT NULL,
    reason      text NOT NULL
);
COMMENT ON TABLE rejected IS 'Facts that could not be applied, for a person to look at.';

-- +goose Down
DROP TABLE rejected, agent_log, leg, record, event;
