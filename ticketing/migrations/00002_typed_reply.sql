-- +goose Up

-- What was typed as the answer while the ticket was a draft. It becomes the
-- public reply with an action that answers the caller; until then nobody has
-- been told, whatever state the ticket is in.
ALTER TABLE ticket ADD COLUMN typed_reply text NOT NULL DEFAULT '' CHECK (char_length(typed_reply) <= 10000);
