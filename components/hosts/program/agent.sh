#!/bin/sh
# Swaps the binary of an agent on the host where it runs. POSIX sh, with coreutils, flock and systemd.
#
#   look UNIT                                   prints what there is; changes nothing
#   stage UNIT SHA256 [URL]                     puts a binary beside the one in use: the one kept, one from a URL, or standard input
#   start UNIT SHA256 RELEASE READY WITHIN      has systemd run `swap`, apart from the session that has asked for it
#   swap UNIT                                   does what is left to do, and notes the outcome
#   result UNIT [SECONDS]                       prints the outcome, and waits so long for one
#   forget UNIT SHA256                          lets a binary that has failed be tried again
#
# Every change is a rename on one file system, and every step looks first: a run that was killed is run again, by systemd or by the next
# `start`, and goes on from where it was. At each moment the path of the binary holds one that is whole.
set -u
umask 077
export LC_ALL=C

verb=${1:-} unit=${2:-}
case $unit in
'' | *[!A-Za-z0-9@._-]*) echo "outcome=refused"; echo "reason=no name of a unit: $unit"; exit 0 ;;
esac
home=${GATEWAYS_STATE:-/var/lib/gateways}/$unit
# Looks after the restart without a fault until it counts, and the pause between two of them in seconds.
looks=${GATEWAYS_LOOKS:-5} pause=${GATEWAYS_PAUSE:-1}

# What functions below leave for others.
bin='' pid=0 why='' wanted='' release='' ready=- within=0 identity='' begun_at=0

sum() { sha256sum <"$1" 2>/dev/null | cut -d' ' -f1; }
shown() { systemctl show --property="$1" "$unit" 2>/dev/null | sed -n "s/^$1=//p" | head -n 1; }
seconds() { date +%s; }
same() { [ "$1" -ef "$2" ]; }

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

# The binary that the unit starts, past symbolic links (T-32): not the one that a guide names.
resolve() {
  bin=$(shown ExecStart | sed -n 's/^{ path=\([^ ;]*\) ;.*/\1/p')
  [ -n "$bin" ] || return 1
  bin=$(readlink -f "$bin") && [ -f "$bin" ]
}

# What the running process executes; nothing if none runs.
running() {
  pid=$(shown MainPID)
  [ "${pid:-0}" -gt 0 ] && [ -e "/proc/$pid/exe" ] || { pid=0; return 1; }
}

fetch() {
  if command -v curl >/dev/null; then
    curl -fsS -m 5 "$1"
  elif command -v wget >/dev/null; then
    wget -q -T 5 -O - "$1"
  elif command -v bash >/dev/null; then
    rest=${1#http://} place=${1#http://}
    place=${place%%/*} rest=/${rest#*/}
    # shellcheck disable=SC2016
    timeout 5 bash -c 'exec 3<>"/dev/tcp/$0/$1" && printf "GET %s HTTP/1.0\r\n\r\n" "$2" >&3 && read -r line <&3 && case $line in *" 200"*) ;; *) exit 1 ;; esac && sed "1,/^\r*$/d" <&3' \
      "${place%:*}" "${place##*:}" "$rest"
  else
    return 127
  fi
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
  echo "now=$(seconds)"
  systemctl show --property=LoadState,ActiveState,UnitFileState,MainPID,User,ExecStart "$unit"
  echo "config=$(config_of)"
  echo "data=$(data_of)"
  if resolve; then
    echo "binary=$bin"
    echo "sha256=$(sum "$bin")"
    echo "freeKiB=$(df -Pk "$(dirname "$bin")" | awk 'NR == 2 { print $4 }')"
    [ -f "$bin.gateways-old" ] && echo "kept=$(sum "$bin.gateways-old")"
  fi
  if running; then
    echo "running=$(sum "/proc/$pid/exe")"
    # The kernel says so of a file that was renamed over.
    echo "executes=$(readlink "/proc/$pid/exe" | sed 's/ (deleted)$//')"
  fi
  is_swapping && echo "swapping=yes"
  tunnels=$(fetch "${GATEWAYS_METRICS:-http://127.0.0.1:8081/metrics}" 2>/dev/null | sed -n 's/^bamf_agent_active_tunnels //p')
  [ -n "$tunnels" ] && echo "tunnels=$tunnels"
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

stage() {
  wanted=$2 url=${3:-}
  lock 5 || busy
  resolve || refuse "unit $unit names no binary that is there"
  new=$bin.gateways-new part=$bin.gateways-part
  if [ -f "$new" ] && [ "$(sum "$new")" = "$wanted" ]; then
    echo "outcome=staged"
    echo "reason=it was there"
    exit 0
  fi
  rm -f "$part" "$new"
  from="the one that was kept"
  if [ -f "$bin.gateways-old" ] && [ "$(sum "$bin.gateways-old")" = "$wanted" ]; then
    cp -p "$bin.gateways-old" "$part" || { rm -f "$part"; refuse "no room beside $bin"; }
  elif [ "$(sum "$bin")" = "$wanted" ]; then
    echo "outcome=staged"
    echo "reason=it is in use"
    exit 0
  else
    if [ -n "$url" ]; then
      from=$url
      fetch_to "$url" "$part" || { rm -f "$part"; refuse "no download of $url"; }
    else
      from="standard input"
      cat >"$part" || { rm -f "$part"; refuse "no room beside $bin"; }
    fi
  fi
  [ "$(head -c 4 "$part" | od -An -tx1 | tr -d ' \n')" = 7f454c46 ] || { rm -f "$part"; refuse "what came from $from is no program, such as an error page"; }
  found=$(sum "$part")
  [ "$found" = "$wanted" ] || { rm -f "$part"; refuse "what came from $from has sha256 $found, expected $wanted"; }
  # Bytes 18 and 19 say for which machine it is made; those of a binary that runs here are right.
  [ "$(head -c 20 "$part" | tail -c 2 | od -An -tx1)" = "$(head -c 20 "$bin" | tail -c 2 | od -An -tx1)" ] || { rm -f "$part"; refuse "what came from $from is made for another machine than $(uname -m)"; }
  chown --reference="$bin" "$part" && chmod --reference="$bin" "$part" && chmod +x "$part" || { rm -f "$part"; refuse "no change of the mode of $part"; }
  sync "$part"
  mv -f "$part" "$new"
  echo "outcome=staged"
  echo "reason=from $from"
}

fetch_to() {
  if command -v curl >/dev/null; then
    curl -fsSL --max-time 300 -o "$2" "$1"
  elif command -v wget >/dev/null; then
    wget -q -T 60 -O "$2" "$1"
  else
    return 127
  fi
}

start() {
  job=gateways-swap-$unit
  # One that a session which is gone has started may be at work, or about to be run again by systemd.
  is_swapping && busy
  lock 5 || busy
  rm -f "$home/result"
  printf '%s %s %s %s\n' "$2" "$3" "$4" "$5" | put "$home/wanted"
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

restart_unless_it_runs() {
  [ "$(shown ActiveState)" = active ] && running && same "/proc/$pid/exe" "$bin" && return 0
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

judge_identity() {
  identity=unknown
  [ -s "$home/identity" ] || return 0
  if [ "$(identity_now)" = "$(cat "$home/identity")" ]; then identity=kept; else identity=changed; fi
}

# True if somebody has put a file into the place of the one that runs, and has not started it (T-32).
runs_another() { running && ! same "/proc/$pid/exe" "$bin"; }

# What runs is what works. The file in use gets a second name: it needs no room, and nothing has to be put together when it goes back. One that has lost its name is copied.
keep() {
  if ! runs_another; then
    same "$old" "$bin" || { rm -f "$old.part" && ln "$bin" "$old.part" && mv -f "$old.part" "$old"; }
  elif [ ! -f "$old" ] || [ "$(sum "$old")" != "$(sum "/proc/$pid/exe")" ]; then
    rm -f "$old.part"
    cp "/proc/$pid/exe" "$old.part" && chown --reference="$bin" "$old.part" && chmod --reference="$bin" "$old.part" &&
      sync "$old.part" && mv -f "$old.part" "$old" || { rm -f "$old.part"; return 1; }
  fi
}

swap() {
  begun_at=$(seconds)
  lock 60 || finish refused "another swap of $unit is under way"
  read -r wanted release ready within <"$home/wanted" || finish refused "nobody has said what to swap"
  resolve || finish refused "unit $unit names no binary that is there"
  old=$bin.gateways-old new=$bin.gateways-new
  why=$(grep -s "^$wanted " "$home/failed" | tail -n 1 | cut -d' ' -f4-)
  [ -n "$why" ] && back "$why"
  begun=$(cat "$home/begun" 2>/dev/null)
  now=$(sum "$bin")
  # What a swap that was cut off has left may be down; only this one brings it up again.
  if [ -z "$begun" ]; then
    [ "$(shown UnitFileState)" = enabled ] || finish refused "unit $unit is $(shown UnitFileState), not enabled"
    [ "$(shown ActiveState)" = active ] || finish refused "unit $unit is $(shown ActiveState), not active"
    identity_now | put "$home/identity"
  fi
  if [ "$now" != "$wanted" ]; then
    [ -f "$new" ] && [ "$(sum "$new")" = "$wanted" ] || finish refused "no binary with sha256 $wanted lies beside $bin"
    echo "$wanted" | put "$home/begun"
    # What ran may have ended while it was kept: then it is looked at anew.
    keep || keep || finish refused "the binary in use could not be kept as $old"
    mv -f "$new" "$bin"
    sync "$bin"
  elif runs_another; then
    # A restart that a swap has left that was cut off may end it meanwhile: then there is nothing to keep.
    keep || ! runs_another || finish refused "the binary in use could not be kept as $old"
  fi
  restart_unless_it_runs
  if comes_up; then
    judge_identity
    rm -f "$home/begun"
    [ "$identity" = changed ] && finish swapped "certificate or key are not those from before"
    finish swapped
  fi
  reason="release $release does not come up: $why"
  # The moment of a failure is for people; sum and release decide.
  { cat "$home/failed" 2>/dev/null; printf '%s %s %s %s\n' "$wanted" "$release" "$(seconds)" "$reason"; } | put "$home/failed"
  rm -f "$home/begun"
  back "$reason"
}

# One connection that waits takes less from a host than many that ask.
result() {
  tries=$(($1 * 5))
  while [ ! -f "$home/result" ] && [ "$tries" -gt 0 ]; do
    sleep 0.2
    tries=$((tries - 1))
  done
  cat "$home/result" 2>/dev/null || echo "outcome=none"
}

forget() {
  lock 5 || busy
  { grep -sv "^$1 " "$home/failed" || :; } | put "$home/failed"
  echo "outcome=forgotten"
}

case $verb in
look) look ;;
stage) stage "$unit" "$3" "${4:-}" ;;
start) start "$unit" "$3" "$4" "$5" "$6" ;;
swap) swap ;;
result) result "${3:-0}" ;;
forget) forget "$3" ;;
*) refuse "no such verb: $verb" ;;
esac
