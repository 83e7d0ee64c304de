internal import Platform

/// A rebuilding under way: from the journal's start, or from where the last process came to.
public struct ArchiveRebuild: Equatable, Sendable {
    /// Everything up to this version has been appended again.
    public internal(set) var rebuiltThrough: UInt64
    let damageCount: UInt64
}

extension Archive {
    /// What is to be rebuilt; nil when the archive is complete.
    public var rebuild: ArchiveRebuild? {
        shared.withLock { shared in
            shared.rebuiltThrough.map { ArchiveRebuild(rebuiltThrough: $0, damageCount: shared.damageCount) }
        }
    }

    /// Writes down how far a rebuilding has come; what it found up to there has been appended.
    ///
    /// - Returns: false when damage was found meanwhile: begin again with `rebuild`.
    public func note(_ rebuild: inout ArchiveRebuild, through version: UInt64) throws(ArchiveError) -> Bool {
        rebuild.rebuiltThrough = version
        return try finish(rebuild, with: version, completeThrough: 0)
    }

    /// Declares the archive complete: a rebuilding has ended, or its owner knows that nothing was ever archived.
    ///
    /// - Parameter version: up to which everything was looked through again, from the first version on: an archive that
    ///   somebody knew before is replaced by this one as far as that. 0 when there was nothing to look through.
    /// - Returns: false when damage was found meanwhile: begin again with `rebuild`.
    public func complete(_ rebuild: ArchiveRebuild, through version: UInt64 = 0) throws(ArchiveError) -> Bool {
        try finish(rebuild, with: nil, completeThrough: version)
    }

    private func finish(
        _ rebuild: ArchiveRebuild,
        with rebuiltThrough: UInt64?,
        completeThrough: UInt64
    ) throws(ArchiveError) -> Bool {
        try setAsideDamaged()
        do throws(PlatformError) {
            guard shared.withLock({ $0.damageCount == rebuild.damageCount }) else { return false }
            try changeManifest { manifest in
                manifest.rebuiltThrough = rebuiltThrough
                manifest.completeThrough = max(manifest.completeThrough, completeThrough)
            }
        } catch {
            throw .storage(error)
        }
        return shared.withLock { shared in
            guard shared.damageCount == rebuild.damageCount else { return false }
            shared.rebuiltThrough = rebuiltThrough
            return true
        }
    }
}
