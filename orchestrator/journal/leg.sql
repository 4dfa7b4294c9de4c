-- Adds to one channel of a call what one fact tells, see record.sql. Only the
-- fact that made the channel ($14) is sure of its kind.
INSERT INTO calls.leg AS l (call_id, channel, kind, agent, phone,
    started_at, ringing_at, answered_at, ended_at, outcome, cause, purpose, number)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (call_id, channel) DO UPDATE SET
    kind        = CASE WHEN $14 THEN excluded.kind ELSE l.kind END,
    agent       = coalesce(nullif(excluded.agent, ''), l.agent),
    phone       = coalesce(nullif(excluded.phone, ''), l.phone),
    started_at  = least(l.started_at, excluded.started_at),
    ringing_at  = least(l.ringing_at, excluded.ringing_at),
    answered_at = least(l.answered_at, excluded.answered_at),
    ended_at    = greatest(l.ended_at, excluded.ended_at),
    outcome     = coalesce(nullif(excluded.outcome, ''), l.outcome),
    cause       = coalesce(nullif(excluded.cause, ''), l.cause),
    purpose     = coalesce(nullif(excluded.purpose, ''), l.purpose),
    number      = coalesce(nullif(excluded.number, ''), l.number)
