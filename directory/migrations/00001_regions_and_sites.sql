-- +goose Up

-- 行政区划. Codes follow GB/T 2260; 000000 is the nation, 660000 the 兵团.
CREATE TABLE region (
    code          text PRIMARY KEY CHECK (code ~ '^[0-9]{6}$'),
    name          text NOT NULL CHECK (name <> ''),
    level         text NOT NULL CHECK (level IN ('nation', 'province', 'city', 'county')),
    parent        text REFERENCES region CHECK (parent <> code),
    domain_prefix text UNIQUE CHECK (domain_prefix ~ '^[a-z0-9-]+$'),
    languages     text[] NOT NULL DEFAULT '{}',
    CHECK ((level = 'nation') = (parent IS NULL))
);

-- Cities share area codes (0731), and a city may have several.
CREATE TABLE region_area_code (
    region    text NOT NULL REFERENCES region ON DELETE CASCADE,
    area_code text NOT NULL CHECK (area_code ~ '^0[1-9][0-9]{1,2}$'),
    PRIMARY KEY (area_code, region)
);

-- A region's hotline with its own numbers, queues, agents and tickets.
CREATE TABLE site (
    code        text PRIMARY KEY REFERENCES region,
    name        text NOT NULL CHECK (name <> ''),
    area_code   text NOT NULL CHECK (area_code ~ '^0[1-9][0-9]{1,2}$'),
    time_zone   text NOT NULL DEFAULT 'Asia/Shanghai',
    always_open boolean NOT NULL DEFAULT true,
    opening     jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(opening) = 'object'),
    flow        text NOT NULL CHECK (flow ~ '^[a-z0-9-]+$')
);

-- 机构. The kinds: 主管部门, 内设机构, 直属单位, 派出机构, 企事业单位, 货运平台.
CREATE TABLE organisation (
    id      text PRIMARY KEY CHECK (id <> ''),
    parent  text REFERENCES organisation CHECK (parent <> id),
    kind    text NOT NULL CHECK (kind IN ('authority', 'department', 'affiliated', 'branch', 'enterprise', 'freight_platform')),
    name    text NOT NULL CHECK (name <> ''),
    region  text NOT NULL REFERENCES region,
    domains text[] NOT NULL DEFAULT '{}', -- codes of business domains it handles
    contact text NOT NULL DEFAULT '',
    phone   text NOT NULL DEFAULT ''
);
CREATE INDEX ON organisation (parent);
CREATE INDEX ON organisation (region);

-- +goose Down
DROP TABLE organisation, site, region_area_code, region;
