#!/bin/sh
# Stands in for ssh: runs the command, its last word, in the folder of the staged host whose name is the address (STAGED/<name>/env).
for word; do
  case $word in *@*) host=${word#*@} ;; esac
  command=$word
done
. "$STAGED/$host/env"
command=$(printf %s "$command" | sed "s#/var/lib/gateways#$FOLDER/gateways#g")
exec sh -c "$command"
