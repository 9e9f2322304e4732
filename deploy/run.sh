#!/usr/bin/env bash
# `make run`: relay, gateway and mailbox on loopback, in a folder of their own, until Ctrl-C.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=${TARGET:-target/debug}
state=${STATE:-.run}
mkdir -p "$state"
state=$(cd "$state" && pwd)
pids=()

stop() {
  trap - INT TERM EXIT
  echo; echo "Stopping … / 停止します"
  for pid in "${pids[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  exit "${1:-0}"
}
trap 'stop 0' INT TERM
trap 'stop 1' EXIT

start() { # name, log, command...
  local name=$1 log=$2; shift 2
  "$@" >"$log" 2>&1 &
  pids+=($!)
  printf '%s\n' "$!" >"$state/$name.pid"
}

wait_for() { # name, pid, url-or-port
  for _ in $(seq 1 150); do
    kill -0 "$2" 2>/dev/null || { echo "$1 did not start:"; tail -n 20 "$state/$1.log"; exit 1; }
    if [[ $3 == http* ]]; then curl -fsS -o /dev/null "$3" 2>/dev/null && return; else (exec 3<>"/dev/tcp/127.0.0.1/$3") 2>/dev/null && return; fi
    sleep 0.2
  done
  echo "$1 does not answer; its log: $state/$1.log"; exit 1
}

"$bin/write-samples" "$state/samples"

cat >"$state/gateway.toml" <<CONFIG
[service]
state_dir = "$state/state"
[sandbox]
level = "best-effort"
[log]
format = "text"
[development]
mailbox = "$state/mailbox"
CONFIG

start mailbox "$state/mailbox.log" "$bin/smtp-relay" mailbox --listen 127.0.0.1:2626 --maildir "$state/mailbox"
wait_for mailbox "${pids[0]}" 2626
start relay "$state/relay.log" "$bin/smtp-relay" run --state-dir "$state/state"
start gateway "$state/gateway.log" "$bin/file-gateway" run --config "$state/gateway.toml"
wait_for relay "${pids[1]}" http://127.0.0.1:9465/readyz
wait_for gateway "${pids[2]}" http://127.0.0.1:8082/readyz
login=$("$bin/file-gateway" account one-time --config "$state/gateway.toml" --email clerk@city.example.lg.jp)

# Red where a protection is missing: the services say so in their logs.
grep -h "BEST EFFORT" "$state"/*.log | sed $'s/.*/\033[1;31m&\033[0m/' || true
cat <<TEXT

  smtp-relay    smtp://127.0.0.1:2525          (Internet → sanitizer → mailbox)
  mailbox       smtp://127.0.0.1:2626          $state/mailbox
  file-gateway  http://127.0.0.1:8080/         インターネット側 (upload)
                http://127.0.0.1:8081/         LGWAN側 (receive, mail)
  metrics       http://127.0.0.1:9465/metrics  http://127.0.0.1:8082/metrics
  logs          $state/*.log

  One-time log-in / 一回限りのログイン:
$(sed 's/^/    /' <<<"$login")

  Try / 試す:
    curl smtp://127.0.0.1:2525 --mail-from sender@example.jp --mail-rcpt clerk@city.example.lg.jp -T $state/samples/sample.eml
    http://127.0.0.1:8080/ → http://127.0.0.1:8081/

  Ctrl-C stops everything. / Ctrl-C で止まります。
TEXT
wait -n "${pids[@]}"
echo "a process ended; see $state/*.log"
exit 1
