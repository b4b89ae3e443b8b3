#!/bin/sh
# Uninstalls alived. The configuration stays, unless --purge is given. Options
# are handed on to "alived uninstall": --dry-run, --prefix, --purge.
set -eu

program=${ALIVED:-/usr/local/bin/alived}
if [ ! -x "$program" ]; then
  echo "uninstall.sh: \"$program\" is missing: install alived again to" \
    "uninstall it, or set ALIVED to where it is" >&2
  exit 1
fi
exec "$program" uninstall "$@"
