-- Gives one waiting caller to one free agent, or changes nothing.
-- KEYS  1 born  2 epoch of the dispatcher  3 revs  4 ready  5 agents
--       6 queue  7 places  8 placed  9 offer  10 offers  11 fence  12 changes
-- ARGV  1 epoch of the asker  2 agent  3 rev expected  4 rev afterwards
--       5 agent afterwards, JSON without token  6 call  7 queue
--       8 offer, JSON without token  9 lease of the offer, ms
--       10 deadline, ms since 1970  11 nonce of this request  12 now, ms
-- Result  {"ok", token} or {"forgotten" | "fenced" | "taken" | "gone"}. The
--         same nonce again is answered as the first time.
if redis.call('HGET', KEYS[9], 'nonce') == ARGV[11] then
  return { 'ok', redis.call('HGET', KEYS[9], 'token') }
end
if redis.call('EXISTS', KEYS[1]) == 0 then
  return { 'forgotten' }
end
local epoch = redis.call('GET', KEYS[2])
if epoch and tonumber(epoch) > tonumber(ARGV[1]) then
  return { 'fenced' }
end
local rev = redis.call('HGET', KEYS[3], ARGV[2])
if not rev then
  return { 'forgotten' }
end
if rev ~= ARGV[3] or not redis.call('ZSCORE', KEYS[4], ARGV[2]) then
  return { 'taken' }
end
if not redis.call('ZSCORE', KEYS[6], ARGV[6]) then
  return { 'gone' }
end

if redis.call('EXISTS', KEYS[11]) == 0 then
  redis.call('SET', KEYS[11], ARGV[12])
end
redis.call('INCR', KEYS[11])
local token = redis.call('GET', KEYS[11])
-- The JSON comes as Go wrote it; decoding and encoding here would spoil large
-- numbers. The token goes in as the first member.
local function with_token(json)
  return '{"token":' .. token .. ',' .. string.sub(json, 2)
end
redis.call('ZREM', KEYS[6], ARGV[6])
redis.call('HDEL', KEYS[7], ARGV[6])
redis.call('HDEL', KEYS[8], ARGV[6])
redis.call('ZREM', KEYS[4], ARGV[2])
redis.call('HSET', KEYS[5], ARGV[2], with_token(ARGV[5]))
redis.call('HSET', KEYS[3], ARGV[2], ARGV[4])
redis.call('DEL', KEYS[9])
redis.call('HSET', KEYS[9], 'agent', ARGV[2], 'token', token, 'nonce', ARGV[11], 'json', with_token(ARGV[8]))
redis.call('PEXPIRE', KEYS[9], ARGV[9])
redis.call('ZREMRANGEBYSCORE', KEYS[10], '-inf', ARGV[12])
redis.call('ZADD', KEYS[10], ARGV[10], ARGV[6])
redis.call('PUBLISH', KEYS[12], 'agent ' .. ARGV[2])
redis.call('PUBLISH', KEYS[12], 'queue ' .. ARGV[7])
return { 'ok', token }
