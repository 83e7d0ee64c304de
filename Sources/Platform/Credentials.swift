internal import Glibc

/// Secrets that the service manager hands to this process alone, as files in a directory of its own
/// (systemd.exec(5), `LoadCredential=` and `LoadCredentialEncrypted=`). Keys come from here and from nowhere else.
public struct Credentials: Sendable {
    /// Why a credential cannot be had.
    public enum Failure: Error, Equatable, CustomStringConvertible {
        /// The process was not given a directory.
        case none(name: String)
        /// The name could lead elsewhere.
        case name(String)
        /// There is no such credential; those that there are.
        case missing(name: String, present: [String])
        /// It is longer than what it stands for can be.
        case tooLong(name: String, byteCountMax: Int)
        /// It cannot be read.
        case unreadable(name: String, PlatformError)

        /// The error in a sentence that says what to do.
        public var description: String {
            switch self {
            case .none(let name):
                "the credential \"\(name)\" is needed and there are none: "
                    + "set LoadCredential=\(name):PATH in the unit (CREDENTIALS_DIRECTORY is not set)"
            case .name(let name):
                "\"\(name)\" is no name of a credential: letters, digits, \"-\", \"_\" and \".\", not first a \".\""
            case .missing(let name, let present):
                "there is no credential \"\(name)\" (there are: "
                    + "\(present.isEmpty ? "none" : present.joined(separator: ", "))): set LoadCredential=\(name):PATH"
            case .tooLong(let name, let byteCountMax):
                "the credential \"\(name)\" has more than \(byteCountMax) bytes"
            case .unreadable(let name, let error): "the credential \"\(name)\" cannot be read: \(error.reason)"
            }
        }
    }

    private let directory: String?

    /// Those of this process (`CREDENTIALS_DIRECTORY`).
    public init(environment: (String) -> String? = ProcessEnvironment.value) {
        directory = environment("CREDENTIALS_DIRECTORY").flatMap { $0.hasPrefix("/") ? $0 : nil }
    }

    /// The names of those that there are, sorted.
    public var names: [String] {
        guard let directory else { return [] }
        return (try? FileSystem.names(inDirectory: directory)) ?? []
    }

    /// The bytes of one.
    public func read(_ name: String, byteCountMax: Int) throws(Failure) -> [UInt8] {
        guard Self.isName(name) else { throw .name(name) }
        guard let directory else { throw .none(name: name) }
        let path = directory + "/" + name
        guard FileSystem.exists(path) else { throw .missing(name: name, present: names) }
        do throws(PlatformError) {
            return try FileSystem.contents(of: path, byteCountMax: byteCountMax)
        } catch {
            if case .system(EFBIG, _, _) = error { throw .tooLong(name: name, byteCountMax: byteCountMax) }
            throw .unreadable(name: name, error)
        }
    }

    /// Whether a name stays inside the directory.
    static func isName(_ name: String) -> Bool {
        (1...255).contains(name.utf8.count) && !name.hasPrefix(".")
            && name.unicodeScalars.allSatisfy {
                ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
                    || $0 == "-" || $0 == "_" || $0 == "."
            }
    }
}
