import ArgumentParser

/// How it writes its log.
struct LogOptions: ParsableArguments {
    @Option(name: .setting(.logFormat), help: .setting(.logFormat, "format")) var logFormat: String?

    @Option(name: .setting(.logLevel), help: .setting(.logLevel, "level")) var logLevel: String?

    @Option(name: .setting(.slowRequest), help: .setting(.slowRequest, "ms")) var slowRequest: String?

    @Option(name: .setting(.slowRequestLines), help: .setting(.slowRequestLines, "count"))
    var slowRequestLines: String?

    /// What was given.
    var values: [(Setting, [String])] {
        [
            (.logFormat, logFormat.map { [$0] } ?? []),
            (.logLevel, logLevel.map { [$0] } ?? []),
            (.slowRequest, slowRequest.map { [$0] } ?? []),
            (.slowRequestLines, slowRequestLines.map { [$0] } ?? []),
        ]
    }
}
