-- Adds to a call's record what one fact tells; makes the record if it is new.
-- Empty texts and NULLs tell nothing. Of moments that mark a beginning the
-- earliest counts, of those that mark an end the latest.
INSERT INTO calls.record AS r (id, site, arrived_at,
    trunk, called, caller, caller_name, area, flow, path, language, queue, skills,
    queued_at, first_offered_at, answered_at, talk_ended_at, ended_at,
    agent, result, rating, cause, ended_by, recording, offers)
VALUES ($1, $2, $3,
    $4, $5, $6, $7, $8, $9, $10, $11, $12, coalesce($13::text[], '{}'),
    $14, $15, $16, $17, $18,
    $19, $20, $21, $22, $23, $24,
    (SELECT count(*) FROM calls.leg WHERE call_id = $1 AND kind = 'agent'))
ON CONFLICT (id) DO UPDATE SET
    arrived_at       = least(r.arrived_at, excluded.arrived_at),
    trunk            = coalesce(nullif(excluded.trunk, ''), r.trunk),
    called           = coalesce(nullif(excluded.called, ''), r.called),
    caller           = coalesce(nullif(excluded.caller, ''), r.caller),
    caller_name      = coalesce(nullif(excluded.caller_name, ''), r.caller_name),
    area             = coalesce(nullif(excluded.area, ''), r.area),
    flow             = coalesce(nullif(excluded.flow, ''), r.flow),
    path             = coalesce(nullif(excluded.path, ''), r.path),
    language         = coalesce(nullif(excluded.language, ''), r.language),
    queue            = coalesce(nullif(excluded.queue, ''), r.queue),
    skills           = coalesce($13::text[], r.skills),
    queued_at        = least(r.queued_at, excluded.queued_at),
    first_offered_at = least(r.first_offered_at, excluded.first_offered_at),
    answered_at      = least(r.answered_at, excluded.answered_at),
    talk_ended_at    = greatest(r.talk_ended_at, excluded.talk_ended_at),
    ended_at         = greatest(r.ended_at, excluded.ended_at),
    agent            = coalesce(nullif(excluded.agent, ''), r.agent),
    result           = coalesce(nullif(excluded.result, ''), r.result),
    rating           = coalesce(excluded.rating, r.rating),
    cause            = coalesce(nullif(excluded.cause, ''), r.cause),
    ended_by         = coalesce(nullif(excluded.ended_by, ''), r.ended_by),
    recording        = coalesce(nullif(excluded.recording, ''), r.recording),
    offers           = excluded.offers
