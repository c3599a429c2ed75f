#!/bin/sh
# Makes sure that there is a Chromium for the browser tests: installs Debian's when it is missing and this is root on Debian.
# Otherwise does nothing; the tests then say why they are skipped.
set -u
command -v chromium >/dev/null 2>&1 && exit 0
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || exit 0
echo "Installing Debian's chromium for the browser tests…" >&2
export DEBIAN_FRONTEND=noninteractive
{ apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-liberation; } >/dev/null 2>&1 ||
    echo "chromium could not be installed; the browser tests will be skipped." >&2
exit 0
