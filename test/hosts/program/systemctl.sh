#!/bin/sh
# Stands in for systemctl with the unit of an agent and one beside it, whose state is in the folder UNIT_STATE and its folder `second`: exec, enabled, environment, state, main,
# restarts, supervisor, invocation. The second one is started as its file in GATEWAYS_UNITS says. Each start writes into a log what an agent says of itself; with a file `unheard`
# in its folder, that the API has not taken it. A file `as` there holds the number of the user whose process it is; root's by default. Its units end with the process MADE_BY.
PATH=$REAL_PATH
cd "$UNIT_STATE" || exit 1
for word; do
  case $word in gateways-beside-*) cd second && file=$GATEWAYS_UNITS/$word.service ;; esac
done

show() {
  for name in $(echo "${1#--property=}" | tr , ' '); do
    case $name in
    LoadState) echo "LoadState=loaded" ;;
    ActiveState) echo "ActiveState=$(cat state)" ;;
    UnitFileState) echo "UnitFileState=$(cat enabled)" ;;
    MainPID) echo "MainPID=$(cat main)" ;;
    NRestarts) echo "NRestarts=$(cat restarts)" ;;
    InvocationID) echo "InvocationID=$(cat invocation)" ;;
    Type) echo "Type=simple" ;;
    ExecStart) echo "ExecStart={ path=$(cut -d' ' -f1 exec) ; argv[]=$(cat exec) ; ignore_errors=no ; }" ;;
    Environment) echo "Environment=$(cat environment)" ;;
    *) echo "$name=" ;;
    esac
  done
}

stop() {
  # Once: the number of a process that is gone is soon another one's, of another host as well.
  for name in supervisor main; do
    pid=$(cat $name)
    echo 0 >$name
    [ "${pid:-0}" -gt 0 ] && kill -9 "$pid" 2>/dev/null
  done
  echo inactive >state
}

# What an agent has written by the time that it serves.
say() {
  echo "{\"msg\":\"agent instance started\",\"instance_id\":\"i-$1\",\"agent_id\":\"agent-1\"}"
  [ -f unheard ] && echo '{"msg":"initial heartbeat failed"}'
  echo '{"msg":"starting metrics/health server"}'
}

# When a process has begun, in ticks since the boot: another one may get its number. Nothing of one that has ended, also if nobody has asked how.
begun() {
  sed -n 's/.*) [^ZX] //p' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f19
}

# Whoever has made this host may be killed, and then nobody stops its units: they end by themselves, with all of their group.
end_with_maker() {
  maker=$(begun "$MADE_BY")
  while [ -n "$maker" ] && [ "$(begun "$MADE_BY")" = "$maker" ]; do
    # Somebody has stopped the unit.
    [ -n "$(begun "$1")" ] || exit 0
    sleep 0.5
  done
  kill -s KILL -- "-$1"
}

# As a unit with Restart=on-failure; it gives up after some tries. It leads a group of its own, as it was started.
supervise() {
  end_with_maker $$ &
  as=$(cat as 2>/dev/null)
  while [ "$(cat restarts)" -lt 5 ]; do
    # shellcheck disable=SC2046
    ${as:+setpriv --reuid=$as --clear-groups} $(cat exec) &
    say $! >"log.$!"
    echo $! >invocation
    echo $! >main
    echo active >state
    wait $!
    echo 0 >main
    echo activating >state
    sleep 0.2
    echo $(($(cat restarts) + 1)) >restarts
  done
  echo 0 >supervisor
  echo failed >state
}

case $1 in
show) show "$2" ;;
cat) echo "ExecStart=$(cat exec)" ;;
is-active) echo inactive ;;
reset-failed | daemon-reload) ;;
restart)
  stop
  # Now alone, before anything reads it: a file that is written while the unit starts is empty for a moment, and so would be what the unit runs.
  [ -f "${file:-}" ] && sed -n 's/^ExecStart=//p' "$file" | tail -n 1 >exec
  echo 0 >restarts
  setsid "$0" supervise "${file:+gateways-beside-bamf-agent}" >/dev/null 2>&1 </dev/null &
  echo $! >supervisor
  until [ "$(cat state)" != inactive ]; do sleep 0.02; done
  ;;
stop) stop ;;
supervise) supervise ;;
*) exit 1 ;;
esac
