internal import Glibc

/// The system's journal, spoken to in its own protocol (systemd.io, "Native Journal Protocol"): entries of named fields
/// instead of lines of text.
public final class SystemJournal: Sendable {
    /// Where it listens.
    public static let defaultPath = "/run/systemd/journal/socket"
    /// The most bytes of one entry; longer fields are cut by the caller.
    public static let entryByteCountMax = 65_536

    private let address: UnixDatagram
    private let socket: FileDescriptor

    /// The journal, if standard error leads to it: `JOURNAL_STREAM` then names that very stream (systemd.exec(5)).
    /// `nil` where somebody has sent it elsewhere, or nobody listens.
    public static func behindStandardError(
        environment: (String) -> String? = ProcessEnvironment.value,
        path: String = defaultPath
    ) -> SystemJournal? {
        guard let stream = environment("JOURNAL_STREAM") else { return nil }
        var information = stat()
        guard fstat(STDERR_FILENO, &information) == 0, stream == "\(information.st_dev):\(information.st_ino)" else {
            return nil
        }
        return try? SystemJournal(path: path)
    }

    /// - Throws: When the path is not usable or there are no sockets.
    public init(path: String) throws(PlatformError) {
        address = try UnixDatagram(path)
        socket = try UnixDatagram.makeSocket()
        let flags = fcntl(socket.rawValue, F_GETFL, 0)
        guard flags >= 0, fcntl(socket.rawValue, F_SETFL, flags | O_NONBLOCK) == 0 else {
            throw lastError("set up", path)
        }
    }

    /// Writes an entry, if that can be done at once.
    ///
    /// - Parameter fields: Names of upper-case letters, digits and underscores, not beginning with an underscore.
    /// - Returns: False when it was not written.
    public func write(_ fields: [(name: String, value: String)]) -> Bool {
        let entry = Self.encode(fields)
        return entry.withUnsafeBytes { bytes in
            (try? address.send(bytes, from: socket)) != nil
        }
    }

    /// `NAME=value` and a line end; a value with line ends in it goes behind its length in eight bytes instead.
    static func encode(_ fields: [(name: String, value: String)]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (name, value) in fields {
            bytes += name.utf8
            if value.utf8.contains(UInt8(ascii: "\n")) {
                bytes.append(UInt8(ascii: "\n"))
                let count = UInt64(value.utf8.count)
                for shift in stride(from: UInt64(0), to: 64, by: 8) {
                    bytes.append(UInt8(truncatingIfNeeded: count >> shift))
                }
            } else {
                bytes.append(UInt8(ascii: "="))
            }
            bytes += value.utf8
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }
}
