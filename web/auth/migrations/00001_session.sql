-- +goose Up
CREATE TABLE session (
    token_hash bytea PRIMARY KEY,           -- SHA-256 of the cookie's value
    person     text        NOT NULL,        -- employee number
    created_at timestamptz NOT NULL,
    active_at  timestamptz NOT NULL,        -- last sign of life of the person
    ends_at    timestamptz NOT NULL,        -- whatever happens, not later than this
    address    text        NOT NULL,
    agent      text        NOT NULL,        -- the browser, as it calls itself
    CHECK (octet_length(token_hash) = 32),
    CHECK (ends_at > created_at)
);
CREATE INDEX session_person ON session (person);
CREATE INDEX session_ends ON session (ends_at);

-- +goose Down
DROP TABLE session;
