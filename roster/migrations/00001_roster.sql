-- +goose Up

-- 班次. Minutes count from midnight of the day the shift belongs to; an end
-- after 1440 lies on the next day.
CREATE TABLE shift (
    site     text NOT NULL CHECK (site ~ '^[0-9]{6}$'),
    code     text NOT NULL CHECK (code ~ '^[0-9A-Za-z_-]{1,12}$'),
    name     text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 20),
    starts   int NOT NULL CHECK (starts BETWEEN 0 AND 1439),
    ends     int NOT NULL,
    breaks   jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(breaks) = 'array'),
    active   boolean NOT NULL DEFAULT true,
    position int NOT NULL DEFAULT 0,
    PRIMARY KEY (site, code),
    CHECK (ends > starts AND ends - starts <= 1440)
);
CREATE UNIQUE INDEX shift_name ON shift (site, name) WHERE active;

-- When somebody counts as late or absent; a site without a row has the defaults.
CREATE TABLE rule (
    site      text PRIMARY KEY CHECK (site ~ '^[0-9]{6}$'),
    tolerance int NOT NULL CHECK (tolerance BETWEEN 0 AND 120), -- minutes
    absent    int NOT NULL CHECK (absent BETWEEN 1 AND 720),    -- minutes after the begin
    CHECK (absent >= tolerance)
);

CREATE TABLE leave_kind (
    code     text PRIMARY KEY CHECK (code ~ '^[a-z_]{1,20}$'),
    name     text NOT NULL UNIQUE CHECK (name <> ''),
    name_en  text NOT NULL CHECK (name_en <> ''),
    position int NOT NULL
);
INSERT INTO leave_kind (code, name, name_en, position) VALUES
    ('annual',   '年假', 'Annual leave',   1),
    ('sick',     '病假', 'Sick leave',     2),
    ('personal', '事假', 'Personal leave', 3),
    ('lieu',     '补休', 'Time in lieu',   4),
    ('other',    '其他假', 'Other leave',  5);

-- 排班. The moments are kept beside the shift, so that a change of the shift
-- does not rewrite the past. That nobody has two at once is checked under a
-- lock of the person (put.go).
CREATE TABLE assignment (
    site   text NOT NULL,
    person text NOT NULL CHECK (person ~ '^[0-9A-Za-z]{2,16}$'),
    date   date NOT NULL,
    shift  text NOT NULL,
    starts timestamptz NOT NULL,
    ends   timestamptz NOT NULL CHECK (ends > starts),
    PRIMARY KEY (site, person, date, shift),
    FOREIGN KEY (site, shift) REFERENCES shift
);
CREATE INDEX assignment_day ON assignment (site, date);
CREATE INDEX assignment_time ON assignment (site, ends, starts);

-- 请假, whole days.
CREATE TABLE leave (
    site   text NOT NULL,
    person text NOT NULL CHECK (person ~ '^[0-9A-Za-z]{2,16}$'),
    date   date NOT NULL,
    kind   text NOT NULL REFERENCES leave_kind,
    PRIMARY KEY (site, person, date)
);
CREATE INDEX leave_day ON leave (site, date);

-- Who changed whose day, from what to what.
CREATE TABLE change (
    id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    site   text NOT NULL,
    person text NOT NULL,
    date   date NOT NULL,
    at     timestamptz NOT NULL,
    by     text NOT NULL,
    reason text NOT NULL DEFAULT '' CHECK (char_length(reason) <= 200),
    before jsonb NOT NULL,
    after  jsonb NOT NULL
);
CREATE INDEX change_day ON change (site, person, date, id);

-- +goose Down
DROP TABLE change, leave, assignment, leave_kind, rule, shift;
