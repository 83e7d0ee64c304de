private import CPlatform
internal import Glibc

/// Why a standard stream or a file named on a command line could not be used.
public enum StreamError: Error, Equatable, Sendable {
    /// The reader of the pipe has gone (EPIPE).
    case brokenPipe
    /// More bytes than the caller takes.
    case tooLarge(byteCountMax: Int)
    /// Anything else, by its errno(3).
    case failed(code: Int32, text: String)

    static func last() -> StreamError {
        let code = errno
        return code == EPIPE ? .brokenPipe : .failed(code: code, text: String(cString: strerror(code)))
    }
}

/// Blocking reads and writes of whole contents, for command-line tools.
public enum StandardStream: Int32, Sendable {
    /// What the process reads.
    case input = 0
    /// Where data goes.
    case output = 1
    /// Where remarks and errors go.
    case error = 2

    /// Writes all bytes of the text.
    public static func write(_ text: String, to stream: StandardStream) throws(StreamError) {
        let descriptor = stream.rawValue
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                guard errno == EAGAIN else { throw .last() }
                var poller = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&poller, 1, -1)
                continue
            }
            rest = rest.dropFirst(count)
        }
    }

    /// The most bytes that go into a pipe whole or not at all (PIPE_BUF in limits.h on Linux).
    public static let wholeWriteByteCountMax = 4_096

    /// Writes a short text if that can be done at once: whatever reads at the other end, the caller never waits.
    ///
    /// - Parameter text: At most `wholeWriteByteCountMax` bytes.
    /// - Returns: False when the text, or the end of it, was not written.
    public static func writeWithoutWaiting(_ text: String, to stream: StandardStream) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            precondition(bytes.count <= wholeWriteByteCountMax, "a longer text could be torn")
            while true {
                // SAFETY: the buffer vouches for its bytes.
                let count = assent_write_now(stream.rawValue, bytes.baseAddress, bytes.count)
                if count >= 0 { return count == bytes.count }
                if errno != EINTR { return false }
            }
        }
    }

    /// Reads standard input to its end.
    ///
    /// - Throws: `StreamError.tooLarge` beyond `byteCountMax` bytes.
    public static func readInput(byteCountMax: Int) throws(StreamError) -> [UInt8] {
        try readAll(from: input.rawValue, byteCountMax: byteCountMax)
    }

    private static func readAll(from descriptor: Int32, byteCountMax: Int) throws(StreamError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw .last()
            }
            guard count > 0 else { return bytes }
            guard bytes.count + count <= byteCountMax else { throw .tooLarge(byteCountMax: byteCountMax) }
            bytes += chunk[..<count]
        }
    }

    /// Reads a whole file; a pipe or a device too, to its end.
    public static func readFile(_ path: String, byteCountMax: Int) throws(StreamError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .last() }
        defer { _ = close(descriptor) }
        return try readAll(from: descriptor, byteCountMax: byteCountMax)
    }
}

/// The process's environment.
public enum ProcessEnvironment {
    /// The variable's value; `nil` when it is not set.
    public static func value(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}

/// Ends the process with a status that the caller of the process sees.
public func exitProcess(_ status: Int32) -> Never { Glibc.exit(status) }
