private import CPlatform
internal import Glibc

/// The service manager that started this process and wants to hear from it: sd_notify(3), a documented protocol of
/// plain datagrams to the socket that `NOTIFY_SOCKET` names, spoken here without a library.
public struct ServiceManager: Sendable {
    /// What can be said.
    public enum Notification: Equatable, Sendable {
        /// Everything is up, or up again after a reload.
        case ready
        /// A reload has begun, at a time of the monotonic clock in microseconds; `ready` ends it.
        case reloading(atMicroseconds: Int64)
        /// The end has begun.
        case stopping
        /// A line for people.
        case status(String)
        /// Still alive.
        case watchdog
        /// Starting or stopping takes longer: so many microseconds more from now on.
        case extendTimeout(microseconds: UInt64)
        /// Keep the descriptors beside this, and pass them to the next process under a name.
        case store(name: String)
        /// Forget the descriptors of this name.
        case removeStored(name: String)

        var lines: String {
            switch self {
            case .ready: "READY=1\n"
            case .reloading(let time): "RELOADING=1\nMONOTONIC_USEC=\(time)\n"
            case .stopping: "STOPPING=1\n"
            case .status(let text): "STATUS=\(text.replacing("\n", with: " "))\n"
            case .watchdog: "WATCHDOG=1\n"
            case .extendTimeout(let time): "EXTEND_TIMEOUT_USEC=\(time)\n"
            // What is stored is looked after by whoever stored it: a peer that has closed is no reason to drop it.
            case .store(let name): "FDSTORE=1\nFDNAME=\(name)\nFDPOLL=0\n"
            case .removeStored(let name): "FDSTOREREMOVE=1\nFDNAME=\(name)\n"
            }
        }
    }

    /// How often, in microseconds, it wants to hear `watchdog` at the least; `nil` for never.
    public let watchdogMicroseconds: UInt64?
    private let address: UnixDatagram

    /// The manager that the environment names (`NOTIFY_SOCKET`, `WATCHDOG_USEC`, `WATCHDOG_PID`); `nil` for none.
    ///
    /// - Throws: When it names something that no message can be sent to.
    public static func find(
        environment: (String) -> String? = ProcessEnvironment.value
    ) throws(PlatformError) -> ServiceManager? {
        guard let name = environment("NOTIFY_SOCKET"), !name.isEmpty else { return nil }
        let isOurs = environment("WATCHDOG_PID").map { $0 == "\(CurrentProcess.identifier)" } ?? true
        let watchdog = isOurs ? environment("WATCHDOG_USEC").flatMap { UInt64($0) } : nil
        return ServiceManager(
            watchdogMicroseconds: watchdog.flatMap { $0 > 0 ? $0 : nil },
            address: try UnixDatagram(name)
        )
    }

    /// Says something, in one message.
    ///
    /// - Parameter descriptors: For `store`; they stay the caller's.
    public func notify(_ notifications: Notification..., descriptors: [Int32] = []) throws(PlatformError) {
        try send(notifications.map(\.lines).joined(), descriptors: descriptors)
    }

    /// Returns when the manager has dealt with everything said before (sd_notify_barrier(3)).
    ///
    /// - Throws: `.timedOut` when it has not within the time.
    public func barrier(timeoutMilliseconds: Int32) throws(PlatformError) {
        var ends: (Int32, Int32) = (-1, -1)
        guard assent_pipe(&ends.0, &ends.1) == 0 else { throw lastError("make", "a pipe") }
        let reading = FileDescriptor(owning: ends.0, subject: "pipe")
        let writing = FileDescriptor(owning: ends.1, subject: "pipe")
        try send("BARRIER=1\n", descriptors: [writing.rawValue])
        try writing.close()
        // The manager closes its copy of the writing end: a hang-up.
        guard try waitFor(Int16(POLLIN), on: reading.rawValue, timeoutMilliseconds, subject: "pipe") else {
            throw .timedOut(operation: "wait for", subject: "the service manager")
        }
    }

    private func send(_ text: String, descriptors: [Int32]) throws(PlatformError) {
        let socket = try UnixDatagram.makeSocket()
        var text = text
        let outcome = text.withUTF8 { bytes in
            Result { () throws(PlatformError) in
                try address.send(UnsafeRawBufferPointer(bytes), descriptors: descriptors, from: socket)
            }
        }
        try outcome.get()
    }
}
