-- +goose Up

-- VIP 名单 and 黑名单. An entry ends by itself at until, or is ended by hand;
-- either way it stays as history.
CREATE TABLE listed (
    id         uuid PRIMARY KEY,
    list       text NOT NULL CHECK (list IN ('vip', 'black')),
    number     text NOT NULL CHECK (number ~ '^\+?[0-9]{3,20}$'),
    prefix     boolean NOT NULL DEFAULT false, -- every number that begins so
    site       text REFERENCES site,           -- null: the whole node
    priority   int NOT NULL DEFAULT 0,
    reason     text NOT NULL CHECK (reason <> '' AND length(reason) <= 500),
    notes      text NOT NULL DEFAULT '' CHECK (length(notes) <= 500),
    from_at    timestamptz NOT NULL,
    until      timestamptz, -- null: for good
    added_by   text NOT NULL REFERENCES person,
    added_at   timestamptz NOT NULL,
    ended_at   timestamptz,
    ended_by   text REFERENCES person, -- null: ended by itself
    end_reason text NOT NULL DEFAULT '' CHECK (length(end_reason) <= 500),
    CHECK (until > from_at),
    CHECK (priority BETWEEN 1 AND 5 OR list = 'black' AND priority = 0)
);
CREATE UNIQUE INDEX one_entry_for_a_number ON listed (list, number, prefix, site) NULLS NOT DISTINCT WHERE ended_at IS NULL;
CREATE INDEX ON listed (number) WHERE ended_at IS NULL;

INSERT INTO listed (id, list, number, site, reason, from_at, until, added_by, added_at)
SELECT gen_random_uuid(), 'black', number, site, left(reason, 500), added_at, until, added_by, added_at FROM blacklist
WHERE number ~ '^\+?[0-9]{3,20}$';
DROP TABLE blacklist;

-- +goose Down
CREATE TABLE blacklist (
    number   text NOT NULL CHECK (number ~ '^[0-9+]{3,20}$'),
    site     text REFERENCES site,
    reason   text NOT NULL CHECK (reason <> ''),
    until    timestamptz,
    added_by text NOT NULL REFERENCES person,
    added_at timestamptz NOT NULL,
    UNIQUE NULLS NOT DISTINCT (number, site),
    CHECK (until > added_at)
);
INSERT INTO blacklist (number, site, reason, until, added_by, added_at)
SELECT number, site, reason, until, added_by, added_at FROM listed WHERE list = 'black' AND ended_at IS NULL AND NOT prefix;
DROP TABLE listed;
