#!/usr/bin/env bash
# A certificate authority for one local network, and a certificate of it for this machine:
#   deploy/https/make-certificates.sh [--out FOLDER] [NAME-OR-ADDRESS…]
# Names and addresses of this machine are found by themselves; others are added. FOLDER is `certificates` unless given.
# Run again it keeps the authority, so that phones need not be told anew, and makes another certificate for the server.
set -euo pipefail
umask 077

usage() { sed -n '2,5s/^# \{0,1\}//p' "$0"; }
fail() { printf 'make-certificates: %s\n' "$1" >&2; exit 2; }

out=certificates
subjects=()
while [ $# -gt 0 ]; do
  case $1 in
    --out) [ $# -ge 2 ] || fail '--out: expected a folder'; out=$2; shift 2 ;;
    --help | -h) usage; exit 0 ;;
    -*) fail "$1: unknown; --help says what there is" ;;
    *) subjects+=("$1"); shift ;;
  esac
done
command -v openssl >/dev/null || fail 'openssl: not found; install it'

is_address() { [[ $1 =~ ^[0-9]{1,3}(\.[0-9]{1,3}){3}$ || $1 == *:* ]]; }
# Phones find NAME.local by multicast DNS where the machine answers to it.
host=$(hostname 2>/dev/null || uname -n)
own=(localhost 127.0.0.1 ::1 "$host" "${host%%.*}.local")
if command -v ip >/dev/null; then
  while read -r address; do own+=("$address"); done < <(ip -o addr show scope global 2>/dev/null | awk '{ sub(/\/.*/, "", $4); print $4 }')
elif hostname -I >/dev/null 2>&1; then
  read -ra found <<<"$(hostname -I)"
  own+=("${found[@]}")
fi

names=()
declare -A seen=()
for subject in "${own[@]}" ${subjects[@]+"${subjects[@]}"}; do
  [ -n "${seen[$subject]:-}" ] && continue
  seen[$subject]=1
  if is_address "$subject"; then names+=("IP:$subject")
  elif [[ $subject =~ ^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$ ]]; then names+=("DNS:$subject")
  else fail "$subject: expected a host name or an address"; fi
done
# A comma apart; an array is joined by the first character of IFS.
joined=$(IFS=,; printf '%s' "${names[*]}")

mkdir -p "$out"
new=$(mktemp -d "$out/.new.XXXXXX")
trap 'rm -rf "$new"' EXIT
put() { case $1 in *.crt) chmod 644 "$new/$1" ;; esac; sync "$new/$1" 2>/dev/null || true; mv -f "$new/$1" "$out/$1"; }

if [ -e "$out/ca.key" ] && [ -e "$out/ca.crt" ]; then
  openssl x509 -in "$out/ca.crt" -noout -checkend 34300800 >/dev/null || fail "$out/ca.crt: ends before a new certificate would; move $out away and run this again, then tell the phones anew"
  echo "kept the authority $out/ca.crt"
else
  # Whoever steals this key can only pretend to be a name of this network: nothing else is permitted to it.
  permitted='permitted;IP:10.0.0.0/255.0.0.0,permitted;IP:172.16.0.0/255.240.0.0,permitted;IP:192.168.0.0/255.255.0.0,permitted;IP:169.254.0.0/255.255.0.0,permitted;IP:127.0.0.0/255.0.0.0'
  permitted+=',permitted;IP:fc00::/fe00::,permitted;IP:fe80::/ffc0::,permitted;IP:::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'
  permitted+=',permitted;DNS:localhost,permitted;DNS:local,permitted;DNS:lan,permitted;DNS:internal,permitted;DNS:home.arpa'
  for name in "${names[@]}"; do
    case $name in
      DNS:*) permitted+=",permitted;$name" ;;
      IP:*:*) permitted+=",permitted;$name/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" ;;
      IP:*) permitted+=",permitted;$name/255.255.255.255" ;;
    esac
  done
  cat >"$new/ca.cnf" <<CONFIG
[req]
distinguished_name = name
x509_extensions = authority
prompt = no
[name]
O = facenet
CN = facenet on $host, $(date +%Y-%m-%d)
[authority]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
nameConstraints = critical, $permitted
CONFIG
  openssl ecparam -name prime256v1 -genkey -noout -out "$new/ca.key"
  openssl req -x509 -new -sha256 -days 3650 -key "$new/ca.key" -config "$new/ca.cnf" -out "$new/ca.crt"
  put ca.key
  put ca.crt
  echo "made the authority $out/ca.crt: phones are told to trust this one; keep $out/ca.key to yourself"
fi

# Phones refuse certificates that last longer than 825 days, some longer than 398.
cat >"$new/server.cnf" <<CONFIG
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = $joined
authorityKeyIdentifier = keyid
CONFIG
openssl ecparam -name prime256v1 -genkey -noout -out "$new/server.key"
openssl req -new -sha256 -key "$new/server.key" -subj "/O=facenet/CN=facenet server" -out "$new/server.csr"
openssl x509 -req -sha256 -days 397 -in "$new/server.csr" -CA "$out/ca.crt" -CAkey "$out/ca.key" -set_serial "0x$(openssl rand -hex 16 | sed 's/^[89a-f]/1/')" \
  -extfile "$new/server.cnf" -out "$new/server.crt" 2>/dev/null
openssl verify -CAfile "$out/ca.crt" "$new/server.crt" >/dev/null 2>"$new/why" \
  || fail "the authority in $out may not sign for these names ($(grep -o 'permitted subtree violation' "$new/why" || tail -n 1 "$new/why")); move $out away and run this again, then tell the phones anew"
put server.key
put server.crt
echo "made $out/server.crt for: ${names[*]}"
echo "facenet serve … --host 0.0.0.0 --tls-cert $out/server.crt --tls-key $out/server.key"
