# Installing, the units themselves, socket activation by name, readiness.
check "sysusers" inside systemd-sysusers
check "tmpfiles" inside systemd-tmpfiles --create assent.conf
check "catalog" inside journalctl --update-catalog
inside systemctl daemon-reload

for unit in assentd.service assentd@second.service assentd-gateway-tcp.socket assentd-gateway-tls.socket \
    assentd-gateway-unix.socket \
    assentd-admin.socket; do
    output=$(inside systemd-analyze verify --man=no $unit 2>&1 || true)
    check "systemd-analyze verify $unit is silent: $output" [ -z "$output" ]
done
for unit in assentd.service assentd@second.service; do
    check "systemd-analyze security $unit: at most 0.5" inside systemd-analyze security --threshold=5 $unit
    has "$(inside systemd-analyze security --no-pager $unit | tail -1)" 'exposure level.* 0\.[0-5] ' "$unit says so"
done > >(grep -v '✓\|✗\|^ *NAME\|^$')

sockets="assentd-gateway-tcp.socket assentd-gateway-unix.socket assentd-admin.socket assentd-metrics.socket"
inside systemctl enable --now $sockets 2>/dev/null
check "sockets listen before the daemon runs" [ "$(property assentd.service ActiveState)" = inactive ]
has "$(probe greet $tcp)" 'role=gateway server=assentd' "the first connect to the TCP socket starts the daemon"
has "$(probe greet $gateway)" 'role=gateway' "the Unix socket for gateways is one"
has "$(inside assentctl status 2>&1 || true)" 'running since' "operators find the admin socket without being told where"
check "it is active" [ "$(property assentd.service ActiveState)" = active ]
has "$(property assentd.service StatusText)" 'serving' "STATUS= says what it does"
process=$(property assentd.service MainPID)
has "$(inside sh -c "tr '\\0' '\\n' < /proc/$process/environ")" '^LISTEN_FDNAMES=' "it was passed sockets by name"

watch() { inside curl -s --unix-socket /run/assent/metrics.sock "http://localhost$1" 2>&1 || true; }
has "$(watch '/readyz?verbose')" '^ready$' "the metrics socket says that it is ready"
has "$(watch /metrics)" '^assent_connections_accepted_total [1-9]' "and has figures"

# What it may do.
status=$(inside sh -c "grep -E 'NoNewPrivs|Seccomp:|Cap(Bnd|Prm|Eff|Amb)|^Uid' /proc/$process/status" | tr -s '\t\n' ' ')
has "$status" 'NoNewPrivs: 1 Seccomp: 2' "the sandbox is on"
has "$status" 'CapPrm: 0000000000000000 CapEff: 0000000000000000 CapBnd: 0000000000000000' "it has no capability"
user=$(inside stat -c %u /proc/$process)
check "it runs as a user that is made for it ($user)" [ "$user" -ge 61184 ]
check "its own network has no interface but a dead loopback" \
    [ "$(inside nsenter -t $process -n sh -c 'ls /sys/class/net; cat /proc/net/dev' | grep -cE 'eth|host0|ens')" = 0 ]
check "that network is not the machine's" \
    [ "$(inside readlink /proc/$process/ns/net)" != "$(inside readlink /proc/1/ns/net)" ]
has "$(inside stat -c '%a %U' /var/lib/private/assent)" '^700 ' "its state is its own"
check "its gateway socket belongs to a group" [ "$(inside stat -c %G:%a /run/assent/gateway.sock)" = assent-gateway:660 ]
check "its admin socket belongs to a group" [ "$(inside stat -c %G:%a /run/assent/admin.sock)" = assent-admin:660 ]

# The journal's own fields.
entry=$(inside journalctl -u assentd.service -o json --no-pager MESSAGE_ID=c2a8b9d1f4e34c6b9d0e7a5f8b2c1d03 | tail -1)
has "$entry" '"ASSENT_MICROSECONDS":"[0-9]+"' "an event has fields of its own"
has "$entry" '"PRIORITY":"6"' "an event has a priority"
has "$entry" '"CODE_FILE":"assentd/Daemon' "an event has a place in the code"
has "$(inside journalctl -x MESSAGE_ID=c2a8b9d1f4e34c6b9d0e7a5f8b2c1d03 --no-pager)" 'Starting took [0-9]+ micro' \
    "the catalog explains it"

# A second instance beside it.
inside systemctl start assentd-gateway-unix@second.socket assentd-admin@second.socket
has "$(probe greet unix:/run/assent-second/gateway.sock)" 'role=gateway' "an instance serves beside it"
has "$(inside assentctl --version; inside assentctl status --connect unix:/run/assent-second/admin.sock 2>&1)" 'running since' \
    "an instance has an admin socket of its own"
check "an instance has data of its own" inside test -d /var/lib/private/assent-second/journal
inside systemctl stop assentd-gateway-unix@second.socket assentd-admin@second.socket assentd@second.service

# Names and kinds that are wrong are told with what would be right.
wrong() { # WHAT SOCKET-SETTINGS PATTERN
    mkdir -p $root/run-none; printf '[Socket]\n%s\nService=assentd-wrong.service\n' "$2" \
        > $root/etc/systemd/system/assentd-wrong.socket
    sed -e 's/^Requires=.*//; s/^After=.*//; s/^Sockets=.*//; s/assent$/assent-wrong/' \
        -e 's#/etc/assent/assentd.conf#/etc/assent/second.conf#' $root/usr/lib/systemd/system/assentd.service \
        > $root/etc/systemd/system/assentd-wrong.service
    inside systemctl daemon-reload
    inside systemctl start assentd-wrong.socket
    inside systemctl start assentd-wrong.service 2>/dev/null || true
    has "$(inside journalctl -u assentd-wrong.service --no-pager -o cat)" "$3" "$1"
    check "$1: ends with 78, and is not tried again" [ "$(property assentd-wrong.service ExecMainStatus)" = 78 ]
    inside systemctl stop assentd-wrong.socket assentd-wrong.service
    inside systemctl reset-failed assentd-wrong.service 2>/dev/null || true
}
wrong "an unknown name" $'ListenStream=/run/wrong.sock\nFileDescriptorName=gatway' \
    'named "gatway" was passed.*gateway-tcp, gateway-tls, gateway-unix, admin, metrics'
wrong "TCP for operators" $'ListenStream=127.0.0.1:9799\nFileDescriptorName=admin' \
    '"admin" is a TCP or UDP socket that listens: it must be a listening Unix stream socket'
wrong "datagrams" $'ListenDatagram=/run/wrong2.sock\nFileDescriptorName=gateway-unix' \
    '"gateway-unix" is a Unix socket that no connection is accepted from'
wrong "no name at all" $'ListenStream=/run/wrong3.sock' 'a socket named "assentd-wrong.socket" was passed'
