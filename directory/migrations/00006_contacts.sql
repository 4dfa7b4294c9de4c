-- +goose Up

-- 联络号码: whom else an agent may tell a caller about, ask, or lead the caller
-- to. An entry is retired, never removed: records name it by its code.
CREATE TABLE contact (
    site       text NOT NULL REFERENCES site,
    code       text NOT NULL CHECK (code ~ '^[a-z0-9][a-z0-9_-]{0,31}$'),
    name       text NOT NULL CHECK (name <> '' AND length(name) <= 60),
    name_en    text NOT NULL DEFAULT '' CHECK (length(name_en) <= 100),
    kind       text NOT NULL CHECK (kind IN ('referral', 'site', 'level', 'mobile', 'other')),
    numbers    text[] NOT NULL DEFAULT '{}' CHECK (cardinality(numbers) <= 5), -- tried in this order
    trunk      text REFERENCES trunk,
    emergency  boolean NOT NULL DEFAULT false,
    told       boolean NOT NULL DEFAULT true,  -- the number may be told to callers
    transfer   boolean NOT NULL DEFAULT false, -- callers may be led to it
    words      text NOT NULL DEFAULT '' CHECK (length(words) <= 500),
    words_en   text NOT NULL DEFAULT '' CHECK (length(words_en) <= 500),
    category   text NOT NULL DEFAULT '' CHECK (category ~ '^([0-9]{2}){0,4}$'), -- what a referral is counted as
    position   int NOT NULL DEFAULT 0,
    active     boolean NOT NULL DEFAULT true,
    rev        int NOT NULL DEFAULT 1,
    changed_at timestamptz NOT NULL,
    changed_by text NOT NULL DEFAULT '', -- employee number; empty: came with the program
    PRIMARY KEY (site, code),
    CHECK (NOT active OR cardinality(numbers) > 0)
);

CREATE TABLE contact_log (
    site   text NOT NULL,
    code   text NOT NULL,
    rev    int NOT NULL,
    at     timestamptz NOT NULL,
    person text NOT NULL,
    action text NOT NULL CHECK (action IN ('add', 'change', 'retire')),
    body   jsonb NOT NULL,
    PRIMARY KEY (site, code, rev),
    FOREIGN KEY (site, code) REFERENCES contact
);

-- 转办告知 is counted as business: once for each call and contact. It is
-- written from facts, which may come twice and must never be refused.
CREATE TABLE referral (
    call  text NOT NULL,
    code  text NOT NULL,
    site  text NOT NULL,
    agent text NOT NULL, -- empty: the flow
    how   text NOT NULL CHECK (how IN ('told', 'transfer')),
    at    timestamptz NOT NULL,
    PRIMARY KEY (call, code)
);
CREATE INDEX ON referral (site, at);

-- For whoever signs in at a mobile telephone.
ALTER TABLE person ADD COLUMN mobile text NOT NULL DEFAULT '' CHECK (mobile ~ '^(1[3-9][0-9]{9})?$');

-- +goose Down
ALTER TABLE person DROP COLUMN mobile;
DROP TABLE referral, contact_log, contact;
