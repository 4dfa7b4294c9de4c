-- Prolongs a lease for whoever holds it, or gives it back.
-- KEYS  1 lease
-- ARGV  1 holder  2 ttl, ms; "0" gives it back
-- Result  "ok", or "lost": it is somebody else's or nobody's.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 'lost'
end
if ARGV[2] == '0' then
  redis.call('DEL', KEYS[1])
else
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 'ok'
