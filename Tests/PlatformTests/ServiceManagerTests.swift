import Foundation
import Glibc
import Testing

@testable import Platform

/// What the service manager and the system's journal would read.
@Suite struct ServiceManagerTests {
    /// A datagram socket in a directory of its own.
    private final class Receiver {
        let path = "/tmp/assent-notify-\(UUID().uuidString.prefix(8))"
        let descriptor: Int32

        init() throws {
            descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            let code = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            try #require(descriptor >= 0 && code == 0)
        }

        deinit {
            close(descriptor)
            unlink(path)
        }

        func receive() -> String {
            var bytes = [UInt8](repeating: 0, count: 4_096)
            let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            return count < 0 ? "nothing" : String(decoding: bytes[..<count], as: UTF8.self)
        }
    }

    private func manager(_ receiver: Receiver, _ others: [String: String] = [:]) throws -> ServiceManager {
        let environment = others.merging(["NOTIFY_SOCKET": receiver.path]) { $1 }
        return try #require(try ServiceManager.find { environment[$0] })
    }

    @Test func eachNotificationIsWhatTheManualSays() throws {
        let receiver = try Receiver()
        let manager = try manager(receiver)
        try manager.notify(.ready, .status("two\nlines"))
        #expect(receiver.receive() == "READY=1\nSTATUS=two lines\n")
        try manager.notify(.reloading(atMicroseconds: 17))
        #expect(receiver.receive() == "RELOADING=1\nMONOTONIC_USEC=17\n")
        try manager.notify(.stopping, .extendTimeout(microseconds: 5), .watchdog)
        #expect(receiver.receive() == "STOPPING=1\nEXTEND_TIMEOUT_USEC=5\nWATCHDOG=1\n")
        try manager.notify(.store(name: "a"), descriptors: [receiver.descriptor])
        #expect(receiver.receive() == "FDSTORE=1\nFDNAME=a\nFDPOLL=0\n")
        try manager.notify(.removeStored(name: "a"))
        #expect(receiver.receive() == "FDSTOREREMOVE=1\nFDNAME=a\n")
    }

    @Test func aBarrierThatNobodyAnswersTimesOut() throws {
        let receiver = try Receiver()
        let manager = try manager(receiver)
        // The message lies unread, and with it the other end of the pipe.
        #expect(throws: PlatformError.timedOut(operation: "wait for", subject: "the service manager")) {
            try manager.barrier(timeoutMilliseconds: 1)
        }
        #expect(receiver.receive() == "BARRIER=1\n")
        // Read without room for it, the descriptor is closed, and the manager is done.
        try manager.notify(.ready)
    }

    @Test func theWatchdogIsOnlyForTheProcessThatItNames() throws {
        let receiver = try Receiver()
        let ours = "\(CurrentProcess.identifier)"
        #expect(try manager(receiver).watchdogMicroseconds == nil)
        #expect(try manager(receiver, ["WATCHDOG_USEC": "3000000"]).watchdogMicroseconds == 3_000_000)
        #expect(
            try manager(receiver, ["WATCHDOG_USEC": "3", "WATCHDOG_PID": ours]).watchdogMicroseconds == 3
        )
        #expect(try manager(receiver, ["WATCHDOG_USEC": "3", "WATCHDOG_PID": "1"]).watchdogMicroseconds == nil)
        let none = try ServiceManager.find { _ in nil }
        if case .some = none { Issue.record("a manager that nobody named") }
        #expect(throws: PlatformError.self) { try ServiceManager.find { $0 == "NOTIFY_SOCKET" ? "vsock:2:1" : nil } }
    }

    @Test func journalEntriesKeepLineEnds() throws {
        let receiver = try Receiver()
        let journal = try SystemJournal(path: receiver.path)
        #expect(journal.write([("MESSAGE", "one"), ("ASSENT_CAUSE", "a\nb")]))
        #expect(receiver.receive() == "MESSAGE=one\nASSENT_CAUSE\n\u{3}\0\0\0\0\0\0\0a\nb\n")
        #expect(SystemJournal.behindStandardError(environment: { _ in "1:2" }, path: receiver.path) == nil)
        #expect(SystemJournal.behindStandardError(environment: { _ in nil }, path: receiver.path) == nil)
    }

    @Test func credentialsComeFromTheirDirectoryAlone() throws {
        let directory = "/tmp/assent-credentials-\(UUID().uuidString.prefix(8))"
        try FileSystem.createDirectory(directory)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try Data("secret".utf8).write(to: URL(fileURLWithPath: directory + "/tls-key"))
        let credentials = Credentials { $0 == "CREDENTIALS_DIRECTORY" ? directory : nil }
        #expect(try credentials.read("tls-key", byteCountMax: 6) == Array("secret".utf8))
        #expect(credentials.names == ["tls-key"])
        #expect(throws: Credentials.Failure.tooLong(name: "tls-key", byteCountMax: 5)) {
            try credentials.read("tls-key", byteCountMax: 5)
        }
        #expect(throws: Credentials.Failure.missing(name: "other", present: ["tls-key"])) {
            try credentials.read("other", byteCountMax: 5)
        }
        for name in ["../tls-key", "", ".hidden", "a/b", "ü"] {
            #expect(throws: Credentials.Failure.name(name)) { try credentials.read(name, byteCountMax: 5) }
        }
        #expect(throws: Credentials.Failure.none(name: "tls-key")) {
            try Credentials { _ in nil }.read("tls-key", byteCountMax: 5)
        }
    }
}
