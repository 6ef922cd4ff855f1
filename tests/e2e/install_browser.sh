#!/bin/sh
# Makes sure that the browser tests find a Chromium: the system's, else Debian's where we may
# install it, else the one Playwright brings. Says what is missing where none of that works.
set -u
[ -n "${CHROMIUM:-}" ] && exit 0
for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium and fonts for the browser tests ..."
    apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
        chromium fonts-noto-core fonts-noto-cjk >/dev/null && exit 0
fi
.venv/bin/playwright install chromium && exit 0
echo "The browser tests need Chromium. Install it (Debian: apt-get install chromium) or set" >&2
echo "CHROMIUM to its path." >&2
exit 1
