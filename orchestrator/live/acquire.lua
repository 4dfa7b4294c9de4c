-- Takes a lease if nobody else holds it.
-- KEYS  1 lease  2 epoch
-- ARGV  1 holder  2 ttl, ms  3 now, ms
-- Result  {"ok", epoch}, or {"held", epoch of who holds it}. Whoever holds it
--         already keeps its epoch; everybody else gets a new, larger one.
local holder = redis.call('GET', KEYS[1])
if holder == ARGV[1] and redis.call('EXISTS', KEYS[2]) == 1 then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return { 'ok', redis.call('GET', KEYS[2]) }
end
if holder and holder ~= ARGV[1] then
  return { 'held', redis.call('GET', KEYS[2]) or '0' }
end
if redis.call('EXISTS', KEYS[2]) == 0 then
  redis.call('SET', KEYS[2], ARGV[3])
end
redis.call('INCR', KEYS[2])
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return { 'ok', redis.call('GET', KEYS[2]) }
