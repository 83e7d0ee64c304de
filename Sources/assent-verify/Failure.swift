import Merkle
import Platform

/// Why nothing was verified, and how the program ends.
struct Failure: Error {
    /// The documented ends.
    enum Status: Int32 {
        /// What is said does not hold.
        case refused = 1
        /// The command line or a key cannot be used.
        case usage = 64
        /// A file is not of its format.
        case malformed = 65
        /// A file cannot be read.
        case unreadable = 66
    }

    let status: Status
    let message: String

    init(_ status: Status, _ message: String) {
        self.status = status
        self.message = message
    }

    /// What checking came to.
    init(_ error: MerkleError, in path: String) {
        let status: Status =
            switch error {
            case .malformed: .malformed
            case .untrusted, .refused: .refused
            case .unreadable: .unreadable
            }
        self.init(status, "\(path): \(error)")
    }
}
