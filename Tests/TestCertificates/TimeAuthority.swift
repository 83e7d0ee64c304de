internal import Foundation

/// A time-stamping authority for tests: the `openssl` command's own (`openssl ts -reply`), with certificates that it
/// may and may not sign with.
public final class TimeAuthority: Sendable {
    /// The certificates that it can sign with.
    public enum Signer: String, CaseIterable, Sendable {
        /// As it should be.
        case good
        /// Of an authority that nobody trusts.
        case stranger
        /// Ended years ago.
        case expired
        /// Begins in years.
        case early
        /// For servers, and not for time stamps.
        case server
        /// For time stamps among other things.
        case both
    }

    /// Where its files are: `ca.pem`, and the script `reply`, which answers `NAME` with `NAME.tsr` as a signer.
    public let directory: String
    /// The certificate that is trusted, in PEM.
    public let authority: [UInt8]

    /// Makes its keys and certificates.
    public init() throws {
        directory = "/tmp/assent-time-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try Self.configuration.write(toFile: directory + "/c.cnf", atomically: false, encoding: .utf8)
        try Self.reply.write(toFile: directory + "/reply", atomically: false, encoding: .utf8)
        let made = try Command.run("/bin/bash", ["-ec", Self.script], in: directory)
        guard made.status == 0 else { throw TestCertificates.Failure(description: made.output) }
        authority = Array(try Data(contentsOf: URL(fileURLWithPath: directory + "/ca.pem")))
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// Answers a request.
    ///
    /// - Returns: The reply, which may be a refusal.
    public func answer(_ request: [UInt8], as signer: Signer = .good) throws -> [UInt8] {
        let name = UUID().uuidString
        let url = URL(fileURLWithPath: directory + "/" + name)
        try Data(request).write(to: url)
        let made = try Command.run("/bin/bash", ["./reply", signer.rawValue, name], in: directory)
        guard made.status == 0 else { throw TestCertificates.Failure(description: made.output) }
        return Array(try Data(contentsOf: url.appendingPathExtension("tsr")))
    }

    /// `reply SIGNER NAME`. The command itself does not sign with a certificate of another purpose: then a good token's
    /// content is signed anew, and put behind the status of a granted request.
    private static let reply = """
        set -e
        cd "$(dirname "$0")"
        exec 2>&1
        case $1 in
        server | both) ;;
        *) exec openssl ts -reply -config ts.cnf -section $1 -queryfile $2 -out $2.tsr ;;
        esac
        openssl ts -reply -config ts.cnf -section good -queryfile $2 -token_out -out $2.good
        openssl cms -verify -noverify -inform DER -in $2.good -out $2.content
        openssl cms -sign -cades -md sha256 -binary -nodetach -econtent_type id-smime-ct-TSTInfo -outform DER \\
            -signer $1.pem -inkey $1.key -in $2.content -out $2.token
        python3 - $2.token > $2.tsr <<'END'
        import sys
        def sequence(data):
            count = len(data)
            length = bytes([count]) if count < 128 else bytes([0x82]) + count.to_bytes(2, "big")
            return bytes([0x30]) + length + data
        token = open(sys.argv[1], "rb").read()
        sys.stdout.buffer.write(sequence(sequence(bytes([2, 1, 0])) + token))
        END
        """

    private static let configuration = """
        [ca]
        default_ca = own
        [own]
        database = index.txt
        serial = serial
        new_certs_dir = .
        certificate = ca.pem
        private_key = ca.key
        default_md = sha256
        default_days = 30
        policy = policy
        unique_subject = no
        [policy]
        commonName = supplied
        [req]
        distinguished_name = dn
        [dn]
        [authority]
        basicConstraints = critical, CA:TRUE
        keyUsage = critical, keyCertSign, cRLSign
        [stamp]
        keyUsage = critical, digitalSignature
        extendedKeyUsage = critical, timeStamping
        [serve]
        keyUsage = critical, digitalSignature
        extendedKeyUsage = critical, serverAuth
        [both]
        keyUsage = critical, digitalSignature
        extendedKeyUsage = critical, timeStamping, serverAuth
        """

    private static let script = """
        exec 2>&1
        touch index.txt; echo 01 > serial; echo 01 > tokens
        key="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config c.cnf"
        openssl req -x509 $key -keyout ca.key -out ca.pem -days 30 -subj /CN=authority -extensions authority
        openssl req -x509 $key -keyout stranger.key -out stranger.pem -days 30 -subj /CN=stranger -extensions stamp
        issue() {
            openssl req $key -keyout $1.key -out $1.csr -subj /CN=$1.time.test
            openssl ca -batch -notext -config c.cnf -extensions $2 -in $1.csr -out $1.pem "${@:3}"
        }
        issue good stamp
        issue expired stamp -startdate 20200101000000Z -enddate 20200201000000Z
        issue early stamp -startdate 20480101000000Z -enddate 20490101000000Z
        issue server serve
        issue both both
        for name in good stranger expired early server both; do
            printf '[%s]\\nsigner_cert = %s.pem\\nsigner_key = %s.key\\n' $name $name $name
            printf 'serial = tokens\\ndefault_policy = 1.2.3.4.1\\nsigner_digest = sha256\\ndigests = sha256\\n'
        done > ts.cnf
        """
}
