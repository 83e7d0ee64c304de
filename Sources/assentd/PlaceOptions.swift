import ArgumentParser

/// Where the daemon keeps its data and listens.
struct PlaceOptions: ParsableArguments {
    @Option(name: .setting(.dataDirectory), help: .setting(.dataDirectory, "directory")) var dataDirectory: String?

    @Option(name: .setting(.listen), help: .setting(.listen, "endpoint")) var listen: [String] = []

    @Option(name: .setting(.admin), help: .setting(.admin, "endpoint")) var admin: [String] = []

    @Option(name: .setting(.metrics), help: .setting(.metrics, "endpoint")) var metrics: [String] = []

    @Option(name: .setting(.adminUser), help: .setting(.adminUser, "uid")) var adminUser: [String] = []

    @Option(name: .setting(.anonymousScopes), help: .setting(.anonymousScopes, "scopes")) var anonymousScopes: String?

    @Option(name: .setting(.gatewaySocketMode), help: .setting(.gatewaySocketMode, "mode")) var gatewaySocketMode:
        String?

    @Option(name: .setting(.adminSocketMode), help: .setting(.adminSocketMode, "mode")) var adminSocketMode: String?

    @Flag(name: .setting(.allowPlaintextRemote), help: .setting(.allowPlaintextRemote)) var allowPlaintextRemote = false

    /// What was given.
    var values: [(Setting, [String])] {
        [
            (.dataDirectory, dataDirectory.map { [$0] } ?? []),
            (.listen, listen),
            (.admin, admin),
            (.metrics, metrics),
            (.adminUser, adminUser),
            (.anonymousScopes, anonymousScopes.map { [$0] } ?? []),
            (.gatewaySocketMode, gatewaySocketMode.map { [$0] } ?? []),
            (.adminSocketMode, adminSocketMode.map { [$0] } ?? []),
            (.allowPlaintextRemote, allowPlaintextRemote ? ["true"] : []),
        ]
    }
}
