#!/bin/bash
# wait-stat.sh HOST PORT COMMAND REGEX: ask the runtime API until a line of its answer matches.
# For scenarios that must know that a request was queued, a check has run, ...: a condition, never a sleep.
# varnishtest's own time limit (-t) is the deadline; the count below only bounds a forgotten loop.
host=$1 port=$2 command=$3 regex=$4
for ((i = 0; i < 1000; i++)); do
  exec 3<>"/dev/tcp/$host/$port" || exit 1
  printf '%s\n' "$command" >&3
  answer=$(cat <&3)
  exec 3>&-
  grep -qE "$regex" <<<"$answer" && exit 0
  sleep 0.02
done
printf 'wait-stat: "%s" never matched; last answer:\n%s\n' "$regex" "$answer" >&2
exit 1
