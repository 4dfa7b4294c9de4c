-- +goose Up

-- 业务分类 comes in versions, because the official table will replace ours.
CREATE TABLE category_set (
    version text PRIMARY KEY CHECK (version <> ''),
    source  text NOT NULL,
    current boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX one_current_category_set ON category_set (current) WHERE current;

CREATE TABLE category (
    version  text NOT NULL REFERENCES category_set,
    code     text NOT NULL CHECK (code ~ '^([0-9]{2})+$'),
    parent   text,
    name     text NOT NULL CHECK (name <> ''),
    name_en  text NOT NULL CHECK (name_en <> ''),
    in_scope boolean NOT NULL, -- false: we only tell whom to call
    referral text NOT NULL DEFAULT '',
    PRIMARY KEY (version, code),
    FOREIGN KEY (version, parent) REFERENCES category,
    -- A code begins with its parent's, two digits a level.
    CHECK (CASE WHEN length(code) = 2 THEN parent IS NULL
           ELSE parent IS NOT NULL AND parent = left(code, -2) END),
    CHECK (in_scope OR referral <> '')
);

CREATE TABLE category_mapping (
    from_version text NOT NULL,
    from_code    text NOT NULL,
    to_version   text NOT NULL,
    to_code      text NOT NULL,
    PRIMARY KEY (from_version, from_code, to_version),
    FOREIGN KEY (from_version, from_code) REFERENCES category,
    FOREIGN KEY (to_version, to_code) REFERENCES category,
    CHECK (from_version <> to_version)
);

-- Only days that differ from an ordinary week. site null: the whole country.
CREATE TABLE calendar_day (
    date date NOT NULL,
    site text REFERENCES site,
    kind text NOT NULL CHECK (kind IN ('holiday', 'work')),
    name text NOT NULL,
    UNIQUE NULLS NOT DISTINCT (date, site)
);

-- +goose Down
DROP TABLE calendar_day, category_mapping, category, category_set;
