-- +goose Up

-- A line group to a carrier. Its secrets must be readable: SIP needs them.
CREATE TABLE trunk (
    id                text PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9-]{2,32}$'),
    name              text NOT NULL CHECK (name <> ''),
    match             cidr[] NOT NULL DEFAULT '{}', -- requests from here belong to it
    server            text NOT NULL DEFAULT '',     -- host:port calls go out to
    register_server   text,
    register_user     text,
    register_password text,
    inbound_user      text UNIQUE, -- set: the far side registers with us
    inbound_secret    text,
    max_channels      int NOT NULL DEFAULT 30 CHECK (max_channels > 0),
    active            boolean NOT NULL DEFAULT true,
    CHECK (num_nulls(register_server, register_user, register_password) IN (0, 3)),
    CHECK ((inbound_user IS NULL) = (inbound_secret IS NULL)),
    -- A trunk that nothing identifies would never carry a call.
    CHECK (cardinality(match) > 0 OR register_server IS NOT NULL OR inbound_user IS NOT NULL)
);

-- What was dialled leads to a site and a flow. Empty matches anything.
CREATE TABLE number_route (
    number    text NOT NULL DEFAULT '' CHECK (number ~ '^[0-9]{0,20}$'),
    area_code text NOT NULL DEFAULT '' CHECK (area_code ~ '^(0[1-9][0-9]{1,2})?$'),
    trunk     text REFERENCES trunk,
    site      text NOT NULL REFERENCES site,
    flow      text NOT NULL CHECK (flow ~ '^[a-z0-9-]+$'),
    UNIQUE NULLS NOT DISTINCT (number, area_code, trunk),
    CHECK (number <> '' OR area_code <> '' OR trunk IS NOT NULL)
);

CREATE TABLE queue (
    site             text NOT NULL REFERENCES site,
    code             text NOT NULL CHECK (code ~ '^[a-z0-9_]+$'),
    name             text NOT NULL CHECK (name <> ''),
    music            text NOT NULL DEFAULT '',
    announce_seconds int NOT NULL DEFAULT 30 CHECK (announce_seconds = 0 OR announce_seconds BETWEEN 10 AND 600),
    ring_seconds     int NOT NULL DEFAULT 20 CHECK (ring_seconds BETWEEN 5 AND 120),
    wrap_up_seconds  int NOT NULL DEFAULT 30 CHECK (wrap_up_seconds BETWEEN 0 AND 1800),
    position         int NOT NULL DEFAULT 0,
    PRIMARY KEY (site, code)
);

-- Who takes calls of the queue: agents with all these skills.
CREATE TABLE queue_skill (
    site      text NOT NULL,
    queue     text NOT NULL,
    skill     text NOT NULL REFERENCES skill,
    min_level int NOT NULL DEFAULT 1 CHECK (min_level BETWEEN 1 AND 10),
    PRIMARY KEY (site, queue, skill),
    FOREIGN KEY (site, queue) REFERENCES queue ON DELETE CASCADE
);

-- by_system: given by the engine when a phone was not answered, never chosen.
CREATE TABLE not_ready_reason (
    code      text PRIMARY KEY CHECK (code ~ '^[a-z0-9_]+$'),
    name      text NOT NULL CHECK (name <> ''),
    name_en   text NOT NULL CHECK (name_en <> ''),
    planned   boolean NOT NULL DEFAULT false,
    by_system boolean NOT NULL DEFAULT false,
    position  int NOT NULL DEFAULT 0
);

-- site null: the whole node.
CREATE TABLE blacklist (
    number   text NOT NULL CHECK (number ~ '^[0-9+]{3,20}$'),
    site     text REFERENCES site,
    reason   text NOT NULL CHECK (reason <> ''),
    until    timestamptz, -- null: for good
    added_by text NOT NULL REFERENCES person,
    added_at timestamptz NOT NULL,
    UNIQUE NULLS NOT DISTINCT (number, site),
    CHECK (until > added_at)
);

-- +goose Down
DROP TABLE blacklist, not_ready_reason, queue_skill, queue, number_route, trunk;
