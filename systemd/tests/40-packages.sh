# The Debian packages: installing, an upgrade under load, removing, purging, on a system that has seen none of it.
debs=/opt/assent-tests
apt_get="DEBIAN_FRONTEND=noninteractive apt-get -q -y -o APT::Sandbox::User=root -o Dpkg::Use-Pty=0"
# apt COMMAND FILE...: as an operator types it; a shell inside expands names.
apt() { inside sh -c "$apt_get $*" 2>&1; }
# Every path that packages could leave something in. What dpkg, apt and systemd keep for themselves is not theirs.
tree() {
    # What goes away while it looks is nobody's loss.
    { inside find /etc /usr /opt /run /var -xdev -regextype egrep -regex \
        '(/var/lib/(dpkg|apt|PackageKit)|/var/(cache|log)|/run/(log|systemd|udev)|/opt/assent-tests)' \
        -prune -o -print 2>/dev/null || true; } | sort
}
groups() { inside getent group | grep assent || true; }
versioned() { # NAME: the packages again as another version, which differs from the first by its number alone.
    mkdir -p $root$debs/$1 $work/again
    for package in assent assent-cli; do
        rm -rf $work/again/$package
        dpkg-deb -R "$packages/$package"_*.deb $work/again/$package
        sed -i "s/^Version: .*/&+$1/" $work/again/$package/DEBIAN/control
        dpkg-deb -Znone --root-owner-group -b $work/again/$package $root$debs/$1/ >/dev/null
    done
}
versioned next
versioned third
tree > $work/before
check "no group of it is there before" [ -z "$(groups)" ]

output=$(apt install $debs/assent_*.deb $debs/assent-cli_*.deb $debs/assent-loadtest_*.deb) || true
has "$(inside dpkg-query -W -f '${Package} ${Status}\n' 'assent*')" 'assent-loadtest install ok installed' \
    "apt installs the packages: $(tail -3 <<< "$output")"
sockets="assentd-gateway-tcp.socket assentd-gateway-unix.socket assentd-admin.socket assentd-metrics.socket"
units="assentd.service $sockets"
for unit in $units; do
    check "$unit runs and is enabled" \
        [ "$(property $unit ActiveState) $(property $unit UnitFileState)" = "active enabled" ]
done
check "the TLS socket waits for a certificate" \
    [ "$(property assentd-gateway-tls.socket UnitFileState)" = disabled ]
has "$(inside assentctl status 2>&1 || true)" 'running since' "assentctl status works for whoever installed it"
has "$(probe greet $tcp)" 'role=gateway' "gateways are served"
check "the programs need no library of Swift's" \
    [ "$(inside ldd /usr/bin/assent{d,ctl,-verify,-load} | grep -c 'libc\.so')" = 4 ]
lost=$(inside ldd /usr/bin/assent{d,ctl,-verify,-load} | grep -iE 'swift|not found' || true)
check "nor miss one: $lost" [ -z "$lost" ]
check "every program has its manual page" inside bash -c 'cd /usr/share/man &&
    zcat man8/assentd.8.gz man1/assent{ctl,-verify,-load}.1.gz | grep -c "^\.TH" | grep -qx 4'
for program in assentd assentctl assent-verify assent-load; do
    check "bash takes the completions of $program" inside bash -n /usr/share/bash-completion/completions/$program
done
entry=$(inside journalctl -x -u assentd MESSAGE_ID=c2a8b9d1f4e34c6b9d0e7a5f8b2c1d03 --no-pager)
has "$entry" 'Starting took [0-9]+ micro' "the catalog is in use"
check "keys are for root alone" [ "$(inside stat -c %a:%U /etc/assent/credentials)" = 700:root ]

# What an operator changes. What clients have waiting after a restart on a busy machine is answered, not refused.
printf '%s\nmax-in-flight = 32768\n' "$small" >> $root/etc/assent/assentd.conf
cp $root/etc/assent/assentd.conf $root/etc/assent/second.conf
inside systemctl restart assentd.service
inside systemctl start assentd-gateway-unix@second.socket assentd-admin@second.socket assentd@second.service
card=$(inside assentctl card create --currency EUR --limit 100.00 --activate --quiet 2>&1 || true)

# An upgrade in the middle of a held rate, and while others connect.
process=$(property assentd.service MainPID)
second=$(property assentd@second.service MainPID)
inside sh -c "cd /tmp && exec /usr/bin/assent-load run --gateway $tcp --admin unix:/run/assent/admin.sock \
    --rate 2000 --seconds 30 --warm-up 1 --connections 16 --depth 1024 --cards 500 --late-share 1 \
    --output /tmp/held" > $work/held.log 2>&1 &
loading=$!
connected() { [ "$(inside ss -Htn state established '( sport = :9701 )' 2>/dev/null | wc -l)" -ge 16 ]; }
check "the load has begun" eventually connected
storm=$(probe storm $gateway "$apt_get install $debs/next/*.deb >/tmp/upgrade.log 2>&1")
has "$storm" 'served=[1-9][0-9]* refused=0 status=0' "an upgrade refuses no connect: $(inside tail -2 /tmp/upgrade.log)"
replaced() { [ "$(property assentd.service MainPID)" != "$process" ]; }
check "the service was restarted" replaced
if wait $loading; then
    ok "a load at a held rate sees no error over an upgrade"
else
    bad "load: $(cat $work/held.log)"
fi
sed 's/^/# /' $work/held.log | tail -12
has "$(entry b7e4d1a8f5c24b9e86d3a0f7c4b1e80a)" 'connections=(1[6-9]|[2-9][0-9]) ' "its connections were handed on"
check "no connection was lost at the hand-over" [ -z "$(entry e1d4c7ba09f34852b6a9d3c0f7e4a10b)" ]
has "$(inside dpkg-query -W -f '${Version}' assent)" '\+next$' "the new version is there"
check "it is the new program that runs" inside sh -c \
    "readlink /proc/$(property assentd.service MainPID)/exe | grep -qx /usr/bin/assentd"
check "an instance was restarted too" [ "$(property assentd@second.service MainPID)" != "$second" ]
has "$(inside tail -8 /etc/assent/assentd.conf)" 'fill-buffer = 16' "the configuration is as the operator left it"

# An upgrade to a version that cannot use the configuration, be it an instance's, leaves the former processes alone.
process=$(property assentd.service MainPID)
second=$(property assentd@second.service MainPID)
echo 'credit = "many"' >> $root/etc/assent/second.conf
output=$(apt install $debs/third/assent_*.deb $debs/third/assent-cli_*.deb) && bad "an upgrade that cannot be" || true
has "$output" 'this version cannot use /etc/assent/second.conf; the former one is still running' \
    "an instance's configuration that cannot be used stops an upgrade"
sed -i '/^credit = "many"$/d' $root/etc/assent/second.conf
echo 'credit = "many"' >> $root/etc/assent/assentd.conf
output=$(inside dpkg --configure -a 2>&1) && bad "an upgrade that cannot be" || true
has "$output" 'this version cannot use /etc/assent/assentd.conf; the former one is still running' \
    "and so does the service's own"
check "the former processes serve on" \
    [ "$(property assentd.service MainPID) $(property assentd@second.service MainPID)" = "$process $second" ]
has "$(probe greet $tcp)" 'role=gateway' "to everybody"
sed -i '/^credit = "many"$/d' $root/etc/assent/assentd.conf
check "corrected, the upgrade ends" inside dpkg --configure -a
check "and restarts" replaced

# Removed, nothing of it runs, and nothing that was decided is gone.
inside systemctl enable --now assent-backup.timer assent-anchor.timer assent-ethereum.timer 2>/dev/null
inside systemctl enable assentd-gateway-tls.socket assentd@second.service assentd-admin@second.socket 2>/dev/null
digest=$(inside assentctl digest 2>&1 | head -1)
if output=$(apt remove assent); then ok "apt removes it"; else bad "apt remove: $output"; fi
for unit in $units assentd@second.service assentd-admin@second.socket assent-backup.timer \
    assent-anchor.timer assent-ethereum.timer; do
    check "$unit does not run" [ "$(property $unit ActiveState)" = inactive ]
done
has "$(probe greet $tcp)" 'Connection refused' "nobody listens"
check "the data stays" inside test -e /var/lib/private/assent/journal
output=$(apt install $debs/third/assent_*.deb) || true
has "$(inside assentctl digest 2>&1 || true)" "$digest" "installed again, it is in the same state"
has "$(inside assentctl card show $card 2>&1 || true)" '100.00 EUR' "and knows its cards"

# Purged, nothing is left.
if output=$(apt purge 'assent*'); then ok "apt purges all of it"; else bad "apt purge: $output"; fi
tree > $work/after
# The directory is systemd's, for the timers of everybody.
left=$(comm -13 $work/before $work/after | grep -vx /var/lib/systemd/timers || true)
check "nothing is left of files: $left" [ -z "$left" ]
check "nor is anything gone" [ -z "$(comm -23 $work/before $work/after)" ]
check "nor of groups: $(groups)" [ -z "$(groups)" ]
units=$(inside systemctl list-units --all --no-legend 'assent*' | grep -v 'not-found' || true)
check "nor of units: $units" [ -z "$units" ]
