#!/bin/sh
# What the official image does at its start, as far as it is seen from outside.
# Source: docker-library/haproxy@2.6:docker-entrypoint.sh.
set -e

case "${1:-}" in -*) set -- haproxy "$@" ;; esac
if [ "$1" = haproxy ]; then
  shift
  # A master with workers, in the foreground.
  set -- haproxy -W -db "$@"
fi
exec "$@"
