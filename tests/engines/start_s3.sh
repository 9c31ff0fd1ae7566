#!/bin/bash
# Starts an S3 server for the tests: Ceph's object gateway over a monitor and one storage daemon that keeps everything
# in memory. Listens on loopback only; needs no root. Debian: apt-get install --no-install-recommends radosgw ceph-mon ceph-osd
#
#   start_s3.sh FOLDER [PORT] [ACCESS_KEY] [SECRET_KEY]
#
# If the server of FOLDER already answers at PORT, nothing is done; else FOLDER is emptied. PORT 0 (or none) is a free
# one. Prints the URL. To stop it, kill the processes named in FOLDER/run/*.pid.
set -euo pipefail

folder=$(realpath -m -- "${1:?which folder?}")
port=${2:-0}
access_key=${3:-streamcore}
secret_key=${4:-streamcore-secret}
export PATH=$PATH:/usr/sbin:/sbin

for program in radosgw radosgw-admin ceph ceph-mon ceph-osd monmaptool; do
    command -v "$program" >/dev/null || { echo "$program is not installed" >&2; exit 3; }
done

answers() { # port
    python3 - "$1" <<'PYTHON' 2>/dev/null
import sys, urllib.request
urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"http://127.0.0.1:{sys.argv[1]}/", timeout=10).read()
PYTHON
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

if [ -f "$folder/url" ]; then
    running=$(sed 's/.*://' "$folder/url")
    if { [ "$port" = 0 ] || [ "$port" = "$running" ]; } && answers "$running"; then
        cat "$folder/url"
        exit 0
    fi
    for pid in "$folder"/run/*.pid; do
        [ -f "$pid" ] && kill -9 "$(cat "$pid")" 2>/dev/null || true
    done
fi

[ "$port" = 0 ] && port=$(free_port)
monitor="127.0.0.1:$(free_port)"
cluster=$(cat /proc/sys/kernel/random/uuid)
rm -rf -- "${folder:?}"
mkdir -p "$folder"/{monitor,storage,gateway,run,log}
cd "$folder"

cat >ceph.conf <<CONF
[global]
fsid = $cluster
mon_host = v1:$monitor
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_msgr2 = false
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
run_dir = $folder/run
pid_file = $folder/run/\$name.pid
admin_socket = $folder/run/\$name.sock
log_file = $folder/log/\$name.log
crash_dir = $folder/log
mon_data = $folder/monitor
mon_data_avail_crit = 1
mon_data_avail_warn = 1
mon_allow_pool_size_one = true
osd_data = $folder/storage
osd_objectstore = memstore
memstore_device_bytes = 4294967296
osd_crush_chooseleaf_type = 0
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 8
osd_pool_default_pgp_num = 8
osd_pool_default_pg_autoscale_mode = off
rgw_data = $folder/gateway
[client.rgw.tests]
rgw_frontends = beast endpoint=127.0.0.1:$port
CONF
export CEPH_CONF=$folder/ceph.conf

{
    monmaptool --create --fsid "$cluster" --addv a "[v1:$monitor]" map
    ceph-mon --mkfs -i a --monmap map
    ceph-mon -i a
    device=$(cat /proc/sys/kernel/random/uuid)
    timeout 60 ceph osd new "$device"
    ceph-osd --mkfs -i 0 --osd-uuid "$device"
    # Its first words to the monitor may come before it knows whose it is, and are refused ("wrong fsid").
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        ceph-osd -i 0 && break
        sleep 0.5
    done
    radosgw -n client.rgw.tests
} >log/start.log 2>&1 </dev/null || { tail -n 20 log/start.log >&2; exit 1; }

until answers "$port" || [ "$SECONDS" -gt 180 ]; do sleep 0.25; done
answers "$port" || { echo "the gateway does not answer" >&2; tail -n 20 log/*.log >&2; exit 1; }
radosgw-admin user create --uid=tests --display-name=tests --access-key="$access_key" --secret-key="$secret_key" \
    >>log/start.log 2>&1
echo "http://127.0.0.1:$port" | tee url
