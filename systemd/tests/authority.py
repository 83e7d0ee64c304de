"""A time-stamping authority over HTTP (RFC 3161, section 3.4) for a test: authority.py DIRECTORY PORT

Makes an authority's certificate, DIRECTORY/ca.pem, and one that it stamps with; `openssl ts` answers.
"""
import http.server
import os
import subprocess
import sys

CONFIGURATION = """
[stamp]
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = own
[own]
serial = serial
signer_cert = signer.pem
signer_key = signer.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.55555.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""
KEY = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes".split()


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def make():
    with open("ts.cnf", "w") as file:
        file.write(CONFIGURATION)
    with open("serial", "w") as file:
        file.write("01\n")
    openssl("req", "-x509", *KEY, "-keyout", "ca.key", "-out", "ca.new", "-days", "2", "-subj", "/CN=authority")
    openssl("req", *KEY, "-keyout", "signer.key", "-out", "signer.csr", "-subj", "/CN=stamps.time.test")
    openssl("x509", "-req", "-in", "signer.csr", "-CA", "ca.new", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "ts.cnf", "-extensions", "stamp", "-out", "signer.pem")


class Authority(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        request = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Content-Type"] != "application/timestamp-query":
            return self.send_error(415)
        with open("request.tsq", "wb") as file:
            file.write(request)
        openssl("ts", "-reply", "-config", "ts.cnf", "-queryfile", "request.tsq", "-out", "reply.tsr")
        with open("reply.tsr", "rb") as file:
            reply = file.read()
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)


os.makedirs(sys.argv[1], exist_ok=True)
os.chdir(sys.argv[1])
make()
server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[2])), Authority)
# Whoever waits for the certificate may ask then.
os.rename("ca.new", "ca.pem")
server.serve_forever()
