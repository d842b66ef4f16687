#!/usr/bin/env bash
# Says whether a request really is uBot's: UBOT_WEBHOOK_SECRET=… verify.sh TIMESTAMP SIGNATURE < BODY
# TIMESTAMP and SIGNATURE are the headers X-Ubot-Timestamp and X-Ubot-Signature. The exit code is 0 when it is, else 1.
# Nothing but bash and openssl is needed.
set -euo pipefail

readonly timestamp=${1:?the timestamp is missing} signature=${2:?the signature is missing}
readonly replay_window_ms=$((5 * 60 * 1000))

refuse() {
  echo "$1" >&2
  exit 1
}

[[ $timestamp =~ ^[1-9][0-9]{0,14}$ ]] || refuse 'the timestamp is no number'
age=$(($(date +%s) * 1000 - timestamp))
((${age#-} <= replay_window_ms)) || refuse 'the timestamp is too far from now'

# The secret in hexadecimal, so that any character may be in it. It stands in no file, only in the arguments of openssl.
key=$(printf '%s' "${UBOT_WEBHOOK_SECRET:?is not set}" | od -An -v -tx1 | tr -d ' \n')
expected=v1=$({
  printf '%s.' "$timestamp"
  cat
} | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -r | cut -d ' ' -f 1)

# Digests of both are compared, so that how long it takes says nothing of how much was right.
digest() { printf '%s' "$1" | openssl dgst -sha256 -r | cut -d ' ' -f 1; }
[[ $(digest "$signature") == "$(digest "$expected")" ]] || refuse 'the signature does not fit'
echo 'signed by uBot'
