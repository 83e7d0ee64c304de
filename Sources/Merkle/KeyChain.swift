/// The keys that a log has had, one behind the other, by the statements that both keys of each change have signed.
public struct KeyChain: Equatable, Sendable {
    /// The most changes that are taken.
    public static let rotationCountMax = 4_096
    private static let what = "file of key rotations"

    /// The changes, in their order.
    public private(set) var rotations: [KeyRotation] = []

    /// That of a log whose key was never replaced.
    public init() {}

    /// Reads files of statements, checks all signatures, and that they are one chain.
    ///
    /// What one file says must be what another says, as far as both go: so an auditor holds a chain to the one that he
    /// has kept.
    ///
    /// - Throws: `.malformed`, `.untrusted`; `.refused`, where they are no chain, or fork.
    public init(parsing files: [[UInt8]]) throws(MerkleError) {
        for bytes in files {
            for note in try SignedNote.sequence(in: bytes, startingWith: KeyRotation.header, what: Self.what) {
                try append(try KeyRotation(opening: note))
            }
        }
    }

    /// Adds a change whose signatures were checked; one that is there already is nothing new.
    ///
    /// - Throws: `.refused`, where it does not follow.
    public mutating func append(_ rotation: KeyRotation) throws(MerkleError) {
        guard !rotations.contains(rotation) else { return }
        if let other = rotations.first(where: { $0.former == rotation.former }) {
            throw .refused(
                "the chain of keys forks: \(rotation.former.encoded) was replaced by \(other.key.encoded), over "
                    + "\(other.checkpoint.size) records, and by \(rotation.key.encoded), over "
                    + "\(rotation.checkpoint.size)"
            )
        }
        if let last = rotations.last {
            guard rotation.former == last.key else {
                throw .refused(
                    "the chain of keys breaks: \(rotation.former.encoded) was replaced, where the log's key was "
                        + last.key.encoded
                )
            }
            guard !contains(rotation.key) else {
                throw .refused("the chain of keys returns to \(rotation.key.encoded), which was replaced")
            }
            guard rotation.checkpoint.size >= last.checkpoint.size else {
                throw .refused(
                    "the chain of keys goes back, from \(last.checkpoint.size) records to \(rotation.checkpoint.size)"
                )
            }
            guard rotation.checkpoint.size > last.checkpoint.size || rotation.checkpoint == last.checkpoint else {
                throw .refused("the chain of keys has two roots over \(last.checkpoint.size) records")
            }
        }
        guard rotations.count < Self.rotationCountMax else {
            throw .refused("there are more than \(Self.rotationCountMax) rotations")
        }
        rotations.append(rotation)
    }

    /// Whether it has a key.
    public func contains(_ key: VerifierKey) -> Bool {
        rotations.first?.former == key || rotations.contains { $0.key == key }
    }

    /// The key that a log began with, which is the given one where it has no other: both keys have signed each change,
    /// so each vouches for the other.
    public func first(of key: VerifierKey) -> VerifierKey {
        contains(key) ? rotations.first?.former ?? key : key
    }

    /// The change that replaced a key; nil for the last one and for one that it has not.
    public func replacement(of key: VerifierKey) -> KeyRotation? { rotations.first { $0.former == key } }

    /// The changes behind a key: whoever trusts it trusts these. Nil, when it has not the key.
    func following(_ key: VerifierKey) -> ArraySlice<KeyRotation>? {
        if let index = rotations.firstIndex(where: { $0.former == key }) { return rotations[index...] }
        return rotations.last?.key == key ? [] : nil
    }
}
