#!/bin/sh
# The main job, end to end, on real data: what `make demo` does. Started again after an
# interruption it goes on where it was, because every command keeps what is there already.
set -eu
cd "$(dirname "$0")/.."
mkdir -p .demo
export VERNACULAR_DATABASE_URL="${VERNACULAR_DATABASE_URL:-sqlite:///.demo/vernacular.db}"
export VERNACULAR_CLIPS_FOLDER="${VERNACULAR_CLIPS_FOLDER:-.demo/clips}"
suite=massive-test
ui_port="${VERNACULAR_UI_PORT:-8700}"
host_port="${VERNACULAR_HOST_PORT:-8710}"
export VERNACULAR_HOST_URL="${VERNACULAR_HOST_URL:-http://127.0.0.1:$host_port}"

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

say "1/6 The store"
vernacular db upgrade

say "2/6 Real utterances: MASSIVE 1.1, test partition, 52 locales (CC BY 4.0, Amazon)"
# Reading the archive again takes seconds; asking the store first saves even those.
stored=$(vernacular corpus list --json | python -c \
    'import json, sys; print(sum(r["n"] for r in json.load(sys.stdin) if r["source"] == "massive-1.1"))')
[ "$stored" -ge 154648 ] || vernacular corpus import seed_data/massive/massive-1.1-test.tar.xz
vernacular suite create "$suite" --source massive-1.1 --partition test

say "3/6 Two releases of the pocket assistant over the suite"
for release in pocket-1 pocket-2; do
    vernacular release add "seed_data/pocket/$release.yaml"
    vernacular run start "$release" "$suite" --reuse --threads 2
done
# A baseline that somebody chose since then stays.
vernacular release list --json | grep -q '"accepted_at": "' || vernacular release accept pocket-1

say "4/6 May pocket-2 replace pocket-1?"
code=0
vernacular gate pocket-2 --baseline pocket-1 --policy seed_data/gate.yaml \
    -o .demo/report.html -o .demo/report.md -o .demo/report.xml -o .demo/report.json || code=$?
case $code in
    0 | 1 | 3) echo "(vernacular gate ended with $code: 0 pass, 1 regressed, 3 inconclusive)" ;;
    *) exit "$code" ;;
esac
echo "The same for a browser: .demo/report.html; for a pull request: .demo/report.md"

say "5/6 The same by voice: synthetic speech in eight languages, heard and understood"
vernacular clips import seed_data/voice/manifest.jsonl --source massive-1.1
vernacular suite create voice-demo --source massive-1.1 --partition test --voice
for release in pocket-voice-1 pocket-voice-2; do
    vernacular release add "seed_data/pocket_ears/$release.yaml"
    vernacular run start "$release" voice-demo --reuse --threads 2
done
code=0
vernacular compare pocket-voice-1 pocket-voice-2 --suite voice-demo || code=$?
case $code in
    0 | 1 | 3) echo "(vernacular compare ended with $code)" ;;
    *) exit "$code" ;;
esac
heard=$(vernacular run list --json | python -c \
    'import json, sys; print(next(r["id"] for r in json.load(sys.stdin) if r["release"] == "pocket-voice-2"))')
vernacular run faults "$heard"

say "6/6 People and a key"
# The file belongs to the store in use: another one gets accounts of its own.
accounts=.demo/accounts
grep -qsxF "store      $VERNACULAR_DATABASE_URL" "$accounts" &&
    vernacular people list --json | grep -q '"login": "layla"' || rm -f "$accounts"
if [ ! -e "$accounts" ]; then
    (umask 077 && printf 'store      %s\n' "$VERNACULAR_DATABASE_URL" > "$accounts.part")
    add() { # LOGIN NAME ROLE LANGUAGE LOCALE
        password=$(python -c 'import secrets; print(secrets.token_urlsafe(9))')
        printf '%s\n' "$password" | vernacular people add "$1" --name "$2" --role "$3" \
            --language "$4" --locale "$5" --password-stdin >/dev/null 2>&1 ||
            printf '%s\n' "$password" | vernacular people set-password "$1" --password-stdin >/dev/null
        printf '%-10s %-14s %-9s %s\n' "$1" "$password" "$3" "$5" >> "$accounts.part"
    }
    add layla "Layla" tester ar ar-SA
    add sam "Sam" tester en en-US
    add ida "Ida" engineer en de-DE
    add admin "Admin" admin en en-US
    key=$(vernacular keys create demo --scope feedback:write --scope feedback:read 2>/dev/null)
    printf 'API key    %s\n' "$key" >> "$accounts.part"
    mv "$accounts.part" "$accounts"
fi
echo "Made for this demo alone, kept in .demo/accounts:"
cat "$accounts"
[ "${SERVE:-yes}" = yes ] || exit 0

say "Serving (Ctrl-C ends it)"
vernacular serve host --release pocket-1 --release pocket-2 \
    --release pocket-voice-2 --port "$host_port" >.demo/host.log 2>&1 &
host=$!
trap 'kill $host 2>/dev/null || true' EXIT INT TERM
echo "model host    $VERNACULAR_HOST_URL   (loads for some seconds; log in .demo/host.log)"
echo "tester UI     http://127.0.0.1:$ui_port"
echo "HTTP API      http://127.0.0.1:$ui_port/v1/feedback   (described at /openapi.json)"
vernacular serve ui --port "$ui_port"
