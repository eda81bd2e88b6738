#!/bin/sh
# Installs what the in-memory MongoDB of the tests needs, on Debian; does nothing where it is there.
set -eu
if command -v mongod >/dev/null || [ -n "${PAYPROOF_TEST_MONGODB_URL:-}" ]; then
    exit 0
fi
if command -v javac >/dev/null && command -v mvn >/dev/null; then
    exit 0
fi
apt-get update -qq
apt-get install -y -qq --no-install-recommends default-jdk-headless maven
