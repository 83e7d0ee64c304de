# The audit log with its key as a credential, and time stamps for it: the unit that asks an authority over HTTP.
credentials=/etc/assent/credentials
output=$(inside systemd-analyze verify --man=no assent-anchor.service 2>&1 || true)
check "systemd-analyze verify assent-anchor.service is silent: $output" [ -z "$output" ]
mkdir -p -m 700 $root$credentials
mkdir -p $root/etc/systemd/system/assentd.service.d
public=$(inside assentctl audit keygen --name assent.test/systemd --output-file $credentials/audit.key)
printf '[Service]\nLoadCredential=assent-audit-key:%s/audit.key\n' $credentials \
    > $root/etc/systemd/system/assentd.service.d/audit.conf
printf 'audit = true\naudit-interval = 1\n' >> $root/etc/assent/assentd.conf
inside systemctl daemon-reload
inside systemctl restart assentd.service
check "it starts with the audit log's key as a credential" [ "$(property assentd.service ActiveState)" = active ]
inside assentctl card create --currency EUR --limit 1.00 --quiet >/dev/null
signed() { inside assentctl audit checkpoint --data-dir /var/lib/assent 2>/dev/null | grep -q '^assent.test/systemd$'; }
check "and signs what is decided" eventually signed

# newest: the newest time stamp that is kept; nothing where there is none.
anchors=/var/lib/assent/audit/anchors
newest() { inside sh -c "ls $anchors/*.tsr 2>/dev/null" | sort -V | tail -1; }
stamped() { inside curl -s --unix-socket /run/assent/metrics.sock http://localhost/metrics |
    grep -E '^assent_audit_anchor_timestamp_seconds [1-9]'; }
inside systemctl start assent-anchor.service
check "without an authority's certificate nobody is asked" \
    [ "$(property assent-anchor.service ConditionResult) $(newest)" = "no " ]

inside systemd-run --quiet --unit=authority python3 /opt/assent-tests/authority.py /run/authority 3180
check "an authority is there" eventually inside test -e /run/authority/ca.pem
inside cp /run/authority/ca.pem /etc/assent/time-authority.pem
mkdir -p $root/etc/systemd/system/assent-anchor.service.d
printf '[Service]\nEnvironment=ASSENT_AUTHORITY=http://127.0.0.1:3180/\n' \
    > $root/etc/systemd/system/assent-anchor.service.d/authority.conf
inside systemctl daemon-reload
check "assent-anchor.service has a time stamp made" inside systemctl start assent-anchor.service
has "$(inside journalctl -u assent-anchor.service --no-pager -o cat)" \
    'records were under the checkpoint at 20.* says CN=stamps.time.test in its token' "its log says so"
token=$(newest)
check "it is kept beside the audit log" [ -n "$token" ]
check "and belongs to the daemon's user" \
    [ "$(inside stat -c %u "$token")" = "$(inside stat -c %u "/proc/$(property assentd.service MainPID)")" ]
has "$(inside assent-verify checkpoint "${token%.tsr}.checkpoint" --key "$public" --token "$token" \
    --tsa-ca /run/authority/ca.pem 2>&1 || true)" 'stamped by +CN=stamps.time.test' \
    "an auditor verifies it with public keys"
check "the daemon's metric sees it" eventually stamped
has "$(inside assentctl doctor 2>&1 || true)" 'time stamp' "doctor speaks of it"

# An authority that its certificate does not lead to, and none at all.
inside openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=other \
    -keyout /run/authority/other.key -out /etc/assent/time-authority.pem 2>/dev/null
size() { inside assentctl audit checkpoint --data-dir /var/lib/assent | sed -n 2p; }
before=$(size)
inside assentctl card create --currency EUR --limit 1.00 --quiet >/dev/null
grown() { [ "$(size)" != "$before" ]; }
check "the log has grown" eventually grown
check "the word of another authority is not taken" inside sh -c '! systemctl start assent-anchor.service 2>/dev/null'
inside cp /run/authority/ca.pem /etc/assent/time-authority.pem
inside systemctl stop authority.service
check "nor is silence" inside sh -c '! systemctl start assent-anchor.service 2>/dev/null'
has "$(inside journalctl -u assent-anchor.service --no-pager -o cat)" 'curl: \(7\)' "its log names the step that failed"
check "what was kept stays the newest" [ "$(newest)" = "$token" ]
check "the daemon serves on" [ "$(property assentd.service ActiveState)" = active ]
inside systemctl start assent-anchor.timer
has "$(property assent-anchor.timer NextElapseUSecRealtime)" '20[0-9][0-9]' "the timer knows when it will ask again"
# What follows has no audit log.
inside systemctl stop assent-anchor.timer
rm -r $root/etc/systemd/system/assentd.service.d/audit.conf $root/etc/systemd/system/assent-anchor.service.d
sed -i '/^audit/d' $root/etc/assent/assentd.conf
inside systemctl daemon-reload
inside systemctl restart assentd.service
