-- One move: the ticket and its line of history, or nothing when somebody else
-- was faster. A ticket that is registered gets its number here: the sequence is
-- raised only for one that has none.
WITH issued AS (
    INSERT INTO ticketing.number_sequence AS n (site, day, digits, last)
    SELECT t.site, @day::date, c.digits, 1
    FROM ticketing.ticket t JOIN ticketing.channel c ON c.code = t.channel
    WHERE @registers::boolean AND t.id = @id AND t.rev = @rev AND t.number IS NULL
    ON CONFLICT (site, day, digits) DO UPDATE SET last = n.last + 1
    RETURNING n.digits || lpad(n.last::text, 6, '0') AS tail),
moved AS (
    UPDATE ticketing.ticket SET
        state = @to, rev = rev + 1, changed_at = @now, changed_by = @by,
        number = coalesce(number, @head || (SELECT tail FROM issued)),
        title = @title, category_version = @category_version, instant = @instant, valid = @valid,
        accepted_at = @accepted_at, accepted_by = @accepted_by,
        reply = @reply::jsonb, public_reply = @public_reply, typed_reply = @typed_reply
    WHERE id = @id AND rev = @rev AND state = @from
    RETURNING id, rev)
INSERT INTO ticketing.ticket_log (ticket_id, rev, at, by_person, action, from_state, to_state, note)
SELECT id, rev, @now, @by, @action, @from, @to, @note FROM moved
