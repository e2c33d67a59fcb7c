#!/bin/sh
# Stands in for systemd-run: starts the program apart from whoever asks.
while :; do case $1 in --*) shift ;; *) break ;; esac; done
setsid "$@" >/dev/null 2>&1 </dev/null &
