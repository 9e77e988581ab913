/**
 * Appends events to a run's stream in one step: refuses a command seen before, refuses a version other than the one decided on, and
 * leaves a mark for the dispatcher in the same breath, so that a crash after it loses nothing.
 *
 * KEYS: stream, applied commands, undispatched, recent, active, threads
 * ARGV: runId, expected version, command id or '', epoch ms, '1' when active, thread key or '', events as JSON …
 */
export const APPEND = `
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local version = 0
if #last > 0 then version = tonumber(string.match(last[1][1], '^(%d+)')) end
if ARGV[3] ~= '' and redis.call('SISMEMBER', KEYS[2], ARGV[3]) == 1 then return 'duplicate' end
if version ~= tonumber(ARGV[2]) then return 'conflict' end
for i = 7, #ARGV do
  version = version + 1
  redis.call('XADD', KEYS[1], version .. '-0', 'e', ARGV[i])
end
if ARGV[3] ~= '' then redis.call('SADD', KEYS[2], ARGV[3]) end
if #ARGV >= 7 then
  redis.call('HSET', KEYS[3], ARGV[1], version)
  redis.call('ZADD', KEYS[4], 'NX', ARGV[4], ARGV[1])
  if ARGV[5] == '1' then redis.call('SADD', KEYS[5], ARGV[1]) else redis.call('SREM', KEYS[5], ARGV[1]) end
  if ARGV[6] ~= '' then redis.call('HSET', KEYS[6], ARGV[6], ARGV[1]) end
end
return 'appended'
`;

/** KEYS: undispatched. ARGV: runId, version. Clears the mark unless newer events came meanwhile. */
export const MARK_DISPATCHED = `
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HDEL', KEYS[1], ARGV[1]) end
return 1
`;
