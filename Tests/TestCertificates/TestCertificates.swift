internal import Foundation

/// Certificates and keys for tests, made by the `openssl` command once a run: an authority with a server and gateways,
/// and a stranger whom nobody trusts. Everything in PEM.
public struct TestCertificates: Sendable {
    /// A certificate and its key.
    public struct Identity: Sendable {
        /// The certificate.
        public let certificate: [UInt8]
        /// Its key.
        public let key: [UInt8]
    }

    /// What the command said, when it failed.
    public struct Failure: Error, CustomStringConvertible {
        /// Its words.
        public let description: String
    }

    /// The authority of all but the stranger.
    public let authority: [UInt8]
    /// Lists the revoked gateway.
    public let revocationList: [UInt8]
    /// A list whose time is over.
    public let oldRevocationList: [UInt8]
    /// A list of another authority, which has the same name.
    public let foreignRevocationList: [UInt8]
    private let identities: [String: Identity]

    /// For `localhost` and 127.0.0.1.
    public var server: Identity { self["server"] }
    /// The same, another one.
    public var newServer: Identity { self["newserver"] }
    /// The same, ended years ago.
    public var expiredServer: Identity { self["oldserver"] }
    /// `uri:spiffe://assent.test/gateway/7` and `dns:gw7.assent.test`.
    public var gateway: Identity { self["gateway"] }
    /// The same names, ended years ago.
    public var expiredGateway: Identity { self["oldgateway"] }
    /// `uri:spiffe://assent.test/gateway/8`, on the list.
    public var revokedGateway: Identity { self["revoked"] }
    /// Its own authority, with the gateway's names.
    public var stranger: Identity { self["stranger"] }

    /// Those of this run.
    public static let shared = Result { try TestCertificates() }

    private static let names = ["server", "newserver", "oldserver", "gateway", "oldgateway", "revoked", "stranger"]

    private init() throws {
        let directory = "/tmp/assent-certificates-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try Self.configuration.write(toFile: directory + "/c.cnf", atomically: false, encoding: .utf8)
        let made = try Command.run("/bin/bash", ["-ec", Self.script], in: directory)
        guard made.status == 0 else { throw Failure(description: made.output) }
        func read(_ name: String) throws -> [UInt8] {
            Array(try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\(name)")))
        }
        authority = try read("ca.pem")
        revocationList = try read("list.pem")
        oldRevocationList = try read("oldlist.pem")
        foreignRevocationList = try read("foreignlist.pem")
        var identities: [String: Identity] = [:]
        for name in Self.names {
            identities[name] = Identity(certificate: try read(name + ".pem"), key: try read(name + ".key"))
        }
        self.identities = identities
    }

    private subscript(name: String) -> Identity {
        guard let identity = identities[name] else { preconditionFailure("\(name) was made") }
        return identity
    }

    private static let configuration = """
        [ca]
        default_ca = own
        [own]
        database = index.txt
        serial = serial
        crlnumber = crlnumber
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
        subjectKeyIdentifier = hash
        [server]
        subjectAltName = DNS:localhost, IP:127.0.0.1
        extendedKeyUsage = serverAuth
        [gateway]
        subjectAltName = email:ops@assent.test, URI:spiffe://assent.test/gateway/7, DNS:GW7.assent.test
        extendedKeyUsage = clientAuth
        [revoked]
        subjectAltName = URI:spiffe://assent.test/gateway/8
        extendedKeyUsage = clientAuth
        """

    private static let script = """
        exec 2>&1
        touch index.txt; echo 01 > serial; echo 01 > crlnumber
        key="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config c.cnf"
        openssl req -x509 $key -keyout ca.key -out ca.pem -days 30 -subj /CN=authority -extensions authority
        openssl req -x509 $key -keyout stranger.key -out stranger.pem -days 30 -subj /CN=stranger -extensions gateway
        issue() {
            openssl req $key -keyout $1.key -out $1.csr -subj /CN=$1
            openssl ca -batch -notext -config c.cnf -extensions $2 -in $1.csr -out $1.pem "${@:3}"
        }
        issue server server
        issue newserver server
        issue oldserver server -startdate 20200101000000Z -enddate 20200201000000Z
        issue gateway gateway
        issue oldgateway gateway -startdate 20200101000000Z -enddate 20200201000000Z
        issue revoked revoked
        openssl ca -config c.cnf -revoke revoked.pem
        openssl ca -config c.cnf -gencrl -out list.pem -crldays 30
        openssl ca -config c.cnf -gencrl -out oldlist.pem \\
            -crl_lastupdate 20200101000000Z -crl_nextupdate 20200201000000Z
        openssl req -x509 $key -keyout foreign.key -out foreign.pem -days 30 -subj /CN=authority -extensions authority
        openssl ca -config c.cnf -cert foreign.pem -keyfile foreign.key -gencrl -out foreignlist.pem -crldays 30
        """
}
