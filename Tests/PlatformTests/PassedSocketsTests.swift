import Foundation
import Glibc
import Testing

@testable import Platform

/// Sockets and other descriptors that come from another process.
@Suite struct PassedSocketsTests {
    private func find(_ environment: [String: String]) throws(PassedSockets.Failure) -> [PassedSockets.Passed] {
        try PassedSockets.find { environment[$0] }
    }

    @Test func nothingIsTakenThatWasMeantForAnotherProcess() throws {
        #expect(try find([:]) == [])
        #expect(try find(["LISTEN_PID": "1", "LISTEN_FDS": "1", "LISTEN_FDNAMES": "a"]) == [])
    }

    @Test func anEnvironmentThatMakesNoSenseIsRefused() {
        let ours = "\(CurrentProcess.identifier)"
        for count in ["", "-1", "x", "5000"] {
            #expect(throws: PassedSockets.Failure.count(count)) {
                try find(["LISTEN_PID": ours, "LISTEN_FDS": count])
            }
        }
        #expect(throws: PassedSockets.Failure.names(count: 1, expected: 2)) {
            try find(["LISTEN_PID": ours, "LISTEN_FDS": "2", "LISTEN_FDNAMES": "one"])
        }
    }

    @Test func aSocketSaysWhatItIs() throws {
        let path = "/tmp/assent-facts-\(UUID().uuidString.prefix(8))"
        let bound = try UnixListenerSocket.listen(path: path, mode: 0o600, backlog: 1)
        defer {
            close(bound.descriptor)
            bound.socket.remove()
        }
        let unix = try SocketFacts(ofSocket: bound.descriptor)
        // It was renamed after it was bound; the kernel remembers the first name.
        #expect(unix.family == .unix && unix.isListening && unix.endpoint == .unix(path: path + ".new"))
        let tcp = socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(tcp) }
        #expect(try SocketFacts(ofSocket: tcp).family == .tcp)
        #expect(try !SocketFacts(ofSocket: tcp).isListening)
        try #require(listen(tcp, 1) == 0)
        let facts = try SocketFacts(ofSocket: tcp)
        #expect(facts.isListening)
        guard case .tcp("::", let port) = facts.endpoint else {
            Issue.record("\(facts)")
            return
        }
        #expect(port > 0)
        let file = try FileDescriptor.inMemory("file")
        #expect(throws: PlatformError.self) { try SocketFacts(ofSocket: file.rawValue) }
    }

    /// More descriptors than one message takes, in order, with bytes, out of a carrier whose maker is gone.
    @Test(arguments: [0, 1, 250, 251, 1_000])
    func aCarrierGivesBackWhatWasPutIn(count: Int) throws {
        let bytes = [UInt8](unsafeUninitializedCapacity: count * 100) { buffer, filled in
            for index in 0..<count * 100 { buffer[index] = UInt8(truncatingIfNeeded: index) }
            filled = count * 100
        }
        // Each stands for a file of a size of its own.
        let files = try (0..<count).map { index in
            let file = try FileDescriptor.inMemory("\(index)")
            try [UInt8](repeating: 1, count: index).withUnsafeBytes { try file.write($0, at: 0) }
            return SharedDescriptor(file)
        }
        let carrier = try DescriptorCarrier.make(bytes, files)
        let load = try DescriptorCarrier.take(from: carrier.rawValue, byteCountMax: bytes.count)
        #expect(load.bytes == bytes)
        #expect(try load.descriptors.map { Int(try $0.descriptor.byteCount()) } == Array(0..<count))
        // What was taken is in there no more.
        #expect(throws: PlatformError.self) {
            try DescriptorCarrier.take(from: carrier.rawValue, byteCountMax: bytes.count)
        }
    }

    @Test func aCarrierOfSomebodyElseIsRefused() throws {
        var pair: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0, &pair) == 0)
        defer { for end in pair { close(end) } }
        #expect(send(pair[1], "hello", 5, 0) == 5)
        #expect(throws: PlatformError.system(code: EPROTO, operation: "understand", subject: "the carrier")) {
            try DescriptorCarrier.take(from: pair[0], byteCountMax: 100)
        }
        let carrier = try DescriptorCarrier.make([1, 2, 3], [])
        #expect(throws: PlatformError.system(code: EFBIG, operation: "read", subject: "the carrier")) {
            try DescriptorCarrier.take(from: carrier.rawValue, byteCountMax: 2)
        }
    }
}
