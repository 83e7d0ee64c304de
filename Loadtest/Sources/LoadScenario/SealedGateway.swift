internal import CLoadSockets
internal import Client
internal import Cryptography
internal import Domain
internal import Foundation
internal import LoadDriver
internal import Platform
internal import Wire

/// Mutual TLS for a daemon that the harness starts: certificates that the openssl command makes for a day, and the
/// principal that the gateway's stands for.
struct SealedGateway {
    /// Where the daemon is to speak TLS.
    let endpoint: Endpoint
    private let files: String
    private let port: Int32

    private static let name = "spiffe://assent.load/gateway"

    /// Makes the certificates.
    ///
    /// - Parameter files: The directory that they are to be in.
    init(files: String) throws {
        try FileManager.default.createDirectory(atPath: files, withIntermediateDirectories: true)
        self.files = files
        port = cls_free_port()
        guard port > 0 else { throw LoadFailure.socket(operation: "bind", code: -port) }
        endpoint = .tcp(host: "127.0.0.1", port: UInt16(port))
        for (name, alternative) in [("server", "IP:127.0.0.1"), ("gateway", "URI:" + Self.name)] {
            try Self.makeCertificate("\(files)/\(name)", alternative)
        }
    }

    /// What the daemon is to be started with.
    var options: [String] {
        [
            "--listen-tls", "127.0.0.1:\(port)", "--tls-certificate", files + "/server.pem", "--tls-key",
            files + "/server.key", "--tls-client-ca", files + "/gateway.pem",
        ]
    }

    /// What a gateway connects with.
    func context() throws -> TLSClientContext {
        try TLSClientFiles(
            authorities: files + "/server.pem",
            certificate: files + "/gateway.pem",
            key: files + "/gateway.key"
        ).context()
    }

    /// What a stranger connects with: no certificate.
    func strangerContext() throws -> TLSClientContext {
        try TLSClientFiles(authorities: files + "/server.pem").context()
    }

    /// Makes the principal that the gateway's certificate stands for.
    ///
    /// - Parameter publicKey: Of a key that it may sign with as well.
    func admit(to daemon: DaemonProcess, publicKey: SHA256Digest? = nil) throws {
        _ = try GatewayLink(to: daemon.administration).call(
            PrincipalCreate(
                requestID: RequestID(high: RandomBytes.word() | 1, low: 1),
                transmissionTime: Instant(microseconds: Clock.now()),
                userID: nil,
                publicKey: publicKey?.bytes ?? [UInt8](repeating: 0, count: 32),
                scopes: .gateway,
                ratePerSecond: 0,
                burst: 0,
                creditMax: 0,
                name: "assent-load",
                certificateName: "uri:" + Self.name
            ),
            PrincipalCreateReply.self
        )
    }

    /// Removes the certificates.
    func remove() { try? FileManager.default.removeItem(atPath: files) }

    /// A certificate that signs itself, for a day.
    private static func makeCertificate(_ path: String, _ alternativeName: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
            "-subj", "/CN=assent-load", "-addext", "subjectAltName=" + alternativeName, "-keyout", path + ".key",
            "-out", path + ".pem",
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw LoadFailure.usage("the openssl command made no certificate: status \(process.terminationStatus)")
        }
    }
}
