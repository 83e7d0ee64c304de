# Reload, watchdog, start and stop.
admin() { inside assentctl "$@" 2>&1 || true; }
configuration=$root/etc/assent/assentd.conf
cp $configuration $work/assentd.conf

# Reload.
echo 'log-level = "debug"' >> $configuration
check "reload" inside systemctl reload assentd.service
active() { [ "$(property assentd.service ActiveState)" = active ]; }
check "it is active after it" eventually active
reloaded() { entry 58c1e2f3a4b54c6d8e9f0a1b2c3d4e07 | grep -q "$1"; }
check "reload says what has changed" eventually reloaded 'changed=log-level'
echo 'shards = 128' >> $configuration
inside systemctl reload assentd.service
check "reload says what has to wait for a restart" eventually reloaded 'at_next_start=shards'
echo 'credit = "many"' >> $configuration
process=$(property assentd.service MainPID)
inside systemctl reload assentd.service
refused() { entry 94d7a1b2c3e44f5a8b6c7d8e9f0a1b08 | grep -q 'credit cannot be'; }
check "a bad configuration is refused with its fault" eventually refused
check "it goes on with the old one" [ "$(property assentd.service MainPID)" = "$process" ]
has "$(probe greet $tcp)" 'role=gateway' "it serves with the old one"
cp $work/assentd.conf $configuration
inside systemctl reload assentd.service

# The watchdog: a stopped process gives no sign of life, and is replaced.
mkdir -p $root/etc/systemd/system/assentd.service.d
printf '[Service]\nWatchdogSec=2s\n' > $root/etc/systemd/system/assentd.service.d/tests.conf
inside systemctl daemon-reload
inside systemctl restart assentd.service
process=$(property assentd.service MainPID)
# Longer than the watchdog's time: it is fed.
inside timeout 5 tail --pid=$process -f /dev/null || true
check "a healthy daemon outlives the watchdog's time" [ "$(property assentd.service MainPID)" = "$process" ]
inside systemctl kill --kill-whom=main -s STOP assentd.service
replaced() { [ "$(property assentd.service MainPID)" != "$process" ] && [ "$(property assentd.service MainPID)" != 0 ]; }
check "a stopped one is replaced" eventually replaced
has "$(inside journalctl -u assentd.service --no-pager -o cat)" 'Watchdog timeout' "by the watchdog"
# On a busy machine the new one may take longer than a client waits for it.
serves() { probe greet $tcp | grep -q role=gateway; }
check "and serves again" eventually serves

# A busy machine may keep a healthy daemon from its two seconds: the rest is tried with the unit's own.
rm $root/etc/systemd/system/assentd.service.d/tests.conf
inside systemctl daemon-reload
inside systemctl restart assentd.service

# A killed one too, at once.
process=$(property assentd.service MainPID)
inside systemctl kill --kill-whom=main -s KILL assentd.service
check "a killed one is replaced" eventually replaced
check "and serves" eventually serves

# One that a faulty configuration keeps from starting is not started over and over.
echo 'credit = "many"' >> $configuration
inside systemctl restart assentd.service 2>/dev/null || true
check "status 78 is final" [ "$(property assentd.service ExecMainStatus)" = 78 ]
check "and not tried again" [ "$(property assentd.service ActiveState)" = failed ]
cp $work/assentd.conf $configuration
# A socket does not start while its service is on its way, which the first connect to another one begins: all stop first.
inside systemctl stop $sockets assentd.service
inside systemctl reset-failed assentd.service $sockets 2>/dev/null || true
inside systemctl start $sockets
inside systemctl start assentd.service
check "corrected, it starts" [ "$(property assentd.service ActiveState)" = active ]

# A stop for good tells the clients, a restart does not.
has "$(probe goaway $tcp 'systemctl stop assentd.service')" 'push=GoAway' "a stop is told to the clients (GoAway)"
check "stopped with success" [ "$(property assentd.service Result)" = success ]
inside systemctl start assentd.service
