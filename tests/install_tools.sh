#!/bin/sh
# Makes sure that the tests find the programs they drive: a Chromium (the system's, else Debian's
# where we may install it, else the one Playwright brings) and espeak-ng, which speaks. Says what is
# missing where none of that works.
set -u

may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }
install() { # PACKAGE ...
    echo "Installing $* for the tests ..."
    apt-get -qq update &&
        DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" >/dev/null
}
has_chromium() {
    [ -n "${CHROMIUM:-}" ] && return 0
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" >/dev/null 2>&1 && return 0
    done
    return 1
}

missing=0
if ! command -v espeak-ng >/dev/null 2>&1 && ! { may_install && install espeak-ng; }; then
    echo "The speech tests need espeak-ng. Install it (Debian: apt-get install espeak-ng)." >&2
    missing=1
fi
if ! has_chromium && ! { may_install && install chromium fonts-noto-core fonts-noto-cjk; } &&
    ! .venv/bin/playwright install chromium; then
    echo "The browser tests need Chromium. Install it (Debian: apt-get install chromium) or set" >&2
    echo "CHROMIUM to its path." >&2
    missing=1
fi
exit $missing
