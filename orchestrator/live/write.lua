-- Sets or removes one field of a hash and tells everybody (calls, lines).
-- KEYS  1 the hash  2 changes
-- ARGV  1 field  2 JSON, or "" to remove it  3 what to tell
-- Result  "ok". Writing what is there already tells nobody.
if ARGV[2] == '' then
  if redis.call('HDEL', KEYS[1], ARGV[1]) == 1 then
    redis.call('PUBLISH', KEYS[2], ARGV[3])
  end
elseif redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
  redis.call('PUBLISH', KEYS[2], ARGV[3])
end
return 'ok'
