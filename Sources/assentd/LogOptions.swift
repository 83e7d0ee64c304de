import ArgumentParser

/// How it writes its log.
struct LogOptions: ParsableArguments {
    @Option(name: .setting(.logFormat), help: .setting(.logFormat, "format")) var logFormat: String?

    @Option(name: .setting(.logLevel), help: .setting(.logLevel, "level")) var logLevel: String?

    /// What was given.
    var values: [(Setting, [String])] {
        [
            (.logFormat, logFormat.map { [$0] } ?? []),
            (.logLevel, logLevel.map { [$0] } ?? []),
        ]
    }
}
