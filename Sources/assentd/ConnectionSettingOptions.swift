import ArgumentParser

/// What a connection may do.
struct ConnectionSettingOptions: ParsableArguments {
    @Option(name: .setting(.maxConnections), help: .setting(.maxConnections, "count")) var maxConnections: String?

    @Option(name: .setting(.maxAdminConnections), help: .setting(.maxAdminConnections, "count"))
    var maxAdminConnections: String?

    @Option(name: .setting(.maxConnectionsPerPrincipal), help: .setting(.maxConnectionsPerPrincipal, "count"))
    var maxConnectionsPerPrincipal: String?

    @Option(name: .setting(.maxConnectionsPerAddress), help: .setting(.maxConnectionsPerAddress, "count"))
    var maxConnectionsPerAddress: String?

    @Option(name: .setting(.credit), help: .setting(.credit, "count")) var credit: String?
    @Option(name: .setting(.maxInFlight), help: .setting(.maxInFlight, "count")) var maxInFlight: String?

    @Option(name: .setting(.maxPendingOutput), help: .setting(.maxPendingOutput, "mib")) var maxPendingOutput: String?

    @Option(name: .setting(.maxTotalPendingOutput), help: .setting(.maxTotalPendingOutput, "mib"))
    var maxTotalPendingOutput: String?

    @Option(name: .setting(.helloTimeout), help: .setting(.helloTimeout, "ms")) var helloTimeout: String?

    @Option(name: .setting(.frameTimeout), help: .setting(.frameTimeout, "ms")) var frameTimeout: String?

    @Option(name: .setting(.idleTimeout), help: .setting(.idleTimeout, "ms")) var idleTimeout: String?

    @Option(name: .setting(.pingTimeout), help: .setting(.pingTimeout, "ms")) var pingTimeout: String?

    @Option(name: .setting(.unreadTimeout), help: .setting(.unreadTimeout, "ms")) var unreadTimeout: String?

    @Option(name: .setting(.drainTimeout), help: .setting(.drainTimeout, "ms")) var drainTimeout: String?

    @Flag(name: .setting(.handOver), help: .setting(.handOver)) var handOver = false

    /// What was given.
    var values: [(Setting, [String])] {
        [
            (.maxConnections, maxConnections.map { [$0] } ?? []),
            (.maxAdminConnections, maxAdminConnections.map { [$0] } ?? []),
            (.maxConnectionsPerPrincipal, maxConnectionsPerPrincipal.map { [$0] } ?? []),
            (.maxConnectionsPerAddress, maxConnectionsPerAddress.map { [$0] } ?? []),
            (.credit, credit.map { [$0] } ?? []),
            (.maxInFlight, maxInFlight.map { [$0] } ?? []),
            (.maxPendingOutput, maxPendingOutput.map { [$0] } ?? []),
            (.maxTotalPendingOutput, maxTotalPendingOutput.map { [$0] } ?? []),
            (.helloTimeout, helloTimeout.map { [$0] } ?? []),
            (.frameTimeout, frameTimeout.map { [$0] } ?? []),
            (.idleTimeout, idleTimeout.map { [$0] } ?? []),
            (.pingTimeout, pingTimeout.map { [$0] } ?? []),
            (.unreadTimeout, unreadTimeout.map { [$0] } ?? []),
            (.drainTimeout, drainTimeout.map { [$0] } ?? []),
            (.handOver, handOver ? ["true"] : []),
        ]
    }
}
