/// Why nothing was trained or shown, and how the program ends.
struct Failure: Error, Equatable {
    /// The documented ends.
    enum Status: Int32 {
        /// The command line or a key cannot be used.
        case usage = 64
        /// A file is not of its format.
        case malformed = 65
        /// A file cannot be read.
        case unreadable = 66
        /// XGBoost is not installed.
        case unavailable = 69
        /// XGBoost or OpenSSL failed.
        case failed = 70
        /// A file cannot be written.
        case unwritable = 73
    }

    let status: Status
    let message: String

    init(_ status: Status, _ message: String) {
        self.status = status
        self.message = message
    }
}
