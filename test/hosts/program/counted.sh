#!/bin/sh
# Stands in front of a program in PATH: counts the calls, and kills the group of PROGRAM_GROUP at the call KILL_AT, before or after it.
PATH=$REAL_PATH
name=${0##*/}
read -r number <"$COUNT"
number=$((number + 1))
echo $number >"$COUNT"
read -r group <"$PROGRAM_GROUP"
[ "$number:before" = "${KILL_AT:-}" ] && kill -9 "-$group"
"$name" "$@"
code=$?
[ "$number:after" = "${KILL_AT:-}" ] && kill -9 "-$group"
exit $code
