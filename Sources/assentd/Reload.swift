import Logging
import Platform
import Transport

/// What a new reading of the configuration changes in a running daemon.
struct Reload {
    /// Settings that take effect at once.
    private static let effective: [Setting] = [
        .adminUser, .anonymousScopes, .maxConnectionsPerPrincipal, .maxConnectionsPerAddress, .snapshotInterval,
        .snapshotRecords, .snapshotRate, .keepSegments, .drainTimeout, .handOver, .logLevel,
    ]

    private static let effectiveForTLS: [Setting] = [
        .tlsCertificate, .tlsKey, .tlsClientCertificates, .tlsClientCA, .tlsRevocationList, .tlsMinimum,
    ]

    /// Settings that were changed and take effect.
    private(set) var changed: [Setting] = []
    /// Settings that were changed and take effect at the next start.
    private(set) var deferred: [Setting] = []

    /// Whether a setting of a new reading takes effect at once. What TLS is spoken with can be replaced, and ends with
    /// the process alone.
    static func isEffective(_ setting: Setting, of new: Configuration) -> Bool {
        effective.contains(setting) || new.values[.tlsCertificate] != nil && effectiveForTLS.contains(setting)
    }

    /// Compares a new reading with the one in force and with the one that the daemon was started with.
    init(from old: Configuration, to new: Configuration, startedWith first: Configuration) {
        for setting in Setting.allCases {
            let isEffective = Self.isEffective(setting, of: new)
            let before = isEffective ? old : first
            guard before.values[setting]?.texts != new.values[setting]?.texts else { continue }
            if isEffective { changed.append(setting) } else { deferred.append(setting) }
        }
    }

    /// For the log.
    var metadata: Logger.Metadata {
        [
            "changed": "\(changed.isEmpty ? "nothing" : changed.map(\.rawValue).joined(separator: ", "))",
            "at_next_start": "\(deferred.isEmpty ? "nothing" : deferred.map(\.rawValue).joined(separator: ", "))",
        ]
    }
}
