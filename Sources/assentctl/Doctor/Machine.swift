import Domain
import Platform

/// What was seen of the machine that the daemon runs on, and of the daemon as a process there.
struct Machine: Equatable {
    /// What the daemon has in force, as it left it in its data directory.
    struct Settings: Equatable {
        private var values: [String: [String]] = [:]

        /// Reads lines of a name and a value.
        init(_ text: String) {
            for line in text.split(separator: "\n") where !line.hasPrefix("#") {
                let parts = line.split(separator: " ", maxSplits: 1)
                if parts.count == 2 { values[String(parts[0]), default: []].append(String(parts[1])) }
            }
        }

        /// The values of a name, in order.
        subscript(name: String) -> [String] { values[name] ?? [] }

        /// The first one, as a number.
        func number(_ name: String) -> UInt64? { values[name]?.first.flatMap { UInt64($0) } }
    }

    /// The daemon's process.
    struct Process: Equatable {
        var user: UInt32
        /// How many files and sockets it may have open (RLIMIT_NOFILE); `nil`: as many as it likes.
        var descriptorCountMax: UInt64?
        /// How long a file of its may become (RLIMIT_FSIZE); `nil`: as long as it likes.
        var fileByteCountMax: UInt64?
        /// The least that its control group, or one around it, allows (memory.max); `nil`: there is no such bound.
        var memoryByteCountMax: UInt64?
    }

    /// A file that matters.
    struct File: Equatable {
        enum Kind: Equatable {
            case dataDirectory
            /// Something in the data directory.
            case data
            case key
            case configuration
            case socket(role: String)
        }

        var kind: Kind
        var path: String
        var permissions: FilePermissions
    }

    /// Where the daemon keeps its data.
    var dataDirectory: String
    var settings: Settings
    /// When the daemon wrote the settings down, in seconds since 1970.
    var settingsSecond: Int64
    /// `nil`: no process of the daemon's was found.
    var process: Process?
    /// Memory of the whole machine, in bytes; 0 where it is not known.
    var memoryByteCount: UInt64
    var files: [File]
    /// When the newest time token over a checkpoint was kept, in seconds since 1970; `nil`: none is there.
    var stampedSecond: Int64?
    /// When the newest anchor on an Ethereum chain was kept, in seconds since 1970; `nil`: none is there.
    var ethereumSecond: Int64?
}
