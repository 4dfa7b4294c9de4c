-- Removes the offer of a call, if it is still the one meant.
-- KEYS  1 offer  2 offers  3 changes
-- ARGV  1 token  2 call
-- Result  "ok" (also when there is none any more), or "stale": a newer offer
--         of the call is out.
local token = redis.call('HGET', KEYS[1], 'token')
if token and token ~= ARGV[1] then
  return 'stale'
end
redis.call('DEL', KEYS[1])
if redis.call('ZREM', KEYS[2], ARGV[2]) == 1 then
  redis.call('PUBLISH', KEYS[3], 'call ' .. ARGV[2])
end
return 'ok'
