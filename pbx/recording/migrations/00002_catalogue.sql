-- +goose Up

-- Where the sealed file lies, and what its beginning must be: the header of age
-- binds every later piece to it. Rows from before have none and are hashed whole.
ALTER TABLE recording
    ADD COLUMN store       text NOT NULL DEFAULT 'disk' CHECK (store IN ('disk', 's3')),
    ADD COLUMN head_sha256 bytea CHECK (octet_length(head_sha256) = 32),
    ADD COLUMN held        boolean NOT NULL DEFAULT false; -- a legal hold is on it
COMMENT ON COLUMN recording.held IS 'Kept with the holds, in the row, so that a deletion that waits for it sees it.';

-- Two more states: its time is over and its file is going, or gone.
ALTER TABLE recording
    DROP CONSTRAINT recording_state_check, DROP CONSTRAINT recording_check, DROP CONSTRAINT recording_check1,
    DROP CONSTRAINT recording_check2, DROP CONSTRAINT recording_check3;
ALTER TABLE recording
    ADD CONSTRAINT recording_state CHECK (state IN ('pending', 'ready', 'failed', 'none', 'erasing', 'erased')),
    ADD CONSTRAINT recording_placed CHECK ((state IN ('ready', 'erasing')) = (path IS NOT NULL)),
    ADD CONSTRAINT recording_hashed CHECK ((state IN ('ready', 'erasing', 'erased')) = (sha256 IS NOT NULL)),
    ADD CONSTRAINT recording_outlined CHECK ((path IS NULL) = (peaks IS NULL)),
    ADD CONSTRAINT recording_long CHECK ((state IN ('ready', 'erasing', 'erased')) = (seconds > 0 AND bytes > 44)),
    ADD CONSTRAINT recording_held CHECK (NOT held OR state NOT IN ('erasing', 'erased'));
CREATE INDEX recording_erasing ON recording (call_id) WHERE state = 'erasing';

-- What people look for: one row for each call, made of its facts.
CREATE TABLE catalogue (
    call_id   text PRIMARY KEY,
    site      text NOT NULL DEFAULT '',
    direction text NOT NULL DEFAULT '' CHECK (direction IN ('', 'in', 'out', 'internal')),
    at        timestamptz, -- the call's begin
    number    text NOT NULL DEFAULT '', -- the far side's
    area      text NOT NULL DEFAULT '', -- its area code, when it tells one
    queue     text NOT NULL DEFAULT '', -- the first
    agents    text[] NOT NULL DEFAULT '{}', -- who talked
    rating    smallint CHECK (rating BETWEEN 1 AND 3),
    message   boolean NOT NULL DEFAULT false,
    masked    boolean NOT NULL DEFAULT false,
    -- of the recording, kept by the trigger below
    state     text NOT NULL DEFAULT 'none',
    seconds   double precision NOT NULL DEFAULT 0,
    held      boolean NOT NULL DEFAULT false,
    there     boolean NOT NULL GENERATED ALWAYS AS (state <> 'none') STORED
);
COMMENT ON TABLE catalogue IS 'What recordings are found by; a projection of facts and of recording.recording.';
CREATE INDEX catalogue_time   ON catalogue (site, at DESC, call_id DESC) WHERE there;
CREATE INDEX catalogue_number ON catalogue (site, number text_pattern_ops) WHERE there AND number <> '';
CREATE INDEX catalogue_ending ON catalogue (site, reverse(number) text_pattern_ops) WHERE there AND number <> '';
CREATE INDEX catalogue_area   ON catalogue (site, area, at DESC) WHERE there AND area <> '';
CREATE INDEX catalogue_queue  ON catalogue (site, queue, at DESC) WHERE there;
CREATE INDEX catalogue_agents ON catalogue USING gin (agents) WHERE there;
CREATE INDEX catalogue_rating ON catalogue (site, rating, at DESC) WHERE there AND rating IS NOT NULL;
CREATE INDEX catalogue_message ON catalogue (site, at DESC) WHERE there AND message;
CREATE INDEX catalogue_masked ON catalogue (site, at DESC) WHERE there AND masked;
CREATE INDEX catalogue_held   ON catalogue (site, at DESC) WHERE there AND held;
CREATE INDEX catalogue_other  ON catalogue (site, direction, at DESC) WHERE there AND direction <> 'in';
CREATE INDEX catalogue_long   ON catalogue (site, seconds DESC) WHERE there AND seconds >= 600;

-- +goose StatementBegin
CREATE FUNCTION catalogue_recording() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO recording.catalogue AS c (call_id, state, seconds, held)
    VALUES (NEW.call_id, NEW.state, NEW.seconds, NEW.held)
    ON CONFLICT (call_id) DO UPDATE SET state = excluded.state, seconds = excluded.seconds, held = excluded.held
    WHERE (c.state, c.seconds, c.held) IS DISTINCT FROM (excluded.state, excluded.seconds, excluded.held);
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER catalogue_recording AFTER INSERT OR UPDATE OF state, seconds, held ON recording
    FOR EACH ROW EXECUTE FUNCTION catalogue_recording();

-- What happened while it was recorded: talk, hold and mask, as they came.
CREATE TABLE mark (
    call_id text NOT NULL,
    at      timestamptz NOT NULL,
    kind    text NOT NULL CHECK (kind IN ('talk', 'talk_ended', 'held', 'retrieved', 'masked', 'unmasked', 'ended')),
    agent   text NOT NULL DEFAULT '',
    PRIMARY KEY (call_id, at, kind)
);

-- Legal holds 封存: who, why, since when; and how they ended.
CREATE TABLE hold (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    call_id   text NOT NULL REFERENCES recording,
    by_person text NOT NULL CHECK (by_person <> ''),
    reason    text NOT NULL CHECK (char_length(reason) BETWEEN 2 AND 500),
    since     timestamptz NOT NULL,
    until     timestamptz CHECK (until >= since),
    lifted_by text CHECK (lifted_by <> ''),
    lifted_for text CHECK (char_length(lifted_for) BETWEEN 2 AND 500),
    CHECK ((until IS NULL) = (lifted_by IS NULL)),
    CHECK ((until IS NULL) = (lifted_for IS NULL))
);
CREATE UNIQUE INDEX hold_one ON hold (call_id) WHERE until IS NULL;

-- How many days a kind of recording is kept; the last row of a kind holds.
CREATE TABLE retention (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    site       text NOT NULL CHECK (site <> ''),
    kind       text NOT NULL CHECK (kind IN ('ticket', 'talk', 'message', 'outbound', 'internal')),
    days       int NOT NULL CHECK (days BETWEEN 30 AND 36500),
    changed_by text NOT NULL CHECK (changed_by <> ''),
    changed_at timestamptz NOT NULL
);
CREATE INDEX retention_now ON retention (site, kind, id DESC);

-- What was deleted, by which rule. Never removed.
CREATE TABLE erasure (
    call_id   text PRIMARY KEY,
    site      text NOT NULL,
    kind      text NOT NULL,
    days      int NOT NULL, -- the rule at that time
    made_at   timestamptz NOT NULL,
    erased_at timestamptz NOT NULL,
    bytes     bigint NOT NULL,
    sha256    bytea NOT NULL
);

-- Who heard what. A line is written before the first byte is given out.
CREATE TABLE access (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL,
    person  text NOT NULL CHECK (person <> ''),
    call_id text NOT NULL,
    action  text NOT NULL CHECK (action IN ('play', 'download')),
    own     boolean NOT NULL, -- a conversation of one's own
    reason  text NOT NULL CHECK (char_length(reason) <= 500),
    heard   nummultirange NOT NULL DEFAULT '{}', -- seconds that were given out
    CHECK (own AND action = 'play' OR char_length(reason) >= 2)
);
CREATE INDEX access_call ON access (call_id, at DESC);
CREATE INDEX access_person ON access (person, at DESC);

INSERT INTO catalogue (call_id, state, seconds, at) SELECT call_id, state, seconds, enqueued_at FROM recording;
-- Calls from before are found as well, where the journal has projected them.
-- +goose StatementBegin
DO $$
BEGIN
    IF to_regclass('calls.record') IS NOT NULL THEN
        UPDATE recording.catalogue c
        SET site = r.site, direction = r.direction, at = r.arrived_at, number = r.caller, area = r.area, queue = r.queue,
            agents = CASE WHEN r.agent = '' THEN '{}' ELSE ARRAY[r.agent] END, rating = r.rating, message = r.result = 'message'
        FROM calls.record r WHERE r.id::text = c.call_id;
    END IF;
END $$;
-- +goose StatementEnd
