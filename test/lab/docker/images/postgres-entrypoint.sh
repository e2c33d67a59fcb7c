#!/bin/sh
# What the official image does at its start, so far as that is seen from outside.
# Source: docker-library/postgres@15-alpine:docker-entrypoint.sh.
set -eu

case "${1:-}" in -*) set -- postgres "$@" ;; esac
[ "${1:-}" = postgres ] || exec "$@"

sockets=/var/run/postgresql
if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" "$sockets"
  chmod 700 "$PGDATA"
  chmod 3777 "$sockets"
  find "$PGDATA" \! -user postgres -exec chown postgres:postgres {} +
  chown postgres:postgres "$sockets"
  exec /usr/bin/setpriv --reuid=70 --regid=70 --clear-groups "$0" "$@"
fi

make_database() {
  : "${POSTGRES_USER:=postgres}"
  : "${POSTGRES_DB:=$POSTGRES_USER}"
  : "${POSTGRES_PASSWORD:=}"
  : "${POSTGRES_HOST_AUTH_METHOD:=scram-sha-256}"
  if [ -z "$POSTGRES_PASSWORD" ] && [ "$POSTGRES_HOST_AUTH_METHOD" != trust ]; then
    echo 'Error: Database is uninitialized and superuser password is not specified.' >&2
    exit 1
  fi
  secret=$(mktemp /tmp/secret.XXXXXX)
  printf '%s\n' "$POSTGRES_PASSWORD" >"$secret"
  initdb --pgdata="$PGDATA" --username="$POSTGRES_USER" --pwfile="$secret" --encoding=UTF8 --locale=C.UTF-8 ${POSTGRES_INITDB_ARGS:-}
  rm -f "$secret"
  printf '\nhost all all all %s\n' "$POSTGRES_HOST_AUTH_METHOD" >>"$PGDATA/pg_hba.conf"
  echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"
  # Nobody is let in from outside before the database is whole.
  pg_ctl --pgdata="$PGDATA" --options="-c listen_addresses=''" --wait start
  ask="psql -v ON_ERROR_STOP=1 --no-psqlrc --username=$POSTGRES_USER --no-password"
  if [ "$POSTGRES_DB" != postgres ]; then
    echo 'CREATE DATABASE :"wanted";' | $ask --dbname=postgres --set=wanted="$POSTGRES_DB"
  fi
  for script in /docker-entrypoint-initdb.d/*.sql; do
    [ -f "$script" ] || continue
    echo "$0: running $script"
    $ask --dbname="$POSTGRES_DB" --file="$script"
  done
  pg_ctl --pgdata="$PGDATA" --mode=fast --wait stop
  printf '\nPostgreSQL init process complete; ready for start up.\n\n'
}

if [ -s "$PGDATA/PG_VERSION" ]; then
  printf '\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n'
else
  make_database
fi
exec "$@"
