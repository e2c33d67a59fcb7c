#!/bin/sh
# What the official image does at its start, as far as it is seen from outside.
# Source: docker-library/redis@7-alpine:docker-entrypoint.sh.
set -e

case "${1:-}" in -* | *.conf) set -- redis-server "$@" ;; esac
if [ "$1" = redis-server ]; then
  if [ "$(id -u)" = 0 ]; then
    find . \! -user redis -exec chown redis '{}' +
    exec /usr/bin/setpriv --reuid=999 --regid=999 --clear-groups "$0" "$@"
  fi
  # Whoever starts it in a container asks it from another one.
  set -- "$@" --protected-mode no
fi
exec "$@"
