-- A new draft, its first line of history and its call, unless the person has a
-- draft for that call already.
WITH made AS (
    INSERT INTO ticketing.ticket (
        id, site, state, first_call, owner, changed_by, caller_number, caller_key,
        business_type, category, channel, urgency, tags, knowledge, title, content, demand, typed_reply,
        caller_name, caller_sex, caller_language, contact_number, contact_key, anonymous, confidential,
        subject_unit, subject_plate, subject_line, subject_time, subject_region, subject_address, longitude, latitude)
    VALUES (
        @id, @site, 'draft', @call, @owner, @owner, @caller_number, @caller_key,
        @business_type, @category, @channel, @urgency, @tags, @knowledge, @title, @content, @demand, @typed_reply,
        @caller_name, @caller_sex, @caller_language, @contact_number, @contact_key, @anonymous, @confidential,
        @subject_unit, @subject_plate, @subject_line, @subject_time, @subject_region, @subject_address, @longitude, @latitude)
    ON CONFLICT (first_call, owner) WHERE state = 'draft' AND first_call IS NOT NULL DO NOTHING
    RETURNING id, rev, first_call, owner, created_at),
logged AS (
    INSERT INTO ticketing.ticket_log (ticket_id, rev, at, by_person, action, to_state)
    SELECT id, rev, created_at, owner, 'draft', 'draft' FROM made)
INSERT INTO ticketing.ticket_call (ticket_id, call_id, linked_at, linked_by)
SELECT id, first_call, created_at, owner FROM made WHERE first_call IS NOT NULL
