-- +goose Up

-- Code tables: data that an operator may change. The digits of the channels are
-- our default; the official coding could not be read.
CREATE TABLE business_type (
    code          text PRIMARY KEY CHECK (code ~ '^[a-z_]{1,40}$'),
    name          text NOT NULL CHECK (name <> ''),
    name_en       text NOT NULL DEFAULT '',
    needs_subject boolean NOT NULL DEFAULT false,
    active        boolean NOT NULL DEFAULT true,
    place         int NOT NULL
);
INSERT INTO business_type (code, name, name_en, needs_subject, place) VALUES
    ('complaint',  '投诉举报', 'Complaint',  true,  1),
    ('inquiry',    '信息咨询', 'Inquiry',    false, 2),
    ('suggestion', '意见建议', 'Suggestion', false, 3),
    ('help',       '求助',     'Help',       false, 4);

CREATE TABLE channel (
    code    text PRIMARY KEY CHECK (code ~ '^[a-z0-9_]{1,40}$'),
    digits  text NOT NULL UNIQUE CHECK (digits ~ '^[0-9]{2}$'),
    name    text NOT NULL CHECK (name <> ''),
    name_en text NOT NULL DEFAULT '',
    active  boolean NOT NULL DEFAULT true,
    place   int NOT NULL
);
INSERT INTO channel (code, digits, name, name_en, place) VALUES
    ('phone',    '01', '12328电话', '12328 telephone', 1),
    ('website',  '02', '网站',      'Website',         2),
    ('wechat',   '03', '微信',      'WeChat',          3),
    ('weibo',    '04', '微博',      'Weibo',           4),
    ('app',      '05', 'APP',       'App',             5),
    ('sms',      '06', '短信',      'Text message',    6),
    ('email',    '07', '电子邮件',  'E-mail',          7),
    ('fax',      '08', '传真',      'Fax',             8),
    ('from_12345', '09', '12345转办', 'From 12345',    9),
    ('superior', '10', '上级交办',  'From above',      10),
    ('visit',    '11', '来信来访',  'Letter or visit', 11),
    ('other',    '99', '其他',      'Other',           99);

CREATE TABLE ticket (
    id               uuid PRIMARY KEY,
    number           text UNIQUE CHECK (number ~ '^[0-9]{22}(-[0-9]{2})?$'),
    site             text NOT NULL CHECK (site ~ '^[0-9]{6}$'),
    state            text NOT NULL CHECK (state IN (
                         'draft', 'review', 'dispatch', 'sign', 'handling', 'reply_review', 'done', 'follow_up', 'archived',
                         'approval', 'transferred', 'split', 'merged', 'not_accepted', 'cancelled')),
    rev              bigint NOT NULL DEFAULT 1,
    root             uuid REFERENCES ticket,
    parent           uuid REFERENCES ticket CHECK (parent <> id),
    origin_system    text NOT NULL DEFAULT '',
    origin_number    text NOT NULL DEFAULT '',

    -- what a person fills in; the limits are those of text.go
    business_type    text REFERENCES business_type,
    category         text NOT NULL CHECK (char_length(category) <= 100),
    category_version text NOT NULL DEFAULT '',
    channel          text NOT NULL REFERENCES channel,
    urgency          text NOT NULL CHECK (urgency IN ('normal', 'urgent', 'critical')),
    tags             text[] NOT NULL CHECK (cardinality(tags) <= 50),
    knowledge        text[] NOT NULL CHECK (cardinality(knowledge) <= 50),
    title            text NOT NULL CHECK (char_length(title) <= 200),
    content          text NOT NULL CHECK (char_length(content) <= 10000),
    demand           text NOT NULL CHECK (char_length(demand) <= 2000),
    attachments      jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(attachments) = 'array'),

    caller_name      text NOT NULL CHECK (char_length(caller_name) <= 50),
    caller_sex       text NOT NULL CHECK (caller_sex IN ('', 'male', 'female')),
    caller_language  text NOT NULL CHECK (char_length(caller_language) <= 50),
    contact_number   text NOT NULL CHECK (char_length(contact_number) <= 32),
    anonymous        boolean NOT NULL,
    confidential     boolean NOT NULL,
    -- the number called from, as the switch told it; the keys are the numbers
    -- in the one form in which they can be compared (number.go)
    caller_number    text NOT NULL CHECK (char_length(caller_number) <= 256),
    caller_key       text NOT NULL,
    contact_key      text NOT NULL,

    subject_unit     text NOT NULL CHECK (char_length(subject_unit) <= 100),
    subject_plate    text NOT NULL CHECK (char_length(subject_plate) <= 100),
    subject_line     text NOT NULL CHECK (char_length(subject_line) <= 100),
    subject_time     timestamptz,
    subject_region   text NOT NULL CHECK (char_length(subject_region) <= 100),
    subject_address  text NOT NULL CHECK (char_length(subject_address) <= 200),
    longitude        double precision CHECK (longitude BETWEEN -180 AND 180),
    latitude         double precision CHECK (latitude BETWEEN -90 AND 90),

    -- handling
    instant          boolean NOT NULL DEFAULT false,
    step             text NOT NULL DEFAULT '',
    organisation     text NOT NULL DEFAULT '',
    person           text NOT NULL DEFAULT '',
    asked            text,
    asked_from       text,
    sign_by          timestamptz,
    contact_by       timestamptz,
    reply_by         timestamptz,
    finish_by        timestamptz,
    follow_up_by     timestamptz,
    first_finish_by  timestamptz,
    extended         int NOT NULL DEFAULT 0 CHECK (extended >= 0),
    returned         int NOT NULL DEFAULT 0 CHECK (returned >= 0),
    redone           int NOT NULL DEFAULT 0 CHECK (redone >= 0),
    urged            int NOT NULL DEFAULT 0 CHECK (urged >= 0),
    supervised       int NOT NULL DEFAULT 0 CHECK (supervised >= 0),

    reply            jsonb CHECK (jsonb_typeof(reply) = 'object'),
    public_reply     text NOT NULL DEFAULT '' CHECK (char_length(public_reply) <= 10000),
    valid            boolean,
    invalid_reason   text NOT NULL DEFAULT '',
    rating_agent     smallint CHECK (rating_agent BETWEEN 1 AND 3),
    rating_unit      smallint CHECK (rating_unit BETWEEN 1 AND 3),
    rating_result    smallint CHECK (rating_result BETWEEN 1 AND 3),

    first_call       text CHECK (char_length(first_call) BETWEEN 1 AND 64),
    owner            text NOT NULL CHECK (owner <> ''),
    accepted_at      timestamptz,
    accepted_by      text NOT NULL DEFAULT '',
    created_at       timestamptz NOT NULL DEFAULT now(),
    changed_at       timestamptz NOT NULL DEFAULT now(),
    changed_by       text NOT NULL,

    -- the number comes with the registration and with nothing else; a
    -- registered ticket may go back to draft (review rejects it) and keeps it
    CHECK ((number IS NULL) = (accepted_at IS NULL)),
    CHECK ((number IS NULL) = (accepted_by = '')),
    CHECK ((number IS NULL) = (valid IS NULL)),
    CHECK (number IS NOT NULL OR state IN ('draft', 'cancelled')),
    CHECK (state IN ('draft', 'cancelled') OR (business_type IS NOT NULL AND category <> '' AND category_version <> '' AND content <> '')),
    CHECK ((root IS NULL) = (parent IS NULL)),
    CHECK ((longitude IS NULL) = (latitude IS NULL)),
    CHECK ((state = 'approval') = (asked IS NOT NULL)),
    CHECK ((asked IS NULL) = (asked_from IS NULL)),
    CHECK (NOT instant OR public_reply <> ''),
    CHECK (valid IS NOT FALSE OR invalid_reason <> '')
);

-- One draft per call and person: asking again gives the same one.
CREATE UNIQUE INDEX ticket_one_draft ON ticket (first_call, owner) WHERE state = 'draft' AND first_call IS NOT NULL;
CREATE INDEX ticket_by_time ON ticket (site, created_at DESC, id DESC);
CREATE INDEX ticket_by_state ON ticket (site, state, created_at DESC);
CREATE INDEX ticket_by_caller ON ticket (site, caller_key) WHERE caller_key <> '';
CREATE INDEX ticket_by_contact ON ticket (site, contact_key) WHERE contact_key <> '';

-- Issued once, never changed.
-- +goose StatementBegin
CREATE FUNCTION keep_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the number of ticket % is issued and cannot be changed', OLD.id USING ERRCODE = 'check_violation';
END $$;
-- +goose StatementEnd
CREATE TRIGGER keep_number BEFORE UPDATE ON ticket FOR EACH ROW
    WHEN (OLD.number IS NOT NULL AND OLD.number IS DISTINCT FROM NEW.number) EXECUTE FUNCTION keep_number();

CREATE TABLE ticket_log (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ticket_id  uuid NOT NULL REFERENCES ticket,
    rev        bigint NOT NULL, -- of the ticket after it
    at         timestamptz NOT NULL,
    by_person  text NOT NULL CHECK (by_person <> ''),
    action     text NOT NULL CHECK (action <> ''),
    from_state text, -- null: the first line
    to_state   text NOT NULL,
    note       text NOT NULL DEFAULT '' CHECK (char_length(note) <= 2000),
    UNIQUE (ticket_id, rev)
);

CREATE TABLE ticket_call (
    ticket_id uuid NOT NULL REFERENCES ticket,
    call_id   text NOT NULL CHECK (char_length(call_id) BETWEEN 1 AND 64),
    linked_at timestamptz NOT NULL DEFAULT now(),
    linked_by text NOT NULL,
    PRIMARY KEY (ticket_id, call_id)
);
CREATE INDEX ticket_call_by_call ON ticket_call (call_id);

-- The last number issued of a site, day and channel.
CREATE TABLE number_sequence (
    site   text NOT NULL,
    day    date NOT NULL,
    digits text NOT NULL,
    last   int NOT NULL CHECK (last BETWEEN 1 AND 999999),
    PRIMARY KEY (site, day, digits)
);
