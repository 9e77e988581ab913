/**
 * The fixed part of every job script: POSIX sh without any text from outside. It keeps the records beside the payload:
 * `job.id` here or `lock.<token>` under Slurm (who runs it), `started`, `heartbeat` (epoch, peak RSS in KiB), `exit.json` (always, atomically), `job.log`.
 *
 * wrapper.ts writes the first part: it sets folder, workdir, token, scheduler, time_limit, memory_limit_kb, watch_seconds,
 * grace_seconds, cpus and sandbox, defines payload_environment and prepare_payload, and puts the payload into $@.
 */
export const WRAPPER_BODY = `
set -u
cd "$folder" || exit 125
setsid=$(command -v setsid) || { echo 'reprobot: setsid (util-linux) is not on this machine' >>job.log; exit 125; }
read -r boot </proc/sys/kernel/random/boot_id
read -r stat </proc/$$/stat
start_ticks=$(printf '%s\\n' "\${stat##*) }" | cut -d' ' -f20)
if [ "$scheduler" = slurm ]; then own_id="$SLURM_JOB_ID"; else own_id="$$.$start_ticks"; fi
restart="\${SLURM_RESTART_COUNT:-0}"

began=$(date +%s)
if [ "$scheduler" = local ]; then
  lock=job.id claim="claim.$own_id"
  echo "$$ $start_ticks $boot $began" >"$claim"
else
  lock="lock.$token" claim="$own_id"
fi
# A symbolic link is made with its content in one step, so two starts can never both win; a requeue keeps its id and goes on.
if ! ln -s "$claim" "$lock" 2>/dev/null && [ "$(readlink "$lock")" != "$claim" ]; then
  echo "reprobot: $token was already started ($(readlink "$lock")); this start does nothing" >>job.log
  [ "$scheduler" = slurm ] || rm -f "$claim"
  exit 0
fi

write_record() { cat >"$1.tmp" && mv -f "$1.tmp" "$1"; }

rm -f exit.json stop-reason peak
echo "$began $(uname -n) $$ $restart $own_id $limit_seconds" | write_record started
echo "$began 0" | write_record heartbeat

list_sandboxed() { # what runs inside the sandbox: all that descends from it, which has a session of its own
  ps -eo pid=,ppid=,comm= | awk -v root="$payload" '
    { parent[$1] = $2; name[$1] = $3 }
    END {
      mine[root] = 1
      do { grew = 0; for (p in parent) if (!mine[p] && mine[parent[p]]) { mine[p] = 1; grew = 1 } } while (grew)
      for (p in mine) if (mine[p] && p != root && name[p] != "bwrap") print p
    }'
}

signal_payload() {
  # Bubblewrap would die of TERM and take the payload with it at once; inside the sandbox only the payload is asked to end.
  if [ "$1" = TERM ] && [ "$sandbox" = on ] && command -v ps >/dev/null; then
    list_sandboxed | xargs -r kill -s TERM 2>/dev/null
  else
    kill -s "$1" -- "-$payload" 2>/dev/null || kill -s "$1" "$payload" 2>/dev/null
  fi
}

stop_payload() { # reason, signal
  [ -f stop-reason ] || echo "$1" | write_record stop-reason
  signal_payload "$2"
}

measure_kb() { # RSS of the payload, everything that descends from it and everything in its session
  ps -eo pid=,ppid=,sid=,rss= | awk -v root="$payload" '
    { parent[$1] = $2; rss[$1] = $4; mine[$1] = ($1 == root || $3 == root) }
    END {
      do { grew = 0; for (p in parent) if (!mine[p] && mine[parent[p]]) { mine[p] = 1; grew = 1 } } while (grew)
      for (p in rss) if (mine[p]) sum += rss[p]
      print sum + 0
    }'
}

watch_payload() {
  peak=0 beat_at=0 stop_at=0
  while :; do
    if ! kill -0 $$ 2>/dev/null || [ ! -d "$folder" ]; then
      # Nobody is left to hold the payload to its limits, or no place to write down how it ends.
      signal_payload KILL
      exit
    fi
    now=$(date +%s)
    if [ "$memory_limit_kb" -gt 0 ] && command -v ps >/dev/null; then
      rss=$(measure_kb)
      if [ "$rss" -gt "$peak" ]; then peak=$rss; echo "$peak" | write_record peak; fi
      [ "$rss" -le "$memory_limit_kb" ] || stop_payload memory-limit KILL
    fi
    if [ "$time_limit" -gt 0 ] && [ $((now - began)) -ge "$time_limit" ] && [ ! -f stop-reason ]; then
      stop_payload time-limit TERM
    fi
    if [ -f stop-reason ]; then
      [ "$stop_at" -gt 0 ] || stop_at=$now
      [ $((now - stop_at)) -lt "$grace_seconds" ] || signal_payload KILL
    fi
    if [ $((now - beat_at)) -ge 15 ]; then beat_at=$now; echo "$now $peak" | write_record heartbeat; fi
    sleep "$watch_seconds"
  done
}

interrupted=0
on_term() {
  interrupted=1
  if [ -f cancel ]; then stop_payload cancelled TERM
  elif [ "$scheduler" = slurm ] && [ $(($(date +%s) - began + 130)) -ge "$limit_seconds" ]; then stop_payload time-limit TERM
  else stop_payload cancelled TERM
  fi
}

if [ "$cpus" -gt 0 ] && command -v taskset >/dev/null; then
  # As many of the allowed processors as were asked for, beginning somewhere else for each job.
  chosen=$(awk -v want="$cpus" -v first="$$" '/^Cpus_allowed_list:/ {
    n = split($2, part, ","); total = 0
    for (i = 1; i <= n; i++) { split(part[i] "-" part[i], ends, "-"); for (c = ends[1]; c <= ends[2]; c++) cpu[total++] = c + 0 }
    if (want > total) want = total
    for (i = 0; i < want; i++) printf "%s%s", (i ? "," : ""), cpu[(first + i) % total]
  }' "/proc/$$/status")
  set -- "$(command -v taskset)" -c "$chosen" "$@"
fi

prepare_payload || { echo 'reprobot: the folders of the job could not be prepared' >>job.log; set -- /bin/sh -c 'exit 125'; }

payload=
trap 'interrupted=1' TERM
( cd "$workdir" || exit 125; trap - TERM; payload_environment; exec "$setsid" "$@" ) </dev/null >>job.log 2>&1 &
payload=$!
if read -r stat <"/proc/$payload/stat"; then echo "$payload $(printf '%s\\n' "\${stat##*) }" | cut -d' ' -f20)" | write_record payload.id; fi 2>/dev/null
if [ "$interrupted" = 1 ]; then sleep 1; on_term; fi
trap on_term TERM
watch_payload </dev/null >/dev/null 2>&1 &
watcher=$!

interrupted=0
wait "$payload"
status=$?
# A trapped signal ends wait early; 127 from a second wait says that the first one had been the real end.
while [ "$interrupted" = 1 ]; do
  interrupted=0
  wait "$payload"
  again=$?
  [ "$again" = 127 ] || status=$again
done
trap '' TERM
# KILL, because a shell that has just been forked can lose a TERM, and this one would then watch for ever.
kill -s KILL "$watcher" 2>/dev/null
wait "$watcher" 2>/dev/null
kill -s KILL -- "-$payload" 2>/dev/null

ended=$(date +%s)
peak=0
[ ! -f peak ] || read -r peak <peak
exit_code=$status signal=null
if [ "$status" -gt 128 ] && [ "$status" -lt 193 ]; then exit_code=null signal=$((status - 128)); fi
extra=
[ "\${peak:-0}" -eq 0 ] || extra="$extra,\\"maxRssBytes\\":$((peak * 1024))"
[ ! -f stop-reason ] || extra="$extra,\\"reason\\":\\"$(cat stop-reason)\\""
printf '{"exit":%s,"signal":%s,"startedAt":%s000,"endedAt":%s000,"jobId":"%s","restart":%s%s}\\n' \\
  "$exit_code" "$signal" "$began" "$ended" "$own_id" "$restart" "$extra" | write_record exit.json
exit "$status"
`;
