-- Adds to one channel of a call what one fact tells, see record.sql.
INSERT INTO calls.leg AS l (call_id, channel, kind, agent, phone,
    started_at, ringing_at, answered_at, ended_at, outcome, cause)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (call_id, channel) DO UPDATE SET
    agent       = coalesce(nullif(excluded.agent, ''), l.agent),
    phone       = coalesce(nullif(excluded.phone, ''), l.phone),
    started_at  = least(l.started_at, excluded.started_at),
    ringing_at  = least(l.ringing_at, excluded.ringing_at),
    answered_at = least(l.answered_at, excluded.answered_at),
    ended_at    = greatest(l.ended_at, excluded.ended_at),
    outcome     = coalesce(nullif(excluded.outcome, ''), l.outcome),
    cause       = coalesce(nullif(excluded.cause, ''), l.cause)
