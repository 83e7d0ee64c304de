/// Which archive it is and how far it has come: what a snapshot of its owner notes, because payments that have left
/// memory are in no other place.
public struct ArchiveState: Equatable, Sendable {
    /// Drawn when the archive was made.
    public let identity: ArchiveIdentity
    /// Counts the durable changes of which runs there are. While the identity is the same it only ever grows, and what
    /// an archive of a lower number had, one of a higher number has too.
    public let sequence: UInt64

    /// Joins the fields.
    public init(identity: ArchiveIdentity, sequence: UInt64) {
        self.identity = identity
        self.sequence = sequence
    }
}

/// What somebody who goes on from a snapshot needs of an archive.
public struct ArchiveRequirement: Equatable, Sendable {
    /// The archive as it was when the snapshot was made: it, or a later state of it, will do.
    public let state: ArchiveState
    /// The newest version that the snapshot knows: another archive that was rebuilt at least so far will do too.
    public let version: UInt64

    /// Joins the fields.
    public init(state: ArchiveState, version: UInt64) {
        self.state = state
        self.version = version
    }

    /// Why this manifest's archive will not do; nil when it will.
    func finding(_ manifest: Manifest) -> String? {
        if manifest.identity == state.identity {
            if manifest.sequence >= state.sequence { return nil }
            return "it is an older state of the archive: state \(manifest.sequence), and the snapshot of record "
                + "\(version) needs state \(state.sequence)"
        }
        if manifest.rebuiltThrough == nil, manifest.completeThrough >= version { return nil }
        return "it is not the archive that the snapshot of record \(version) was made with"
    }
}
