-- +goose Up
ALTER TABLE record
    DROP CONSTRAINT record_direction_check,
    DROP CONSTRAINT record_result_check,
    ADD CONSTRAINT record_direction_check CHECK (direction IN ('in', 'out', 'internal')),
    ADD CONSTRAINT record_result_check CHECK (result IN ('', 'answered', 'abandoned_flow', 'abandoned_queue', 'message',
        'transferred', 'flow_ended', 'lost', 'refused', 'callback', 'not_reached')),
    ADD COLUMN first_queue  text    NOT NULL DEFAULT '',
    ADD COLUMN transfers    integer NOT NULL DEFAULT 0 CHECK (transfers >= 0),
    ADD COLUMN held_seconds integer NOT NULL DEFAULT 0 CHECK (held_seconds >= 0),
    ADD COLUMN masked       boolean NOT NULL DEFAULT false,
    ADD COLUMN conference   boolean NOT NULL DEFAULT false,
    ADD COLUMN message      boolean NOT NULL DEFAULT false,
    ADD COLUMN callback     boolean NOT NULL DEFAULT false,
    ADD COLUMN purpose      text    NOT NULL DEFAULT '',
    ADD COLUMN ticket       text    NOT NULL DEFAULT '',
    ADD COLUMN task         text    NOT NULL DEFAULT '';
COMMENT ON COLUMN record.direction IS 'Who began it: in the caller, out we, internal an agent called an agent.';
COMMENT ON COLUMN record.caller IS 'Number of the far side: who called us, or whom we called.';
COMMENT ON COLUMN record.agent IS 'Who was last responsible for the caller: a rating is theirs.';
COMMENT ON COLUMN record.first_queue IS 'Where the caller asked for a person first; queue is the last one.';
COMMENT ON COLUMN record.transfers IS 'How often the caller was given to somebody else; the rating is nobody.';
COMMENT ON COLUMN record.ticket IS 'What an outbound call was made for, as task is.';
UPDATE record SET first_queue = queue WHERE queue <> '';
UPDATE record SET message = true WHERE result = 'message';
CREATE INDEX record_direction ON record (site, direction, arrived_at DESC) WHERE direction <> 'in';

ALTER TABLE leg
    DROP CONSTRAINT leg_kind_check,
    ADD CONSTRAINT leg_kind_check CHECK (kind IN ('caller', 'agent', 'customer', 'outside', 'colleague', 'supervisor')),
    ADD COLUMN purpose text NOT NULL DEFAULT '',
    ADD COLUMN number  text NOT NULL DEFAULT '';
COMMENT ON TABLE leg IS 'The channels of a call. Those of kind agent without purpose are offers; the others say what they were for.';

CREATE TABLE talk (
    call_id      uuid        NOT NULL,
    agent        text        NOT NULL,
    from_at      timestamptz NOT NULL,
    to_at        timestamptz CHECK (to_at >= from_at),
    responsible  boolean     NOT NULL,
    held_seconds real        NOT NULL DEFAULT 0,
    PRIMARY KEY (call_id, agent, from_at)
);
COMMENT ON TABLE talk IS 'Who talked with the far side of a call and when: one row for each stretch; without an end while it goes on.';
COMMENT ON COLUMN talk.responsible IS 'False: a colleague in a conference.';
CREATE INDEX talk_agent ON talk (agent, from_at);

CREATE TABLE span (
    call_id uuid        NOT NULL,
    kind    text        NOT NULL CHECK (kind IN ('hold', 'mute', 'mask', 'consult', 'conference', 'listen', 'away')),
    who     text        NOT NULL DEFAULT '',
    from_at timestamptz NOT NULL,
    to_at   timestamptz CHECK (to_at >= from_at),
    detail  text        NOT NULL DEFAULT '',
    PRIMARY KEY (call_id, kind, who, from_at)
);
COMMENT ON TABLE span IS 'What else went on for a while in a call: hold, mute, a silent recording, advice, a supervisor listening …';
COMMENT ON COLUMN span.detail IS 'The mode of listening, the purpose of a consult.';

-- +goose Down
DROP TABLE span, talk;
ALTER TABLE leg DROP COLUMN number, DROP COLUMN purpose;
ALTER TABLE record DROP COLUMN task, DROP COLUMN ticket, DROP COLUMN purpose, DROP COLUMN callback, DROP COLUMN message,
    DROP COLUMN conference, DROP COLUMN masked, DROP COLUMN held_seconds, DROP COLUMN transfers, DROP COLUMN first_queue;
