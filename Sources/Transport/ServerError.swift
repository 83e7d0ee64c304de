public import Platform

/// Why a server does not start.
public enum ServerError: Error, Equatable, CustomStringConvertible {
    /// Administration is for Unix sockets, whose peers the kernel names.
    case administrationOverTCP(Endpoint)
    /// A plaintext gateway listener that other machines reach was not asked for.
    case plaintextRemote(Endpoint)
    /// TLS is to be spoken, and there is no certificate.
    case noCertificate(Endpoint)
    /// TLS is for TCP.
    case sealedUnixSocket(Endpoint)
    /// Figures are told on this machine alone.
    case metricsRemote(Endpoint)
    /// The kernel refuses the endpoint.
    case cannotListen(Endpoint, PlatformError)
    /// The network library refuses the endpoint; its words.
    case cannotBind(Endpoint, String)

    /// The error in a sentence that says what to do.
    public var description: String {
        switch self {
        case .administrationOverTCP(let endpoint):
            "\(endpoint): administration is served on Unix sockets only; use unix:PATH"
        case .plaintextRemote(let endpoint):
            "\(endpoint) can be reached from other machines, and what goes over it can be read and altered: use "
                + "--listen-tls, or 127.0.0.1, or say --allow-plaintext-remote if the network keeps strangers out"
        case .noCertificate(let endpoint):
            "\(endpoint): TLS needs --tls-certificate and --tls-key, or the credentials assent-tls-certificate and "
                + "assent-tls-key"
        case .sealedUnixSocket(let endpoint): "\(endpoint): TLS is spoken over TCP only; use HOST:PORT"
        case .metricsRemote(let endpoint):
            "\(endpoint) can be reached from other machines: metrics are served on 127.0.0.1, ::1 and Unix sockets; "
                + "put something that authenticates in front of them"
        case .cannotListen(let endpoint, let error): "\(endpoint): \(Self.advice(endpoint, error))"
        case .cannotBind(let endpoint, let words): "\(endpoint): \(words)"
        }
    }

    private static func advice(_ endpoint: Endpoint, _ error: PlatformError) -> String {
        switch (endpoint, error) {
        case (.tcp, _) where error.isAddressInUse: "address already in use; `ss -ltnp` shows by whom"
        case (.unix, _) where error.isAddressInUse: "somebody listens on it already; `ss -lxp` shows who"
        case (.unix, _) where error.isNotSocket: "exists and is not a socket; move it away"
        case (.unix(let path), .unusablePath):
            "the path has \(path.utf8.count) bytes; a socket's can have at most \(UnixListenerSocket.pathByteCountMax)"
        default: "cannot listen: \(error.reason)"
        }
    }
}
