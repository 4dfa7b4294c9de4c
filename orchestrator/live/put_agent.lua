-- Writes an agent if it is newer than what is there, and keeps the ready ones.
-- KEYS  1 agents  2 revs  3 ready  4 changes
-- ARGV  1 agent  2 rev  3 JSON  4 "1": a caller may be offered  5 since, ms
-- Result  "ok", or "stale": the stored agent is as new or newer. The very same
--         agent again is "ok", so that whoever lost the answer may repeat.
local rev = redis.call('HGET', KEYS[2], ARGV[1])
if rev and tonumber(rev) >= tonumber(ARGV[2]) then
  if rev == ARGV[2] and redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[3] then
    return 'ok'
  end
  return 'stale'
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
if ARGV[4] == '1' then
  redis.call('ZADD', KEYS[3], ARGV[5], ARGV[1])
else
  redis.call('ZREM', KEYS[3], ARGV[1])
end
redis.call('PUBLISH', KEYS[4], 'agent ' .. ARGV[1])
return 'ok'
