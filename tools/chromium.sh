#!/usr/bin/env bash
# Finds a Chromium for the browser journeys; installs Debian's where there is none and it may.
set -euo pipefail

for name in chromium chromium-browser google-chrome; do
  if command -v "$name"; then exit 0; fi
done

if ! command -v apt-get > /dev/null; then
  echo "No Chromium here, and no apt-get to install it with: install Chromium, then try again." >&2
  exit 1
fi
if [ "$(id -u)" = 0 ]; then
  as_root=()
elif sudo -n true 2> /dev/null; then
  as_root=(sudo -n)
else
  echo "No Chromium here, and no right to install it. Run: sudo apt-get install chromium" >&2
  exit 1
fi
echo "Installing Debian's chromium"
"${as_root[@]}" apt-get update --quiet=2
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install --quiet=2 --yes --no-install-recommends chromium fonts-dejavu-core > /dev/null
command -v chromium
