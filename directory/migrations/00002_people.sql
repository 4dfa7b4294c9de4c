-- +goose Up

-- 人员. The employee number 工号 is the log-in name, unique on the node, and
-- never given to another person.
CREATE TABLE person (
    number              text PRIMARY KEY CHECK (number ~ '^[0-9A-Za-z]{2,16}$'),
    name                text NOT NULL CHECK (name <> ''),
    organisation        text REFERENCES organisation,
    site                text REFERENCES site, -- null: works for the whole node
    roles               text[] NOT NULL CHECK (cardinality(roles) > 0 AND roles <@ ARRAY[
        'agent', 'supervisor', 'reviewer', 'dispatcher', 'handler', 'approver', 'followup', 'qa',
        'knowledge_editor', 'knowledge_reviewer', 'coordinator', 'analyst', 'administrator', 'auditor']),
    languages           text[] NOT NULL DEFAULT '{zh}',
    active              boolean NOT NULL DEFAULT true,
    password_hash       text NOT NULL CHECK (password_hash LIKE '$argon2id$%'),
    password_changed_at timestamptz NOT NULL,
    must_change         boolean NOT NULL DEFAULT true,
    failed_attempts     int NOT NULL DEFAULT 0 CHECK (failed_attempts >= 0),
    last_failed_at      timestamptz,
    locked_until        timestamptz,
    -- Whoever runs the system must not be the one who checks its log.
    CONSTRAINT auditor_is_apart CHECK (NOT roles @> '{auditor, administrator}')
);
CREATE INDEX ON person (site);

CREATE TABLE skill (
    code text PRIMARY KEY CHECK (code ~ '^[a-z0-9_]+$'),
    name text NOT NULL CHECK (name <> '')
);

-- Levels: 1 beginner to 10 expert.
CREATE TABLE person_skill (
    person text NOT NULL REFERENCES person ON DELETE CASCADE,
    skill  text NOT NULL REFERENCES skill,
    level  int NOT NULL CHECK (level BETWEEN 1 AND 10),
    PRIMARY KEY (person, skill)
);

-- A desk phone. HA1 is the MD5 of user:realm:password that SIP digest needs;
-- the password itself is nowhere.
CREATE TABLE phone (
    id     text PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9-]{2,32}$'),
    person text NOT NULL REFERENCES person ON DELETE CASCADE,
    ha1    text NOT NULL CHECK (ha1 ~ '^[0-9a-f]{32}$')
);
CREATE INDEX ON phone (person);

-- +goose Down
DROP TABLE phone, person_skill, skill, person;
