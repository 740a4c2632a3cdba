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

install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null 2>&1
}

newest() {
  ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | cut -d / -f 5 | sort -n | tail -n 1
}

command -v apt-get >/dev/null || give_up "no apt-get here"

version=$(newest)
if [ -n "$version" ] && [ -f "/usr/share/postgresql/$version/extension/vector.control" ]; then
  echo "PostgreSQL $version with pgvector is here"
  exit 0
fi
# Some sources may be out of reach while those that are needed are not.
as_root apt-get update -qq >/dev/null 2>&1 || echo "install-postgres: apt-get update met an error; going on with what it has" >&2
if [ -z "$version" ]; then
  install postgresql || give_up "apt-get cannot install postgresql"
  version=$(newest)
fi
if install "postgresql-$version-pgvector"; then
  echo "PostgreSQL $version with its packaged pgvector is installed"
  exit 0
fi

# Debian 12 has no package of it: the source package of a newer Debian builds with one compiler call.
command -v gcc >/dev/null || install gcc libc6-dev || give_up "apt-get cannot install a compiler"
# Where this machine gets its packages from.
archive=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list 2>/dev/null \
  | sed -nE 's#^(URIs:|deb( \[[^]]*\])?) *(https?://[^ ]*/debian/?)( .*)?$#\3#p' | head -n 1)
[ -n "$archive" ] || give_up "no Debian archive among the sources of apt"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/parts" "$work/lists/partial" "$work/source"
cat > "$work/parts/newer.sources" <<SOURCES
Types: deb-src
URIs: $archive
Suites: trixie
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
cd "$work" || give_up "no temporary folder"
# apt downloads as a user of its own.
chmod -R 777 "$work"
# The package of the headers would bring a whole LLVM along, so only they are taken out of it.
apt-get download "postgresql-server-dev-$version" >/dev/null 2>&1 || give_up "the headers of PostgreSQL $version cannot be fetched"
dpkg-deb -x postgresql-server-dev-*.deb headers || give_up "the headers of PostgreSQL $version cannot be unpacked"
apt="-o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts=$work/parts -o Dir::State::Lists=$work/lists -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache="
# shellcheck disable=SC2086
as_root apt-get $apt update -qq >/dev/null 2>&1 || give_up "the sources of Debian trixie cannot be reached"
# shellcheck disable=SC2086
as_root apt-get $apt source --download-only pgvector >/dev/null 2>&1 || give_up "the source of pgvector cannot be fetched"
tar xf pgvector_*.orig.tar.gz -C source --strip-components=1 || give_up "the source of pgvector cannot be unpacked"

cd source || give_up "the source of pgvector cannot be unpacked"
# The options of its Makefile, less -march=native, so that what is built runs on another machine too.
gcc -O2 -ftree-vectorize -fassociative-math -fno-signed-zeros -fno-trapping-math -fPIC -shared \
  "-I$work/headers/usr/include/postgresql/$version/server" src/*.c -o vector.so -lm || give_up "pgvector does not compile"
release=$(sed -n "s/^default_version = '\(.*\)'/\1/p" vector.control)
extensions="/usr/share/postgresql/$version/extension"
# What the tests look for comes last.
as_root cp vector.so "/usr/lib/postgresql/$version/lib/" \
  && as_root cp sql/vector.sql "$extensions/vector--$release.sql" \
  && as_root cp vector.control "$extensions/" || give_up "pgvector cannot be put in place"
echo "PostgreSQL $version with pgvector $release is installed"
