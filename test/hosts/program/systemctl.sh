#!/bin/sh
# Stands in for systemctl with one unit, whose state is in the folder UNIT_STATE: exec, enabled, environment, state, main, restarts, supervisor.
PATH=$REAL_PATH
cd "$UNIT_STATE" || exit 1

show() {
  for name in $(echo "${1#--property=}" | tr , ' '); do
    case $name in
    LoadState) echo "LoadState=loaded" ;;
    ActiveState) echo "ActiveState=$(cat state)" ;;
    UnitFileState) echo "UnitFileState=$(cat enabled)" ;;
    MainPID) echo "MainPID=$(cat main)" ;;
    NRestarts) echo "NRestarts=$(cat restarts)" ;;
    ExecStart) echo "ExecStart={ path=$(cut -d' ' -f1 exec) ; argv[]=$(cat exec) ; ignore_errors=no }" ;;
    Environment) echo "Environment=$(cat environment)" ;;
    *) echo "$name=" ;;
    esac
  done
}

stop() {
  for name in supervisor main; do
    pid=$(cat $name)
    [ "${pid:-0}" -gt 0 ] && kill -9 "$pid" 2>/dev/null
  done
  echo 0 >main
  echo inactive >state
}

# As a unit with Restart=on-failure; it gives up after some tries.
supervise() {
  while [ "$(cat restarts)" -lt 5 ]; do
    # shellcheck disable=SC2046
    $(cat exec) &
    echo $! >main
    echo active >state
    wait $!
    echo 0 >main
    echo activating >state
    sleep 0.2
    echo $(($(cat restarts) + 1)) >restarts
  done
  echo failed >state
}

case $1 in
show) show "$2" ;;
is-active) echo inactive ;;
reset-failed) ;;
restart)
  stop
  echo 0 >restarts
  setsid "$0" supervise >/dev/null 2>&1 </dev/null &
  echo $! >supervisor
  until [ "$(cat state)" != inactive ]; do sleep 0.02; done
  ;;
stop) stop ;;
supervise) supervise ;;
*) exit 1 ;;
esac
