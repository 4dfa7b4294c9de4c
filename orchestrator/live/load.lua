-- Reads everything live of a site at one moment.
-- KEYS  1 agents  2 places  3 offers  4 calls  5 lines
-- ARGV  1 what the key of any offer begins with
-- Result  {agents, places, offers, calls, lines}: lists of JSON, except calls,
--         where each JSON follows its id. Offers whose lease is over are left out.
local offers = {}
for _, call in ipairs(redis.call('ZRANGE', KEYS[3], 0, -1)) do
  local json = redis.call('HGET', ARGV[1] .. call, 'json')
  if json then
    offers[#offers + 1] = json
  end
end
-- In pairs under either protocol: HGETALL inside a script is always a list.
return {
  redis.call('HVALS', KEYS[1]),
  redis.call('HVALS', KEYS[2]),
  offers,
  redis.call('HGETALL', KEYS[4]),
  redis.call('HVALS', KEYS[5]),
}
