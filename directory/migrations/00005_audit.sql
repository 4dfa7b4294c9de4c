-- +goose Up

-- Who did what with accounts and with what is confidential. Kept at least six
-- months (GB/T 22239-2019, level 2). It only grows: nobody changes or removes
-- a row, not even we; retention is a task of the database's owner, who must
-- drop the trigger knowingly.
CREATE TABLE audit (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL,
    person  text NOT NULL,                             -- who; may be unknown to us
    action  text NOT NULL CHECK (action ~ '^[a-z_]+$'),
    subject text NOT NULL DEFAULT '' CHECK (length(subject) <= 200),
    reason  text NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
    CHECK (action <> 'reveal' OR (subject <> '' AND reason <> ''))
);
CREATE INDEX ON audit (at);
CREATE INDEX ON audit (person, at);

-- +goose StatementBegin
CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log only grows' USING ERRCODE = 'insufficient_privilege';
END $$;
-- +goose StatementEnd
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();

-- +goose Down
DROP TABLE audit;
DROP FUNCTION audit_only_grows;
