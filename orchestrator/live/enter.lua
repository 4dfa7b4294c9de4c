-- Puts a caller at its place. Whoever waits elsewhere leaves there.
-- KEYS  1 queue  2 places  3 placed  4 changes
-- ARGV  1 call  2 queue  3 entered, ms  4 JSON  5 what the key of any queue begins with
-- Result  "ok". The same place again changes nothing and tells nobody.
local before = redis.call('HGET', KEYS[3], ARGV[1])
if before == ARGV[2] and redis.call('HGET', KEYS[2], ARGV[1]) == ARGV[4] then
  return 'ok'
end
if before and before ~= ARGV[2] then
  redis.call('ZREM', ARGV[5] .. before, ARGV[1])
  redis.call('PUBLISH', KEYS[4], 'queue ' .. before)
end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[4])
redis.call('HSET', KEYS[3], ARGV[1], ARGV[2])
redis.call('PUBLISH', KEYS[4], 'queue ' .. ARGV[2])
return 'ok'
