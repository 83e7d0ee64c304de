/// Why a tile, a note, a checkpoint or a proof is not taken.
public enum MerkleError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The bytes are not of the format; what they should have been and what is wrong with them.
    case malformed(what: String, problem: String)
    /// Signatures are missing or wrong.
    case untrusted(String)
    /// All is well formed, and what it says does not hold.
    case refused(String)
    /// A part of the tree cannot be had.
    case unreadable(path: String, problem: String)

    /// One line, without a full stop.
    public var description: String {
        switch self {
        case .malformed(let what, let problem): "this is no \(what): \(problem)"
        case .untrusted(let problem): "not signed by a key that was given: \(problem)"
        case .refused(let problem): problem
        case .unreadable(let path, let problem): "cannot read \(path): \(problem)"
        }
    }
}
