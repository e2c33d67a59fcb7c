#!/bin/sh
# Swaps the binary of an agent on the host where it runs. POSIX sh, with coreutils, flock and systemd; getcap and setcap where a binary has capabilities.
#
#   look UNIT [beside]                          prints what there is, and why no second instance can run beside; changes nothing
#   stage UNIT SHA256 [URL]                     puts a binary beside the one in use: the one kept, one from a URL, or standard input
#   start UNIT SHA256 RELEASE READY WITHIN      has systemd run `swap`, apart from the session that has asked for it
#   swap UNIT                                   does what is left to do, and notes the outcome
#   result UNIT [SECONDS]                       prints the outcome, and waits so long for one
#   forget UNIT SHA256                          lets a binary that has failed be tried again
#   beside UNIT SHA256 RELEASE READY WITHIN     has systemd run `lead`, for a second instance of what was staged (beside.sh)
#   lead UNIT                                   brings the second instance up, sends new tunnels there, and sees it off
#   came UNIT [SECONDS]                         prints what has become of the second instance, and waits so long for it
#   dismiss UNIT                                ends a second instance that is not wanted any more, with its last tunnel
#
# Every change is a rename on one file system, and every step looks first: a run that was killed is run again, by systemd or by the next
# `start`, and goes on from where it was. At each moment the path of the binary holds one that is whole.
set -u
umask 077
export LC_ALL=C
# Where getcap and setcap are, which a session by SSH may not look through.
PATH=$PATH:/usr/sbin:/sbin

# With or without its ending it is one unit, whose notes are in one folder.
verb=${1:-} unit=${2:-}
unit=${unit%.service}
case $unit in
'' | *[!A-Za-z0-9@._-]*) echo "outcome=refused"; echo "reason=no name of a unit: $unit"; exit 0 ;;
esac
home=${GATEWAYS_STATE:-/var/lib/gateways}/$unit
# Where systemd has units until the next boot; that of the second instance, and what leads new tunnels to it.
units=${GATEWAYS_UNITS:-/run/systemd/system} second=gateways-beside-$unit leader=gateways-lead-$unit
# Looks after the restart without a fault until it counts, and the pause between two of them in seconds.
looks=${GATEWAYS_LOOKS:-5} pause=${GATEWAYS_PAUSE:-1}

# What functions below leave for others.
bin='' pid=0 why='' wanted='' release='' ready=- within=0 identity='' begun_at=0 other=0 link=''

shown_of() { systemctl show --property="$2" "$1" 2>/dev/null | sed -n "s/^$2=//p" | head -n 1; }
shown() { shown_of "$unit" "$1"; }
# What waits and counts goes by the time since the boot: a clock of the day may be set meanwhile.
seconds() {
  read -r since_boot rest </proc/uptime
  echo "${since_boot%%.*}"
}

# Writes a file whole or not at all.
put() { cat >"$1.part" && mv -f "$1.part" "$1"; }

finish() {
  {
    echo "outcome=$1"
    echo "reason=${2:-}"
    echo "sha256=${wanted:-}"
    echo "release=${release:-}"
    echo "identity=${identity:-}"
    echo "seconds=$(($(seconds) - begun_at))"
  } | put "$home/result"
  cat "$home/result"
  exit 0
}

# What the running process executes; nothing if none runs.
running() {
  pid=$(shown MainPID)
  [ "${pid:-0}" -gt 0 ] && [ -e "/proc/$pid/exe" ] || { pid=0; return 1; }
}

# What an address on this host answers. `fetch URL [SECONDS]`
fetch() {
  limit=${2:-5}
  if command -v curl >/dev/null; then
    curl -fsS -m "$limit" "$1"
  elif command -v wget >/dev/null; then
    wget -q -T "$limit" -O - "$1"
  elif command -v bash >/dev/null; then
    rest=${1#http://} place=${1#http://}
    place=${place%%/*} rest=/${rest#*/}
    # shellcheck disable=SC2016
    timeout "$limit" bash -c 'exec 3<>"/dev/tcp/$0/$1" && printf "GET %s HTTP/1.0\r\n\r\n" "$2" >&3 && read -r line <&3 && case $line in *" 200"*) ;; *) exit 1 ;; esac && sed "1,/^\r*$/d" <&3' \
      "${place%:*}" "${place##*:}" "$rest"
  else
    return 127
  fi
}

# Tunnels through the agent, as it says itself; nothing if it does not. `open_tunnels [SECONDS]`
open_tunnels() {
  fetch "${GATEWAYS_METRICS:-http://127.0.0.1:8081/metrics}" "${1:-5}" 2>/dev/null | sed -n 's/^bamf_agent_active_tunnels //p'
}

config_of() {
  # The environment wins over the flag.
  found=$(shown Environment | tr ' ' '\n' | sed -n 's/^BAMF_CONFIG_FILE=//p')
  [ -n "$found" ] || found=$(shown ExecStart | sed -n 's/.*--config[= ]\([^ ;]*\).*/\1/p')
  echo "${found:-/etc/bamf/agent.yaml}"
}

data_of() {
  found=$(shown Environment | tr ' ' '\n' | sed -n 's/^BAMF_DATA_DIR=//p')
  [ -n "$found" ] || found=$(sed -n 's/^data_dir: *"\{0,1\}\([^"# ]*\).*/\1/p' "$(config_of)" 2>/dev/null | head -n 1)
  echo "${found:-/var/lib/bamf-agent}"
}

# Sums of certificate and key, which an agent that registers anew writes over.
identity_now() {
  folder=$(data_of)
  for name in agent.crt agent.key; do [ -f "$folder/$name" ] && echo "$name $(sum "$folder/$name")"; done
}

look() {
  echo "machine=$(uname -m)"
  echo "now=$(date +%s)"
  systemctl show --property=LoadState,ActiveState,UnitFileState,MainPID,User,ExecStart "$unit"
  echo "config=$(config_of)"
  echo "data=$(data_of)"
  if resolve; then
    echo "binary=$bin"
    echo "sha256=$(sum "$bin")"
    echo "freeKiB=$(df -Pk "$(dirname "$bin")" | awk 'NR == 2 { print $4 }')"
    echo "stagedKiB=$(staged_room)"
    [ -f "$bin.gateways-old" ] && echo "kept=$(sum "$bin.gateways-old")"
    echo "cannotGive=$(cannot_give)"
  fi
  # A process that is just being started is systemd's own program for a moment.
  tries=5
  while running && [ "$tries" -gt 0 ]; do
    case $(readlink "/proc/$pid/exe") in */systemd/*) ;; *) break ;; esac
    tries=$((tries - 1))
    sleep "$pause"
  done
  if running; then
    echo "running=$(sum "/proc/$pid/exe")"
    # The kernel says so of a file that was renamed over.
    echo "executes=$(readlink "/proc/$pid/exe" | sed 's/ (deleted)$//')"
  fi
  is_swapping && echo "swapping=yes"
  look_beside "$1"
  tunnels=$(open_tunnels)
  [ -n "$tunnels" ] && echo "tunnels=$tunnels"
  say_cut
  echo "begun=$(cat "$home/begun" 2>/dev/null)"
  [ -f "$(data_of)/agent.crt" ] && echo "certificate=$(base64 "$(data_of)/agent.crt" | tr -d '\n')"
  [ -f "$home/failed" ] && sed 's/^/failed=/' "$home/failed"
  return 0
}

refuse() {
  echo "outcome=refused"
  echo "reason=$1"
  exit 0
}

# Another swap of this unit is at work: whoever asks may ask again.
busy() {
  echo "outcome=busy"
  echo "reason=another swap of $unit is under way"
  exit 0
}

# True while systemd has a swap at work, or is about to run it again.
is_swapping() {
  case $(systemctl is-active "gateways-swap-$unit" 2>/dev/null) in active | activating | deactivating) return 0 ;; esac
  return 1
}

# Held by whoever changes something on this host, for as long as the process lives.
lock() {
  mkdir -p "$home"
  exec 9>"$home/lock"
  flock -w "$1" 9
}

# The process of the agent as no other one is ever called: by its number, its start and the boot.
process_now() {
  running && read -r boot </proc/sys/kernel/random/boot_id && echo "$pid $(started_at "$pid") $boot"
}

# Notes for the wanted release how many tunnels the stop of the running agent is about to cut: what an operator has consented to holds for the release, however often it is begun anew.
note_cut() {
  tunnels=$(open_tunnels 2)
  case $tunnels in '' | 0 | *[!0-9]*) return 0 ;; esac
  process=$(process_now) || return 0
  { grep -sv "^$release $process " "$home/cut"; echo "$release $process $tunnels"; } | put "$home/cut"
}

# Tunnels that were cut here for each release. Those of a process that still runs were not, unless a swap is about to stop it.
say_cut() {
  [ -f "$home/cut" ] || return 0
  runs=$(process_now)
  is_swapping && runs=''
  awk -v runs="$runs" '$2 " " $3 " " $4 != runs { cut[$1] += $5 } END { for (one in cut) print "cut=" one " " cut[one] }' "$home/cut"
}

start() {
  job=gateways-swap-$unit
  # One that a session which is gone has started may be at work, or about to be run again by systemd.
  is_swapping && busy
  lock 5 || busy
  rm -f "$home/result"
  # Without the note the swap would go by the one from before.
  printf '%s %s %s %s\n' "$2" "$3" "$4" "$5" | put "$home/wanted" || refuse "nothing can be noted in $home"
  # Whoever comes after a session that is gone finds it, however far the swap has come by then.
  release=$3
  note_cut
  exec 9>&-
  tries=0
  until said=$(systemd-run --quiet --collect --unit="$job" --property=Restart=on-failure --property=RestartSec=1 \
    --property=StartLimitIntervalSec=0 /bin/sh "$0" swap "$unit" 2>&1); do
    # A busy host may answer too late, with the job at work.
    is_swapping && break
    tries=$((tries + 1))
    [ "$tries" -ge 3 ] && refuse "systemd does not start $job: $(echo "$said" | tail -n 1)"
    sleep 2
  done
  echo "outcome=started"
  echo "reason="
}

# True once the unit has run the file at its path for some looks on end, and the agent says that it is ready.
comes_up() {
  until=$(($(seconds) + within)) seen=0 last=0
  restarts=$(shown NRestarts)
  while :; do
    state=$(shown ActiveState) pid=0
    if [ "$state" = active ] && running && same "/proc/$pid/exe" "$bin" && [ "$pid" = "$last" ]; then
      seen=$((seen + 1))
    else
      seen=0
    fi
    last=$pid
    if [ "$seen" -ge "$looks" ]; then
      [ "$ready" = - ] && return 0
      fetch "$ready" >/dev/null 2>&1 && return 0
      why="it is not ready after $within s: $ready"
    else
      why="its unit is $state after $within s"
    fi
    case $state in failed | inactive) why="its unit is $state"; return 1 ;; esac
    again=$(shown NRestarts)
    [ "${again:-0}" -gt "${restarts:-0}" ] && { why="it has ended, and systemd has started it again"; return 1; }
    [ "$(seconds)" -ge "$until" ] && return 1
    sleep "$pause"
  done
}

# A systemd that does not answer in time says nothing of the unit, and a restart cuts what runs through the agent: it is asked again.
restart_unless_it_runs() {
  tries=3
  while :; do
    runs=$(shown ActiveState) pid=$(shown MainPID)
    [ "$runs" = active ] && [ "${pid:-0}" -gt 0 ] && same "/proc/$pid/exe" "$bin" && return 0
    if [ -n "$runs" ] && [ -n "$pid" ] || [ "$tries" -eq 0 ]; then break; fi
    tries=$((tries - 1))
    sleep "$pause"
  done
  note_cut
  systemctl reset-failed "$unit" 2>/dev/null 9>&-
  systemctl restart "$unit" 9>&- || :
}

# Puts back what is kept. The failure is noted first: a run after a kill comes here again.
back() {
  if [ "$(sum "$bin")" = "$wanted" ]; then
    [ -f "$old" ] || finish failed "$1; no earlier binary is kept"
    rm -f "$bin.gateways-back"
    ln "$old" "$bin.gateways-back" && mv -f "$bin.gateways-back" "$bin"
  fi
  restart_unless_it_runs
  ready=-
  within=25
  if comes_up; then outcome=swapped-back; else outcome=failed; fi
  judge_identity
  finish "$outcome" "$1"
}

# Ends a swap that a package manager, or a person, has disturbed: what becomes of it says nothing of the release. What they have put there is theirs, and a unit that is disabled is not started.
disturbed() {
  rm -f "$home/begun"
  is_off || case $(shown ActiveState) in inactive | failed) restart_unless_it_runs ;; esac
  finish refused "somebody else has $1 in the middle of a swap; the unit is $(shown ActiveState) and $(shown UnitFileState)"
}

# True if somebody has disabled the unit; not where a busy systemd does not answer.
is_off() {
  case $(shown UnitFileState) in disabled | masked*) return 0 ;; esac
  return 1
}

unless_replaced() {
  found=$(sum "$bin")
  [ "$found" = "$wanted" ] || disturbed "put another file at $bin (sha256 ${found:-none})"
}

# A package stops and disables its unit before it puts its file there (T-43).
unless_stopped() {
  tries=3
  while [ "$(shown ActiveState)" = inactive ] && ! is_off && [ "$tries" -gt 0 ]; do
    sleep "$pause"
    tries=$((tries - 1))
  done
  unless_replaced
  ! is_off || disturbed "disabled $unit"
}

judge_identity() {
  identity=unknown
  [ -s "$home/identity" ] || return 0
  if [ "$(identity_now)" = "$(cat "$home/identity")" ]; then identity=kept; else identity=changed; fi
}

swap() {
  begun_at=$(seconds)
  lock 60 || finish refused "another swap of $unit is under way"
  read -r wanted release ready within <"$home/wanted" || finish refused "nobody has said what to swap"
  resolve || finish refused "unit $unit names no binary that is there"
  old=$bin.gateways-old new=$bin.gateways-new
  why=$(grep -s "^$wanted " "$home/failed" | tail -n 1 | cut -d' ' -f4-)
  [ -n "$why" ] && back "$why"
  begun=$(cat "$home/begun" 2>/dev/null) left=''
  now=$(sum "$bin") state=$(shown ActiveState)
  # A host that went down in the middle of another swap has noted that one.
  [ "$begun" = "$wanted" ] || { left=$begun begun=''; }
  # What it has put there was never judged, and may be down; what was kept then is what has worked.
  { [ "$left" = "$now" ] && [ "$state" != active ]; } || left=''
  # What a swap that was cut off has left may be down; only this one brings it up again.
  if [ -z "$begun" ]; then
    [ "$(shown UnitFileState)" = enabled ] || finish refused "unit $unit is $(shown UnitFileState), not enabled"
    [ "$state" = active ] || [ -n "$left" ] || finish refused "unit $unit is $state, not active"
    identity_now | put "$home/identity"
  fi
  if [ "$now" != "$wanted" ]; then
    if ! { [ -f "$new" ] && [ "$(sum "$new")" = "$wanted" ]; }; then
      [ -z "$begun" ] || unless_replaced
      finish refused "no binary with sha256 $wanted lies beside $bin"
    fi
    echo "$wanted" | put "$home/begun"
    # What ran may have ended while it was kept: then it is looked at anew. If it is the wanted one, what was kept before it is what the way back needs.
    { [ -f "$old" ] && { [ -n "$left" ] || runs_wanted; }; } || keep || keep || finish refused "the binary in use could not be kept as $old"
    mv -f "$new" "$bin"
    sync "$bin"
  elif runs_another; then
    # A restart that a swap has left that was cut off may end it meanwhile: then there is nothing to keep.
    keep || ! runs_another || finish refused "the binary in use could not be kept as $old"
    echo "$wanted" | put "$home/begun"
  fi
  restart_unless_it_runs
  if comes_up; then
    unless_replaced
    judge_identity
    rm -f "$home/begun"
    forget_cuts
    [ "$identity" = changed ] && finish swapped "certificate or key are not those from before"
    finish swapped
  fi
  unless_stopped
  reason="release $release does not come up: $why"
  note_failure "$reason"
  rm -f "$home/begun"
  back "$reason"
}

# The moment of a failure is for people; sum and release decide.
note_failure() {
  { cat "$home/failed" 2>/dev/null; printf '%s %s %s %s\n' "$wanted" "$release" "$(date +%s)" "$1"; } | put "$home/failed"
}

# What was cut for other releases is over once this one is there.
forget_cuts() {
  [ ! -f "$home/cut" ] || { grep -s "^$release " "$home/cut" || :; } | put "$home/cut"
}

# One connection that waits takes less from a host than many that ask.
await() {
  tries=$(($2 * 5))
  while [ ! -f "$home/$1" ] && [ "$tries" -gt 0 ]; do
    sleep 0.2
    tries=$((tries - 1))
  done
  cat "$home/$1" 2>/dev/null || echo "outcome=none"
}

forget() {
  lock 5 || busy
  { grep -sv "^$1 " "$home/failed" || :; } | put "$home/failed"
  echo "outcome=forgotten"
}

case $verb in
look) look "${3:-}" ;;
stage) stage "$unit" "$3" "${4:-}" ;;
start) start "$unit" "$3" "$4" "$5" "$6" ;;
swap) swap ;;
result) await result "${3:-0}" ;;
forget) forget "$3" ;;
beside) beside "$unit" "$3" "$4" "$5" "$6" ;;
lead) lead ;;
came) await beside-result "${3:-0}" ;;
dismiss) dismiss ;;
*) refuse "no such verb: $verb" ;;
esac
