#!/bin/sh
# Installs PostgreSQL and pgvector for the store's tests, on Debian and its kin. Where that does not work it says so and
# ends without an error: the tests then skip what they cannot run.
set -u

give_up() {
  echo "install-postgres: $1; the tests over PostgreSQL will be skipped" >&2
  exit 0
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

command -v apt-get >/dev/null || give_up "no apt-get here"

if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
  as_root apt-get update >/dev/null || give_up "apt-get update failed"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql >/dev/null || give_up "apt-get cannot install postgresql"
fi
version=$(ls /usr/lib/postgresql | sort -n | tail -1)
if [ -f "/usr/share/postgresql/$version/extension/vector.control" ]; then
  echo "PostgreSQL $version with pgvector is here"
  exit 0
fi
if as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y "postgresql-$version-pgvector" >/dev/null 2>&1; then
  echo "PostgreSQL $version with its packaged pgvector is installed"
  exit 0
fi

# Debian 12 has no package of it: the source package of a newer Debian builds with one compiler call.
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends gcc libc6-dev "postgresql-server-dev-$version" >/dev/null \
  || give_up "no compiler or headers of PostgreSQL $version"
# Where this machine gets its packages from.
archive=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list 2>/dev/null \
  | sed -nE 's#^(URIs:|deb( \[[^]]*\])?) *(https?://[^ ]*/debian/?)( .*)?$#\3#p' | head -n 1)
[ -n "$archive" ] || give_up "no Debian archive among the sources of apt"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/parts" "$work/lists/partial"
cat > "$work/parts/newer.sources" <<SOURCES
Types: deb-src
URIs: $archive
Suites: trixie
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
cd "$work" || give_up "no temporary folder"
chmod 777 "$work"
apt="-o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts=$work/parts -o Dir::State::Lists=$work/lists"
# shellcheck disable=SC2086
as_root apt-get $apt update >/dev/null || give_up "the sources of Debian trixie cannot be reached"
# shellcheck disable=SC2086
as_root apt-get $apt source --download-only pgvector >/dev/null 2>&1 || give_up "the source of pgvector cannot be fetched"

mkdir source
tar xf pgvector_*.orig.tar.gz -C source --strip-components=1 || give_up "the source of pgvector cannot be unpacked"
cd source || give_up "the source of pgvector cannot be unpacked"
config="/usr/lib/postgresql/$version/bin/pg_config"
# The options of its Makefile, less -march=native, so that what is built runs on another machine too.
gcc -O2 -ftree-vectorize -fassociative-math -fno-signed-zeros -fno-trapping-math -fPIC -shared \
  "-I$("$config" --includedir-server)" src/*.c -o vector.so -lm || give_up "pgvector does not compile"
release=$(sed -n "s/^default_version = '\(.*\)'/\1/p" vector.control)
extensions="$("$config" --sharedir)/extension"
as_root cp vector.so "$("$config" --pkglibdir)/" \
  && as_root cp sql/vector.sql "$extensions/vector--$release.sql" \
  && as_root cp vector.control "$extensions/" || give_up "pgvector cannot be put in place"
echo "PostgreSQL $version with pgvector $release is installed"
