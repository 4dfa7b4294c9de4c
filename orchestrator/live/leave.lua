-- Takes a caller out of a queue, unless it waits in another one by now.
-- KEYS  1 queue  2 places  3 placed  4 changes
-- ARGV  1 call  2 queue
-- Result  "ok", whether it was there or not.
if redis.call('HGET', KEYS[3], ARGV[1]) == ARGV[2] then
  redis.call('ZREM', KEYS[1], ARGV[1])
  redis.call('HDEL', KEYS[2], ARGV[1])
  redis.call('HDEL', KEYS[3], ARGV[1])
  redis.call('PUBLISH', KEYS[4], 'queue ' .. ARGV[2])
end
return 'ok'
