-- +goose Up
CREATE TABLE task (
    id               uuid PRIMARY KEY,
    site             text        NOT NULL,
    kind             text        NOT NULL CHECK (kind IN ('missed', 'message', 'callback', 'low_rating', 'lost')),
    state            text        NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'taken', 'done', 'dropped')),
    owner            text        NOT NULL DEFAULT '',
    number           text        NOT NULL DEFAULT '' CHECK (char_length(number) <= 64),
    queue            text        NOT NULL DEFAULT '',
    agent            text        NOT NULL DEFAULT '',
    call_id          uuid        NOT NULL,
    times            integer     NOT NULL DEFAULT 1 CHECK (times >= 1),
    first_at         timestamptz NOT NULL,
    last_at          timestamptz NOT NULL CHECK (last_at >= first_at),
    due_at           timestamptz NOT NULL,
    waited_seconds   integer     NOT NULL DEFAULT 0 CHECK (waited_seconds >= 0),
    outcome          text        NOT NULL DEFAULT '' CHECK (outcome IN ('', 'reached', 'answered', 'ticket', 'no_answer', 'handled', 'other')),
    closing          text        NOT NULL DEFAULT '' CHECK (char_length(closing) <= 1000),
    transcript       text        NOT NULL DEFAULT '' CHECK (char_length(transcript) <= 20000),
    transcript_state text        NOT NULL DEFAULT '' CHECK (transcript_state IN ('', 'pending', 'ready', 'failed', 'typed')),
    transcript_fault text        NOT NULL DEFAULT '',
    changed_at       timestamptz NOT NULL,
    -- Somebody's or nobody's: an item that is taken has an owner, an open one has none.
    CHECK (state <> 'taken' OR owner <> ''),
    CHECK (state <> 'open' OR owner = ''),
    CHECK (state <> 'dropped' OR closing <> '')
);
COMMENT ON TABLE task IS 'Work that calls left behind: one row for each item.';
COMMENT ON COLUMN task.call_id IS 'The first call of it; all are in task_call.';
COMMENT ON COLUMN task.agent IS 'The agent concerned: who was rated low, who talked when the call was lost.';
COMMENT ON COLUMN task.first_at IS 'When it happened; of a callback, the true time of entry into the queue.';
CREATE INDEX task_open ON task (site, due_at) WHERE state IN ('open', 'taken');
CREATE INDEX task_number ON task (site, number, kind) WHERE state IN ('open', 'taken') AND number <> '';
CREATE INDEX task_site ON task (site, last_at DESC);

CREATE TABLE task_call (
    task_id uuid        NOT NULL REFERENCES task ON DELETE CASCADE,
    call_id uuid        NOT NULL,
    kind    text        NOT NULL,
    at      timestamptz NOT NULL,
    PRIMARY KEY (call_id, kind)
);
COMMENT ON TABLE task_call IS 'The calls that made an item, or were merged into it.';
CREATE INDEX task_call_task ON task_call (task_id, at);

CREATE TABLE attempt (
    task_id uuid        NOT NULL REFERENCES task ON DELETE CASCADE,
    call_id uuid        NOT NULL,
    at      timestamptz NOT NULL,
    agent   text        NOT NULL DEFAULT '',
    outcome text        NOT NULL DEFAULT '',
    PRIMARY KEY (task_id, call_id)
);
COMMENT ON TABLE attempt IS 'Calls made for an item; the outcome is empty while one goes on.';
CREATE INDEX attempt_call ON attempt (call_id);

CREATE TABLE task_log (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    task_id    uuid        NOT NULL REFERENCES task ON DELETE CASCADE,
    at         timestamptz NOT NULL,
    by_person  text        NOT NULL DEFAULT '',
    action     text        NOT NULL,
    from_state text        NOT NULL DEFAULT '',
    to_state   text        NOT NULL DEFAULT '',
    person     text        NOT NULL DEFAULT '',
    note       text        NOT NULL DEFAULT '' CHECK (char_length(note) <= 1000)
);
COMMENT ON COLUMN task_log.by_person IS 'Empty: the system.';
COMMENT ON COLUMN task_log.person IS 'Whom it was given to.';
CREATE INDEX task_log_task ON task_log (task_id, id);

CREATE TABLE setting (
    site            text PRIMARY KEY,
    assign          text    NOT NULL DEFAULT 'none' CHECK (assign IN ('none', 'round_robin', 'last_agent')),
    missed_seconds  integer NOT NULL DEFAULT 5 CHECK (missed_seconds BETWEEN 0 AND 600),
    merge_minutes   integer NOT NULL DEFAULT 240 CHECK (merge_minutes BETWEEN 0 AND 10080),
    due_missed      integer NOT NULL DEFAULT 30 CHECK (due_missed BETWEEN 1 AND 43200),
    due_message     integer NOT NULL DEFAULT 120 CHECK (due_message BETWEEN 1 AND 43200),
    due_callback    integer NOT NULL DEFAULT 15 CHECK (due_callback BETWEEN 1 AND 43200),
    due_low_rating  integer NOT NULL DEFAULT 1440 CHECK (due_low_rating BETWEEN 1 AND 43200),
    due_lost        integer NOT NULL DEFAULT 15 CHECK (due_lost BETWEEN 1 AND 43200),
    last_given      text    NOT NULL DEFAULT '',
    changed_by      text    NOT NULL DEFAULT '',
    changed_at      timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE setting IS 'How a site wants its items; a site without a row has the defaults.';
COMMENT ON COLUMN setting.last_given IS 'Who got an item last: the next one gets the next.';

-- +goose Down
DROP TABLE setting, task_log, attempt, task_call, task;
