# The audit log with its key as a credential, and anchors for it: the units that ask an authority and an Ethereum node.
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
    grep -E "^assent_audit_anchor_timestamp_seconds\{kind=\"$1\"\} [1-9]"; }
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
check "the daemon's metric sees it" eventually stamped timestamp
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

# A contract on a chain of its own, which a real EVM makes; where PyPI has none for us, a node that is down.
ethereum=/var/lib/assent/audit/ethereum
inside systemctl start assent-ethereum.service
check "without its settings no node is asked" [ "$(property assent-ethereum.service ConditionResult)" = no ]
program=/usr/share/assent/ethereum/assent_ethereum.py
account=0x$(printf '%040d' 1)
printf 'ASSENT_ETHEREUM_%s\n' NODE=http://127.0.0.1:1/ CHAIN=131277322940537 CONTRACT=$account ACCOUNT=$account \
    CONFIRMATIONS=3 POLL_MILLISECONDS=100 > $root/etc/assent/ethereum
chmod 600 $root/etc/assent/ethereum
check "a node that is down fails the unit" inside sh -c '! systemctl start assent-ethereum.service 2>/dev/null'
has "$(inside journalctl -u assent-ethereum.service --no-pager -o cat)" \
    'Error: the node cannot be asked for eth_chainId: \(7\)' "its log says why"
if python=$("$repository/Tests/Ethereum/prepare"); then
    # It finds its packages beside itself, wherever it is.
    cp -r "$(dirname "$(dirname "$python")")" $root/opt/assent-tests/evm
    inside systemd-run --quiet --unit=evm sh -c \
        'tail -f /dev/null | /opt/assent-tests/evm/bin/python /opt/assent-tests/node.py > /run/evm'
    check "a node is there" eventually inside test -s /run/evm
    read -r port account <<< "$(inside cat /run/evm)"
    sed -i -e "s|^ASSENT_ETHEREUM_NODE=.*|ASSENT_ETHEREUM_NODE=http://127.0.0.1:$port/|" \
        -e "s|^ASSENT_ETHEREUM_ACCOUNT=.*|ASSENT_ETHEREUM_ACCOUNT=$account|" $root/etc/assent/ethereum
    said=$(inside sh -c "set -a; . /etc/assent/ethereum; python3 $program deploy")
    has "$said" "is the contract's address" "the contract is put on the chain"
    sed -i "s|^ASSENT_ETHEREUM_CONTRACT=.*|ASSENT_ETHEREUM_CONTRACT=${said%% *}|" $root/etc/assent/ethereum
    check "assent-ethereum.service has it keep a root" inside systemctl start assent-ethereum.service
    has "$(inside journalctl -u assent-ethereum.service --no-pager -o cat)" \
        'records were under the checkpoint at 20.* of chain 131277322940537; kept as ' "its log says so"
    anchor=$(inside sh -c "ls $ethereum/*.anchor")
    check "what is kept belongs to the daemon's user" \
        [ "$(inside stat -c %u "$anchor")" = "$(inside stat -c %u "/proc/$(property assentd.service MainPID)")" ]
    has "$(inside sh -c "set -a; . /etc/assent/ethereum; python3 $program verify $anchor ${anchor%.anchor}.checkpoint")" \
        'records of assent.test/systemd were under the root' "an auditor has a node verify it"
    has "$(inside assent-verify checkpoint "${anchor%.anchor}.checkpoint" --key "$public" --ethereum "$anchor" 2>&1)" \
        'chain +131277322940537, block ' "and assent-verify says what it is over"
    check "the daemon's metric sees it" eventually stamped ethereum
    inside systemctl stop evm.service
else
    echo "# no EVM from PyPI: the unit was not seen to succeed"
fi
rm $root/etc/assent/ethereum
# What follows has no audit log.
inside systemctl stop assent-anchor.timer
rm -r $root/etc/systemd/system/assentd.service.d/audit.conf $root/etc/systemd/system/assent-anchor.service.d
sed -i '/^audit/d' $root/etc/assent/assentd.conf
inside systemctl daemon-reload
inside systemctl restart assentd.service
