import ArgumentParser

/// TLS and who speaks it.
struct TLSSettingOptions: ParsableArguments {
    @Option(name: .setting(.listenTLS), help: .setting(.listenTLS, "host:port")) var listenTLS: [String] = []

    @Option(name: .setting(.tlsCertificate), help: .setting(.tlsCertificate, "file")) var tlsCertificate: String?

    @Option(name: .setting(.tlsKey), help: .setting(.tlsKey, "file")) var tlsKey: String?

    @Option(name: .setting(.tlsClientCertificates), help: .setting(.tlsClientCertificates, "word"))
    var tlsClientCertificates: String?

    @Option(name: .setting(.tlsClientCA), help: .setting(.tlsClientCA, "file")) var tlsClientCA: String?

    @Option(name: .setting(.tlsRevocationList), help: .setting(.tlsRevocationList, "file"))
    var tlsRevocationList: String?

    @Option(name: .setting(.tlsMinimum), help: .setting(.tlsMinimum, "version")) var tlsMinimum: String?

    @Option(name: .setting(.maxHandshakes), help: .setting(.maxHandshakes, "count")) var maxHandshakes: String?

    @Option(name: .setting(.maxHandshakesPerAddress), help: .setting(.maxHandshakesPerAddress, "count"))
    var maxHandshakesPerAddress: String?

    @Option(name: .setting(.handshakeRate), help: .setting(.handshakeRate, "count")) var handshakeRate: String?

    @Option(name: .setting(.handshakeTimeout), help: .setting(.handshakeTimeout, "ms")) var handshakeTimeout: String?

    /// What was given.
    var values: [(Setting, [String])] {
        [
            (.listenTLS, listenTLS),
            (.tlsCertificate, tlsCertificate.map { [$0] } ?? []),
            (.tlsKey, tlsKey.map { [$0] } ?? []),
            (.tlsClientCertificates, tlsClientCertificates.map { [$0] } ?? []),
            (.tlsClientCA, tlsClientCA.map { [$0] } ?? []),
            (.tlsRevocationList, tlsRevocationList.map { [$0] } ?? []),
            (.tlsMinimum, tlsMinimum.map { [$0] } ?? []),
            (.maxHandshakes, maxHandshakes.map { [$0] } ?? []),
            (.maxHandshakesPerAddress, maxHandshakesPerAddress.map { [$0] } ?? []),
            (.handshakeRate, handshakeRate.map { [$0] } ?? []),
            (.handshakeTimeout, handshakeTimeout.map { [$0] } ?? []),
        ]
    }
}
