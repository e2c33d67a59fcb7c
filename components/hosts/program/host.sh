#!/bin/sh
# Says which stack keeps the agent of a host at a release, and whether anything can be written there. POSIX sh, with coreutils and flock.
#
#   look UNIT                          prints both, and what room there is for notes; changes nothing. It comes behind agent.sh, in one text, and knows its binary from there
#   claim UNIT STACK RELEASE [FROM]    notes the stack, unless another one than FROM is noted
#
# Of two stacks that come at one moment one is noted: a note is read and written under a lock on its folder.
set -u
umask 077

verb=${1:-} unit=${2:-}
unit=${unit%.service}
case $unit in
'' | *[!A-Za-z0-9@._-]*) exit 0 ;;
esac
state=${GATEWAYS_STATE:-/var/lib/gateways}
note=$state/$unit/owner

# The folders into which a swap writes, as far as they are there: one that is read only is so for root, too. For notes root has also what others have not.
say_room() {
  folder=$state
  until [ -d "$folder" ]; do folder=$(dirname "$folder"); done
  [ -w "$folder" ] || echo "readOnly=$folder"
  stat -f -c '%f %S' "$folder" 2>/dev/null | awk '{ printf "notesFreeKiB=%.0f\n", $1 * $2 / 1024 }'
  [ -z "${bin:-}" ] && return 0
  folder=$(dirname "$bin")
  [ -w "$folder" ] || echo "readOnly=$folder"
}

say_owner() {
  [ -e "$note" ] || return 0
  echo "owner.there=yes"
  sed 's/^/owner./' "$note"
}

noted() { sed -n 's/^stack=//p' "$note" | head -n 1; }

# Ends unless the note says this stack, or the one from which it may be taken.
unless_another() {
  now=$(noted)
  [ "$now" = "$1" ] && return 0
  [ -n "$2" ] && [ "${now:-unknown}" = "$2" ] && return 0
  echo "outcome=another"
  say_owner
  exit 0
}

claim() {
  part=$note.part
  mkdir -p "${note%/*}" 2>/dev/null
  # Until this ends: what is read here and what is written belong together. Without a folder there is nothing to write, either.
  [ -d "${note%/*}" ] && exec 9<"${note%/*}" && flock -w 60 9
  [ -e "$note" ] && unless_another "$1" "$3"
  # A disk without room for a line is no reason to leave an agent where it is.
  { printf 'stack=%s\nrelease=%s\nat=%s\n' "$1" "$2" "$(date +%s)" >"$part" && mv -f "$part" "$note"; } 2>/dev/null || {
    rm -f "$part" 2>/dev/null
    echo "outcome=unnoted"
    return 0
  }
  echo "outcome=claimed"
}

case $verb in
look) say_owner && say_room ;;
claim) claim "$3" "$4" "${5:-}" ;;
esac
