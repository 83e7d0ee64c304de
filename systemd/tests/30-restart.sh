# Connections, connects and decisions across restarts.
has "$(probe survive $tcp 'systemctl restart assentd.service')" \
    'half=AuthorizeReply,7 unread=AuthorizeReply idle=declined silent=greeted' \
    "TCP connections in every state live through a restart"
has "$(probe survive $gateway 'systemctl restart assentd.service')" \
    'half=AuthorizeReply,7 unread=AuthorizeReply idle=declined silent=greeted' "Unix connections too"
has "$(entry b7e4d1a8f5c24b9e86d3a0f7c4b1e80a)" 'connections=4 left=4' "the log says so"
has "$(probe storm $tcp 'for i in 1 2 3 4 5; do systemctl restart assentd.service || exit 1; done')" \
    'refused=0 status=0' "no connect is refused while it restarts five times"

# A held rate while it restarts: every answer is checked against a model, and every balance afterwards.
before=$(inside assentctl status --json 2>/dev/null | tr ',' '\n' | grep -E '"accepted' || true)
inside sh -c "cd /tmp && exec /opt/assent-tests/assent-load run --gateway $tcp --admin unix:/run/assent/admin.sock \
    --rate 4000 --seconds 8 --warm-up 1 --connections 16 --depth 1024 --cards 500 --late-share 1 \
    --output /tmp/held" > $work/held.log 2>&1 &
loading=$!
connected() { [ "$(inside ss -Htn state established '( sport = :9701 )' 2>/dev/null | wc -l)" -ge 16 ]; }
check "the load has begun" eventually connected
for _ in 1 2 3; do
    inside systemctl restart assentd.service || bad "restart under load"
    inside timeout 1 tail -f /dev/null || true
done
if wait $loading; then ok "a load at a held rate sees no error over three restarts"; else bad "load: $(cat $work/held.log)"; fi
sed 's/^/# /' $work/held.log | tail -30
has "$(inside journalctl -u assentd.service --no-pager -o cat MESSAGE_ID=b7e4d1a8f5c24b9e86d3a0f7c4b1e80a | tail -3)" \
    'connections=1[6-9] ' "its connections were handed on each time"
check "no connection was lost at a hand-over" [ -z "$(entry e1d4c7ba09f34852b6a9d3c0f7e4a10b)" ]
