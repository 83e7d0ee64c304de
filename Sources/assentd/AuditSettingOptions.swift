import ArgumentParser

/// How the audit log is kept.
struct AuditSettingOptions: ParsableArguments {
    @Flag(name: .setting(.audit), help: .setting(.audit)) var audit = false

    @Option(name: .setting(.auditKey), help: .setting(.auditKey, "file")) var auditKey: String?

    @Option(name: .setting(.auditFormerKey), help: .setting(.auditFormerKey, "file")) var auditFormerKey: String?

    @Option(name: .setting(.auditInterval), help: .setting(.auditInterval, "seconds")) var auditInterval: String?

    @Option(name: .setting(.auditCheck), help: .setting(.auditCheck, "count")) var auditCheck: String?

    /// What was given.
    var values: [(Setting, [String])] {
        [
            (.audit, audit ? ["true"] : []),
            (.auditKey, auditKey.map { [$0] } ?? []),
            (.auditFormerKey, auditFormerKey.map { [$0] } ?? []),
            (.auditInterval, auditInterval.map { [$0] } ?? []),
            (.auditCheck, auditCheck.map { [$0] } ?? []),
        ]
    }
}
