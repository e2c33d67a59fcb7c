# A second instance of an agent beside the one of its unit, for the time in which the tunnels of that one end. Functions of agent.sh, which follows this file.
#
# The unit's own process serves on until its tunnels have ended; new ones go to the second instance, which runs the new binary under a unit of its own in /run, a copy of the
# agent's own. systemd runs `lead`, which starts the second instance, judges it, has the API send new tunnels to it, and sees it off once the unit runs the new binary too.
# Each round looks first: one that was killed is run again, and goes on.

# What a unit has written since its last start.
journal_of() {
  invocation=$(shown_of "$1" InvocationID)
  [ -n "$invocation" ] && journalctl --quiet --no-pager --output=cat "_SYSTEMD_INVOCATION_ID=$invocation" 2>/dev/null
}

# Who an agent is for its API: `agent_id`, and the `instance_id` that it has drawn at its start. Nothing but its log says so.
named_in() { grep 'agent instance started' | tail -n 1 | sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p"; }

# When a process was started: with its number it is one that is never given again.
started_at() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

api_url() {
  found=''
  for name in BAMF_PLATFORM_URL BAMF_API_URL; do
    [ -n "$found" ] || found=$(tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | sed -n "s/^$name=//p" | head -n 1)
  done
  [ -n "$found" ] || found=$(sed -n 's/^platform_url: *["'\'']\{0,1\}\([^"'\''# ]*\).*/\1/p' "$(config_of)" 2>/dev/null | head -n 1)
  echo "${found%/}"
}

api_port() {
  url=$(api_url)
  place=${url#*://}
  place=${place%%/*}
  case $url in *://*:[0-9]*) echo "${place##*:}" ;; https:*) echo 443 ;; *) echo 80 ;; esac
}

# The API knows an agent by its certificate alone. It comes by standard input: a list of processes shows every word of a command.
tell_api() {
  running && certificate=$(base64 <"$(data_of)/agent.crt" 2>/dev/null | tr -d '\n') && [ -n "$certificate" ] || return 1
  {
    printf 'url = "%s/api/v1/agents/%s/%s"\n' "$(api_url)" "$1" "$2"
    printf 'header = "X-Bamf-Client-Cert: %s"\nheader = "Content-Type: application/json"\n' "$certificate"
    printf 'data = "%s"\n' "$3"
  } | curl -q -fsS -m 10 -o /dev/null -K - 2>/dev/null
}

# Of an agent, an instance to which no new tunnel is to go. Said again and again: the API forgets it where two things change at once, or where its Redis was lost.
keep_off() { tell_api "$1" drain "{\\\"instance_id\\\": \\\"$2\\\"}"; }

# With its next sign of life, one a minute, the API knows the instance anew, and chooses it again.
give_back() { tell_api "$1" "instance/$2/offline" null; }

# Words behind the agent in ExecStart. systemd shows them without quotes, so that only plain ones can be repeated.
arguments() {
  words=$(shown ExecStart | sed -n 's/^.* argv\[\]=\(.*\) ; ignore_errors=.*/\1/p')
  case $words in '' | *[!A-Za-z0-9\ ._/=:@,+-]*) return 1 ;; *' '*) echo "${words#* }" ;; esac
}

# Why no second instance can run here; nothing if one can.
cannot() {
  if ! command -v curl >/dev/null; then
    echo "there is no curl"
  elif ! running; then
    echo "no agent runs"
  elif [ "$(shown DynamicUser)" = yes ]; then
    echo "the unit has a user that systemd makes for it alone"
  elif ! arguments >/dev/null; then
    echo "the unit starts the agent with words that cannot be repeated"
  elif [ ! -f "$(data_of)/agent.crt" ]; then
    echo "there is no certificate in $(data_of)"
  elif [ -z "$(api_url)" ]; then
    echo "neither environment nor $(config_of) says where the API is"
  elif [ -z "$(journal_of "$unit" | named_in instance_id)" ]; then
    echo "the journal does not say which instance the agent is"
  fi
}

# Established connections of a process, by where they lead: `0100007F:1B58`, as the kernel writes it.
connections_of() {
  readlink /proc/"$1"/fd/* 2>/dev/null | sed -n 's/^socket:\[\(.*\)\]$/\1/p' |
    awk 'isMine { mine[$1] = 1; next } $4 == "01" && ($10 in mine) { print $3 }' isMine=1 - isMine= "/proc/$1/net/tcp" "/proc/$1/net/tcp6" 2>/dev/null
}

# At most so many tunnels are open through the second instance. Its metrics have the one port that the product knows, which the first one holds; and an agent does not say that
# a tunnel has ended. So connections are counted, but those that lead where others led before it was asked for a tunnel: to the API. To a port of bridges they count wherever they lead;
# if the API has that port too, one is that by which the agent hears it. What passes web applications on counts as well, once there was a tunnel.
tunnels_beside() {
  asked=$(journal_of "$second" | grep 'received tunnel request')
  [ -n "$asked" ] || { echo 0; return; }
  [ -f "$home/base" ] || : >"$home/base"
  leads=$(connections_of "$1")
  open=$(echo "$leads" | grep -v '^$' | grep -cvxF -f "$home/base")
  for port in $(echo "$asked" | sed -n 's/.*"bridge": *"[^"]*:\([0-9]*\)".*/\1/p' | sort -u); do
    hex=$(printf ':%04X' "$port")
    there=$(echo "$leads" | grep -xF -f "$home/base" | grep -c "$hex\$")
    [ "$port" = "$(api_port)" ] && [ "$there" -gt 0 ] && there=$((there - 1))
    open=$((open + there))
  done
  most=$(echo "$asked" | grep -c .)
  [ "$open" -lt "$most" ] && echo "$open" || echo "$most"
}

# The same unit in all that it says, with the new binary, and nothing that is done when the other one ends.
write_unit() {
  {
    systemctl cat "$unit"
    printf '\n[Unit]\nDescription=second instance beside %s, until its tunnels have ended\n' "$unit"
    printf '[Service]\nType=simple\nExecStart=\nExecStart=%s %s\nExecReload=\nExecStop=\nExecStopPost=\nPIDFile=\n' "$link" "$(arguments)"
    printf 'Restart=on-failure\nRuntimeDirectoryPreserve=yes\nStandardOutput=journal\nStandardError=journal\n'
  } | put "$units/$second.service"
  systemctl daemon-reload
}

# What the second instance runs as now; false if it does not run.
second_runs() {
  other=$(shown_of "$second" MainPID)
  [ "$(shown_of "$second" ActiveState)" = active ] && [ "${other:-0}" -gt 0 ] && [ -e "/proc/$other/exe" ]
}

# An agent serves its metrics once the API has taken its first sign of life, or says that another process has the port.
is_heard() {
  [ -n "$(echo "$1" | named_in instance_id)" ] && echo "$1" | grep -q 'metrics.*server' && ! echo "$1" | grep -q 'initial heartbeat failed'
}

# True once the second instance has run for some looks on end, and is heard by the API.
second_comes_up() {
  until=$(($(seconds) + within)) seen=0 last=0 faults=0
  while :; do
    said=$(journal_of "$second")
    now=$(echo "$said" | grep -c 'heartbeat failed\|SSE connection error\|reconnecting SSE')
    if second_runs && same "/proc/$other/exe" "$link" && [ "$other" = "$last" ] && [ "$now" = "$faults" ] && is_heard "$said"; then
      seen=$((seen + 1))
    else
      seen=0
    fi
    last=$other faults=$now
    [ "$seen" -ge "$looks" ] && return 0
    state=$(shown_of "$second" ActiveState) again=$(shown_of "$second" NRestarts)
    case $state in failed | inactive) why="it is $state"; return 1 ;; esac
    [ "${again:-0}" -gt 0 ] && { why="it has ended, and systemd has started it again"; return 1; }
    why="the API has not heard it within $within s"
    [ "$(seconds)" -ge "$until" ] && return 1
    sleep "$pause"
  done
}

# The outcome for whoever asks; then nothing of a second instance is left.
end_beside() {
  printf 'outcome=%s\nreason=%s\n' "$1" "$2" | put "$home/beside-result"
  clear_beside
  exit 0
}

# What is wanted goes first: without it a run that comes after this one goes on here.
clear_beside() {
  systemctl stop "$second" 2>/dev/null 8>&- 9>&-
  rm -f "$home/beside-wanted"
  rm -f "$home/beside-came" "$home/beside-end" "$home/phase" "$home/base" "$home/leaving" "$home/given-back" "$units/$second.service" "$link" "$link.part"
  systemctl daemon-reload
}

# Starts the second instance and judges it. One that does not come up has cost nothing: the agent of the unit has served all the time.
come() {
  reason=$(grep -s "^$wanted " "$home/failed" | tail -n 1 | cut -d' ' -f4-)
  [ -n "$reason" ] && end_beside failed "$reason"
  if ! second_runs; then
    reason=$(cannot)
    [ -n "$reason" ] && end_beside refused "$reason"
    agent=$(journal_of "$unit" | named_in agent_id)
    # Of an instance that there is not it changes nothing, and shows that the API hears who asks.
    keep_off "$agent" none || end_beside refused "the API does not let its agent choose who takes new tunnels"
    for source in "$bin.gateways-new" "$bin"; do
      [ -f "$link" ] && [ "$(sum "$link")" = "$wanted" ] && break
      [ -f "$source" ] && [ "$(sum "$source")" = "$wanted" ] || continue
      rm -f "$link.part"
      ln "$source" "$link.part" && mv -f "$link.part" "$link"
    done
    [ -f "$link" ] && [ "$(sum "$link")" = "$wanted" ] || end_beside refused "no binary with sha256 $wanted lies beside $bin"
    write_unit
    systemctl reset-failed "$second" 2>/dev/null 8>&-
    systemctl restart "$second" 8>&- || :
  fi
  if second_comes_up; then
    # Before it was asked for a tunnel, all of its connections lead to the API.
    connections=$(connections_of "$other" | sort -u)
    journal_of "$second" | grep -q 'received tunnel request' || echo "$connections" | put "$home/base"
    echo "$wanted" | put "$home/beside-came"
    return 0
  fi
  reason="release $release does not come up beside the one that runs: $why"
  note_failure "$reason"
  end_beside failed "$reason"
}

# Keeps new tunnels off the unit's own process, whichever it is.
lead_on() {
  running && began=$(started_at "$pid") || return 0
  old='' old_began='' agent='' instance=''
  read -r old old_began agent instance 2>/dev/null <"$home/leaving" || :
  if [ "$old $old_began" != "$pid $began" ]; then
    agent=$(journal_of "$unit" | named_in agent_id) instance=$(journal_of "$unit" | named_in instance_id)
    [ -n "$instance" ] || return 0
    echo "$pid $began $agent $instance" | put "$home/leaving"
  fi
  if keep_off "$agent" "$instance"; then echo leads | put "$home/phase"; else rm -f "$home/phase"; fi
  [ -f "$home/beside-result" ] || printf 'outcome=leads\nreason=\n' | put "$home/beside-result"
}

# True once the unit's own process can be chosen for new tunnels again, if it was kept from that.
is_given_back() {
  old='' old_began='' agent='' instance=''
  read -r old old_began agent instance 2>/dev/null <"$home/leaving" || :
  if [ -n "$instance" ] && running && [ "$old $old_began" = "$pid $(started_at "$pid")" ]; then
    give_back "$agent" "$instance" || return 1
    seconds | put "$home/given-back"
  fi
  rm -f "$home/leaving"
  [ -f "$home/given-back" ] || return 0
  passed=$(($(seconds) - $(cat "$home/given-back")))
  # Less than nothing: the host was restarted since.
  [ "$passed" -lt 0 ] || [ "$passed" -ge "${GATEWAYS_SIGN:-70}" ]
}

# The unit serves by itself: new tunnels go there, and the second instance ends once nothing has run through it for some looks. False when it is over.
leave_on() {
  is_given_back || return 0
  running && [ "$(shown ActiveState)" = active ] || return 0
  [ "$ready" = - ] || fetch "$ready" >/dev/null 2>&1 || return 0
  agent=$(journal_of "$second" | named_in agent_id) instance=$(journal_of "$second" | named_in instance_id)
  if ! keep_off "$agent" "$instance"; then
    idle=0
    return 0
  fi
  echo leaves | put "$home/phase"
  if [ "$(tunnels_beside "$other")" = 0 ]; then idle=$((idle + 1)); else idle=0; fi
  [ "$idle" -lt "${GATEWAYS_IDLE:-6}" ]
}

# One look, and what follows from it. False when it is over.
round() {
  is_swapping && return 0
  if ! second_runs; then
    # A systemd that does not answer in time says nothing of it.
    case $(shown_of "$second" ActiveState) in inactive | failed) ;; *) return 0 ;; esac
    # It is gone for good. Rather the old one than none.
    is_given_back || [ -f "$home/given-back" ] || return 0
    return 1
  fi
  if [ -f "$home/beside-end" ]; then
    leave_on
  elif grep -qs "^$wanted " "$home/failed" || { running && { same "/proc/$pid/exe" "$link" || [ "$(sum "/proc/$pid/exe")" = "$wanted" ]; }; }; then
    # From now on whatever the unit runs: it may be yet another release before the last tunnel has ended.
    : >"$home/beside-end"
    leave_on
  else
    lead_on
  fi
}

lead() {
  mkdir -p "$home"
  exec 8>"$home/lead"
  flock -w 60 8 || exit 1
  link='' tries=3
  # A systemd that does not answer in time names no binary, either.
  until { resolve && link=$bin.gateways-beside; } || [ "$tries" -eq 0 ]; do
    tries=$((tries - 1))
    sleep "$pause"
  done
  read -r wanted release ready within 2>/dev/null <"$home/beside-wanted" || { clear_beside; exit 0; }
  [ -n "$link" ] || end_beside refused "unit $unit names no binary that is there"
  # What a run that was killed has said is judged anew.
  [ -f "$home/beside-came" ] || { rm -f "$home/beside-result"; come; }
  idle=0 rounds=0
  while round; do
    rounds=$((rounds + 1))
    [ "$rounds" = "${GATEWAYS_ROUNDS:-}" ] && exit 0
    sleep "${GATEWAYS_EVERY:-5}"
  done
  clear_beside
}

is_leading() {
  case $(systemctl is-active "$leader" 2>/dev/null) in active | activating | deactivating) return 0 ;; esac
  return 1
}

start_leader() {
  is_leading || systemd-run --quiet --collect --unit="$leader" --property=Restart=on-failure --property=RestartSec=1 \
    --property=StartLimitIntervalSec=0 /bin/sh "$0" lead "$unit" 2>/dev/null
}

# Has systemd run a second instance of a binary that was staged.
beside() {
  lock 5 || busy
  resolve || refuse "unit $unit names no binary that is there"
  # One that was judged is about to be cleared away, with what is wanted.
  is_leading && grep -qs '^outcome=\(failed\|refused\)$' "$home/beside-result" && busy
  if second_runs; then
    [ "$(sum "/proc/$other/exe")" = "$2" ] || refuse "a second instance of another release still runs, for its tunnels"
    [ ! -f "$home/beside-end" ] || refuse "the second instance is about to end"
  elif is_leading; then
    # It has one come up, or sees one off.
    grep -qs "^$2 " "$home/beside-wanted" || busy
  else
    rm -f "$home/beside-came" "$home/beside-end" "$home/phase" "$home/base" "$home/leaving" "$home/given-back"
  fi
  rm -f "$home/beside-result"
  printf '%s %s %s %s\n' "$2" "$3" "$4" "$5" | put "$home/beside-wanted" || refuse "nothing can be noted in $home"
  exec 9>&-
  start_leader || start_leader || refuse "systemd does not start $leader"
  echo "outcome=started"
}

# Ends what was begun: the unit's own process takes new tunnels again, and the second instance ends with its last one.
dismiss() {
  lock 5 || busy
  if [ -f "$home/beside-wanted" ]; then
    : >"$home/beside-end"
    exec 9>&-
    start_leader || start_leader || refuse "systemd does not start $leader"
  fi
  echo "outcome=dismissed"
}

look_beside() {
  if second_runs; then
    echo "beside=$(sum "/proc/$other/exe")"
    echo "besidePhase=$(cat "$home/phase" 2>/dev/null)"
    echo "besideTunnels=$(tunnels_beside "$other")"
  fi
  [ "$1" != beside ] || echo "cannotBeside=$(cannot)"
}
