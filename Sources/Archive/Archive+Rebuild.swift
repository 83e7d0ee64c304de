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
        return try finish(rebuild, with: version)
    }

    /// Declares the archive complete: a rebuilding has ended, or its owner knows that nothing was ever archived.
    ///
    /// - Returns: false when damage was found meanwhile: begin again with `rebuild`.
    public func complete(_ rebuild: ArchiveRebuild) throws(ArchiveError) -> Bool {
        try finish(rebuild, with: nil)
    }

    private func finish(_ rebuild: ArchiveRebuild, with rebuiltThrough: UInt64?) throws(ArchiveError) -> Bool {
        try setAsideDamaged()
        do throws(PlatformError) {
            guard shared.withLock({ $0.damageCount == rebuild.damageCount }) else { return false }
            try changeManifest { $0.rebuiltThrough = rebuiltThrough }
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
