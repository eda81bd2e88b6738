#!/bin/sh
# Installs what the tests in a browser need, on Debian; does nothing where it is there.
set -eu
cd "$(dirname "$0")"
wanted=
for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null; then found=yes; fi
done
if [ -z "${found:-}${PAYPROOF_TEST_BROWSER:-}" ]; then
    # Without a Korean font, the pictures of Korean pages would show boxes.
    wanted="chromium fonts-nanum"
fi
command -v npm >/dev/null || wanted="$wanted npm"
if [ -n "$wanted" ]; then
    apt-get update -qq
    # shellcheck disable=SC2086 # a list of packages
    apt-get install -y -qq --no-install-recommends $wanted
fi
if [ ! -f node_modules/axe-core/axe.min.js ]; then
    npm ci --silent
fi
