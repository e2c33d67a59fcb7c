# The binary of an agent: which one it is, what is brought beside it, and what is kept. Functions of agent.sh, which follows this file.

sum() { sha256sum <"$1" 2>/dev/null | cut -d' ' -f1; }
same() { [ "$1" -ef "$2" ]; }

# The binary that the unit starts, past symbolic links (T-32): not the one that a guide names.
resolve() {
  bin=$(shown ExecStart | sed -n 's/^{ path=\([^ ;]*\) ;.*/\1/p')
  [ -n "$bin" ] || return 1
  bin=$(readlink -f "$bin") && [ -f "$bin" ]
}

# Room beside the binary that comes back with what lies there and is not swapped: a second name of what was kept, or of what runs, has taken none.
staged_room() {
  du -k "$bin" "$bin.gateways-old" "$bin.gateways-beside" "$bin.gateways-new" "$bin.gateways-part"* 2>/dev/null |
    awk '/\.gateways-(new|part.*)$/ { room += $1 } END { print room + 0 }'
}

# There while SELinux is on.
selinux=${GATEWAYS_SELINUX:-/sys/fs/selinux/enforce}

# Capabilities of a file, behind its name as getcap prints them: ` = cap_net_bind_service+ep`, since 2.41 ` cap_net_bind_service=ep`.
capabilities_of() {
  found=$(getcap "$1" 2>/dev/null) && found=${found#"$1"} && found=${found# =} && echo "${found# }"
}

# The label of SELinux that a file has; nothing if it has none.
label_of() {
  found=$(stat -c %C "$1" 2>/dev/null) && [ "$found" != '?' ] && echo "$found"
}

# True if the process has what only its file can have given: it is not root's, and not all of its capabilities are ambient ones. Source: capabilities(7)
has_from_file() {
  running && [ "$(awk '/^Uid:/ { user = $3 } /^CapPrm:/ { has = $2 } /^CapAmb:/ { ambient = $2 } END { print (user != 0 && has != ambient) }' "/proc/$pid/status")" = 1 ]
}

# Why a new binary cannot get what the file system has of the one in use beside its content; nothing if it can.
cannot_give() {
  if [ -e "$selinux" ] && ! command -v chcon >/dev/null; then
    echo "SELinux is on, and there is no chcon to give the new binary its label"
  elif getcap "$bin" >/dev/null 2>&1; then
    [ -z "$(capabilities_of "$bin")" ] || command -v setcap >/dev/null || echo "$bin has capabilities ($(capabilities_of "$bin")), and there is no setcap to give them to the new one"
  elif has_from_file; then
    echo "the agent has capabilities of its file, and there is no getcap to read them"
  fi
}

# Gives a file what the one in use has beside its content: owner, mode, label, and capabilities, which a change of the owner takes away. Without them a new agent may not do what the old one does.
give_to() {
  why=$(cannot_give)
  [ -z "$why" ] || return 1
  why="no change of the mode of $1"
  chown --reference="$bin" "$1" && chmod --reference="$bin" "$1" && chmod +x "$1" || return 1
  label=$(label_of "$bin")
  # A label from a time in which SELinux was on says nothing while it is off.
  if [ -n "$label" ] && ! chcon --reference="$bin" "$1" 2>/dev/null && [ -e "$selinux" ]; then
    why="$1 does not take the label $label of $bin"
    return 1
  fi
  given=$(capabilities_of "$bin")
  [ -z "$given" ] && return 0
  why="$1 does not take the capabilities $given of $bin"
  setcap "$given" "$1" 2>/dev/null
}

stage() {
  wanted=$2 url=${3:-}
  lock 5 || busy
  resolve || refuse "unit $unit names no binary that is there"
  # What comes from elsewhere has a name of its own: whoever has sent it may be gone without a word, and go on once its cable is back.
  new=$bin.gateways-new part=$bin.gateways-part.$$
  if [ -f "$new" ] && [ "$(sum "$new")" = "$wanted" ]; then
    give_to "$new" || refuse "$why"
    echo "outcome=staged"
    echo "reason=it was there"
    exit 0
  fi
  rm -f "$bin".gateways-part* "$new"
  # Left by a host that has gone down.
  second_runs || is_leading || rm -f "$bin.gateways-beside"
  from="the one that was kept"
  if [ -f "$bin.gateways-old" ] && [ "$(sum "$bin.gateways-old")" = "$wanted" ]; then
    # A second name needs no room. Where there can be none, such as on another file system, it is copied.
    ln -L "$bin.gateways-old" "$part" 2>/dev/null || cp "$bin.gateways-old" "$part" || { rm -f "$part"; refuse "no room beside $bin"; }
  elif [ "$(sum "$bin")" = "$wanted" ]; then
    echo "outcome=staged"
    echo "reason=it is in use"
    exit 0
  elif runs_wanted; then
    from="what runs"
    cp "/proc/$pid/exe" "$part" || { rm -f "$part"; refuse "no room beside $bin"; }
  else
    # It may take long, or never end: meanwhile the next run may come.
    exec 9>&-
    if [ -n "$url" ]; then
      from=$url
      words=$(fetch_to "$url" "$part" 2>&1) || { rm -f "$part"; refuse "no download of $url: $(printf '%s' "${words:-there is neither curl nor wget}" | tr '\n' ' ')"; }
    else
      from="standard input"
      cat >"$part" || { rm -f "$part"; refuse "no room beside $bin"; }
    fi
    lock 5 || { rm -f "$part"; busy; }
  fi
  [ "$(head -c 4 "$part" | od -An -tx1 | tr -d ' \n')" = 7f454c46 ] || { rm -f "$part"; refuse "what came from $from is no program, such as an error page"; }
  found=$(sum "$part")
  [ "$found" = "$wanted" ] || { rm -f "$part"; refuse "what came from $from has sha256 $found, expected $wanted"; }
  # Bytes 18 and 19 say for which machine it is made; those of a binary that runs here are right.
  [ "$(head -c 20 "$part" | tail -c 2 | od -An -tx1)" = "$(head -c 20 "$bin" | tail -c 2 | od -An -tx1)" ] || { rm -f "$part"; refuse "what came from $from is made for another machine than $(uname -m)"; }
  give_to "$part" || { rm -f "$part"; refuse "$why"; }
  sync "$part"
  mv -f "$part" "$new"
  echo "outcome=staged"
  echo "reason=from $from"
}

fetch_to() {
  if command -v curl >/dev/null; then
    curl -fsSL --max-time 300 -o "$2" "$1"
  elif command -v wget >/dev/null; then
    wget -q -T 60 -O "$2" "$1"
  else
    return 127
  fi
}

# True if somebody has put a file into the place of the one that runs, and has not started it (T-32).
runs_another() { running && ! same "/proc/$pid/exe" "$bin"; }

# True if the wanted one runs, whatever lies in its place.
runs_wanted() { running && [ "$(sum "/proc/$pid/exe")" = "$wanted" ]; }

# What runs is what works. The file in use gets a second name: it needs no room, and nothing has to be put together when it goes back. One that has lost its name is copied, with all that it has.
keep() {
  if ! runs_another; then
    same "$old" "$bin" || { rm -f "$old.part" && ln "$bin" "$old.part" && mv -f "$old.part" "$old"; }
  elif [ ! -f "$old" ] || [ "$(sum "$old")" != "$(sum "/proc/$pid/exe")" ]; then
    rm -f "$old.part"
    cp --preserve=all "/proc/$pid/exe" "$old.part" && sync "$old.part" && mv -f "$old.part" "$old" || { rm -f "$old.part"; return 1; }
  fi
}
