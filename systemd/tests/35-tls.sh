# TLS: certificate and key as credentials, and clients that move to the next process by themselves.
tls=$root/etc/assent/tls
mkdir -p -m 700 $tls
(
    cd $tls
    umask 077
    key="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
    openssl req -x509 $key -subj /CN=authority -keyout ca.key -out ca.pem
    for name in server:IP:127.0.0.1 gateway:URI:spiffe://assent.test/gateway; do
        openssl req $key -subj /CN=${name%%:*} -keyout ${name%%:*}.key -out ${name%%:*}.csr
        openssl x509 -req -in ${name%%:*}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out ${name%%:*}.pem \
            -extfile <(echo "subjectAltName=${name#*:}")
    done
) 2> $work/openssl.log || bad "certificates: $(cat $work/openssl.log)"
cat > $root/etc/systemd/system/assentd.service.d/tls.conf <<'END'
[Service]
LoadCredential=assent-tls-certificate:/etc/assent/tls/server.pem
LoadCredential=assent-tls-key:/etc/assent/tls/server.key
LoadCredential=assent-tls-client-ca:/etc/assent/tls/ca.pem
END
inside systemctl daemon-reload
inside systemctl stop assentd.service
inside systemctl start assentd-gateway-tls.socket
inside systemctl start assentd.service
check "it starts with a certificate and a key that are credentials" [ "$(property assentd.service ActiveState)" = active ]
process=$(property assentd.service MainPID)
check "the key's file is root's alone" [ "$(inside stat -c %a:%U /etc/assent/tls/server.key)" = 600:root ]
check "and nothing that the daemon could open" \
    inside nsenter -t $process -m setpriv --reuid $user --regid $user --clear-groups \
    sh -c '! cat /etc/assent/tls/server.key 2>/dev/null'
secure=tls:127.0.0.1:9702
files="/etc/assent/tls/ca.pem /etc/assent/tls/gateway.pem /etc/assent/tls/gateway.key"
known="--tls-ca /etc/assent/tls/ca.pem --tls-certificate /etc/assent/tls/gateway.pem --tls-key /etc/assent/tls/gateway.key"
has "$(admin --connect $secure $known ping --count 1)" 'does not know who asks|unauthenticated|pong|1 ' "TLS is spoken"
has "$(admin gateway create shop --scopes gateway --certificate-name uri:spiffe://assent.test/gateway)" 'shop' \
    "a gateway is made known by its certificate"
has "$(admin --connect $secure --tls-ca /etc/assent/tls/ca.pem ping --count 1)" 'no TLS with|certificate' \
    "whoever shows no certificate is refused"
has "$(probe move $secure $files 'for i in 1 2 3; do systemctl restart assentd.service || exit 1; sleep 1; done')" \
    'failed=0 other=0 status=0 told=yes decided=[0-9]{2,}' \
    "under load, TLS clients are told to move at three restarts, move, and lose or double nothing"
# What follows has no certificate.
inside systemctl stop assentd-gateway-tls.socket assentd.service
rm $root/etc/systemd/system/assentd.service.d/tls.conf
inside systemctl daemon-reload
inside systemctl start assentd.service
