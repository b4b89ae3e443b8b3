#!/bin/sh
# Installs a downloaded alived: checks it against SHA256SUMS, which has to lie
# beside this script as the program does, and runs its "install" command.
# Options are handed on to that: --dry-run, --method, --prefix.
set -eu

fail() {
  echo "install.sh: $1" >&2
  exit 1
}

directory=$(cd "$(dirname "$0")" && pwd)
case $(uname -s)-$(uname -m) in
  Linux-x86_64) program=alived-x86_64-unknown-linux-gnu ;;
  Linux-aarch64) program=alived-aarch64-unknown-linux-gnu ;;
  *) fail "there is no alived for $(uname -s) on $(uname -m)" ;;
esac
cd "$directory"
for file in "$program" SHA256SUMS; do
  [ -f "$file" ] || fail "\"$directory/$file\" is missing: download it too"
done

# Two spaces: the one line of this program, as sha256sum writes it.
line=$(grep -E "^[0-9a-f]{64}  $program\$" SHA256SUMS) ||
  fail "SHA256SUMS does not name $program"
echo "$line" | sha256sum --check --status - ||
  fail "$program is not what SHA256SUMS says: do not use it"

chmod +x "$program"
"./$program" --version ||
  fail "$program does not run here: it needs glibc 2.27 or later"
"./$program" install "$@"
