#!/bin/sh
# Stands in for journalctl: what one start of a unit has written, as the stand-in for systemctl has noted it.
PATH=$REAL_PATH
for word; do
  case $word in _SYSTEMD_INVOCATION_ID=*) cat "$UNIT_STATE/log.${word#*=}" "$UNIT_STATE/second/log.${word#*=}" 2>/dev/null ;; esac
done
