-- Replaces everything live of a site. Leases and epochs stay; the fence never
-- falls below the tokens of the offers.
-- KEYS  1 born (the others are derived from the prefix: same hash tag)
-- ARGV  1 prefix of all keys of the site  2 the state, a JSON object of lists
--       whose members are all texts:
--         agents  [agent, rev, "1" when free, since ms, JSON]
--         places  [call, queue, entered ms, JSON]
--         offers  [call, agent, token, lease ms, deadline ms, JSON]
--         calls   [call, JSON]
--         lines   [trunk, JSON]
--       3 now, ms
-- Result  "ok"
local p, s = ARGV[1], cjson.decode(ARGV[2])
for _, queue in ipairs(redis.call('HVALS', p .. 'placed')) do
  redis.call('DEL', p .. 'queue:' .. queue)
end
for _, call in ipairs(redis.call('ZRANGE', p .. 'offers', 0, -1)) do
  redis.call('DEL', p .. 'offer:' .. call)
end
for _, name in ipairs({ 'agents', 'revs', 'ready', 'places', 'placed', 'offers', 'calls', 'lines' }) do
  redis.call('DEL', p .. name)
end
for _, a in ipairs(s.agents) do
  redis.call('HSET', p .. 'agents', a[1], a[5])
  redis.call('HSET', p .. 'revs', a[1], a[2])
  if a[3] == '1' then
    redis.call('ZADD', p .. 'ready', a[4], a[1])
  end
end
for _, w in ipairs(s.places) do
  redis.call('ZADD', p .. 'queue:' .. w[2], w[3], w[1])
  redis.call('HSET', p .. 'places', w[1], w[4])
  redis.call('HSET', p .. 'placed', w[1], w[2])
end
local fence = redis.call('GET', p .. 'fence') or ARGV[3]
for _, o in ipairs(s.offers) do
  local key = p .. 'offer:' .. o[1]
  redis.call('HSET', key, 'agent', o[2], 'token', o[3], 'nonce', '', 'json', o[6])
  redis.call('PEXPIRE', key, o[4])
  redis.call('ZADD', p .. 'offers', o[5], o[1])
  if tonumber(o[3]) > tonumber(fence) then
    fence = o[3]
  end
end
redis.call('SET', p .. 'fence', fence)
for _, c in ipairs(s.calls) do
  redis.call('HSET', p .. 'calls', c[1], c[2])
end
for _, l in ipairs(s.lines) do
  redis.call('HSET', p .. 'lines', l[1], l[2])
end
redis.call('SET', KEYS[1], '1')
redis.call('PUBLISH', p .. 'changes', 'reset')
return 'ok'
