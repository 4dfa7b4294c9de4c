-- +goose Up

-- Score sheets 评分表. A version is never changed; the next one replaces it.
CREATE TABLE sheet (
    id          uuid PRIMARY KEY,
    site        text NOT NULL CHECK (site <> ''),
    name        text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 40),
    version     int NOT NULL CHECK (version > 0),
    sections    jsonb NOT NULL,
    pass        int NOT NULL CHECK (pass BETWEEN 0 AND 100), -- percent
    appeal_days int NOT NULL CHECK (appeal_days BETWEEN 0 AND 30), -- working days
    made_by     text NOT NULL CHECK (made_by <> ''),
    made_at     timestamptz NOT NULL,
    UNIQUE (site, name, version)
);

-- Sampling plans 抽检计划, and what they were before.
CREATE TABLE plan (
    id         uuid PRIMARY KEY,
    site       text NOT NULL CHECK (site <> ''),
    rev        int NOT NULL CHECK (rev > 0),
    name       text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 40),
    sheet      text NOT NULL, -- by name: the latest version counts
    active     boolean NOT NULL,
    rules      jsonb NOT NULL,
    changed_by text NOT NULL CHECK (changed_by <> ''),
    changed_at timestamptz NOT NULL
);
CREATE INDEX plan_site ON plan (site);
CREATE TABLE plan_log (
    plan_id uuid NOT NULL REFERENCES plan,
    rev     int NOT NULL,
    at      timestamptz NOT NULL,
    by_person text NOT NULL,
    was     jsonb NOT NULL, -- the plan after the change
    PRIMARY KEY (plan_id, rev)
);

CREATE TABLE inspection (
    id           uuid PRIMARY KEY,
    site         text NOT NULL CHECK (site <> ''),
    call_id      text NOT NULL CHECK (char_length(call_id) BETWEEN 1 AND 128),
    agent        text NOT NULL CHECK (agent <> ''),
    talked       text[] NOT NULL, -- everybody who talked in that call
    call_at      timestamptz NOT NULL,
    queue        text NOT NULL DEFAULT '',
    seconds      double precision NOT NULL DEFAULT 0,
    rating       smallint,
    plan_id      uuid REFERENCES plan, -- null: chosen by a person
    why          text NOT NULL CHECK (why IN ('sample', 'dissatisfied', 'long', 'chosen')),
    sheet_id     uuid NOT NULL REFERENCES sheet,
    inspector    text NOT NULL DEFAULT '', -- empty: nobody yet
    state        text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'draft', 'published', 'appealed', 'settled', 'void')),
    rev          bigint NOT NULL DEFAULT 1,
    marks        jsonb NOT NULL DEFAULT '{}',
    points       int CHECK (points >= 0),
    most         int CHECK (most > 0),
    passed       boolean,
    critical     boolean NOT NULL DEFAULT false,
    created_at   timestamptz NOT NULL,
    due_at       timestamptz NOT NULL,
    published_at timestamptz,
    appeal_until timestamptz,
    appeal       text NOT NULL DEFAULT '' CHECK (char_length(appeal) <= 1000),
    appealed_at  timestamptz,
    settled_by   text NOT NULL DEFAULT '',
    settled_at   timestamptz,
    decision     text NOT NULL DEFAULT '' CHECK (decision IN ('', 'kept', 'changed')),
    answer       text NOT NULL DEFAULT '' CHECK (char_length(answer) <= 1000),
    first_points int, -- before the appeal changed them
    -- One conversation of an agent is scored once.
    UNIQUE (site, call_id, agent),
    -- Nobody scores a conversation of their own, nobody settles against themselves.
    CHECK (inspector = '' OR inspector <> agent AND NOT inspector = ANY (talked)),
    CHECK (settled_by = '' OR settled_by <> inspector AND settled_by <> agent),
    CHECK ((state IN ('published', 'appealed', 'settled')) = (published_at IS NOT NULL)),
    CHECK (published_at IS NULL OR points IS NOT NULL AND most IS NOT NULL AND passed IS NOT NULL AND inspector <> ''),
    CHECK ((state IN ('appealed', 'settled')) = (appealed_at IS NOT NULL)),
    CHECK ((state = 'settled') = (decision <> ''))
);
CREATE INDEX inspection_inspector ON inspection (site, inspector, state, due_at);
CREATE INDEX inspection_agent ON inspection (site, agent, published_at DESC) WHERE published_at IS NOT NULL;
CREATE INDEX inspection_time ON inspection (site, created_at DESC);
CREATE INDEX inspection_published ON inspection (site, published_at) WHERE published_at IS NOT NULL;
CREATE INDEX inspection_plan ON inspection (plan_id, call_at) WHERE plan_id IS NOT NULL;

CREATE TABLE inspection_log (
    inspection_id uuid NOT NULL REFERENCES inspection,
    rev           bigint NOT NULL,
    at            timestamptz NOT NULL,
    by_person     text NOT NULL CHECK (by_person <> ''),
    action        text NOT NULL,
    from_state    text NOT NULL,
    to_state      text NOT NULL,
    points        int,
    note          text NOT NULL DEFAULT '' CHECK (char_length(note) <= 1000),
    marks         jsonb, -- as published, or as changed
    PRIMARY KEY (inspection_id, rev)
);
