import Foundation
import Platform
import Testing

@testable import Transport

@Suite(.timeLimit(.minutes(20))) struct HTTPResponderTests {
    private func responder(_ limits: HTTPResponder.Limits = .init()) throws -> (HTTPResponder, Endpoint) {
        let responder = HTTPResponder(limits: limits) { HTTPResponse(status: 200, text: $0.path + "\n") }
        let path = "/tmp/assent-http-\(UUID().uuidString.prefix(8))"
        return (responder, try responder.listen(on: .unix(path: path)))
    }

    private func receiveAll(_ socket: borrowing StreamSocket) throws -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count: Int
            do {
                count = try chunk.withUnsafeMutableBytes { try socket.receive(into: $0) }
            } catch PlatformError.system {
                count = 0
            }
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
        }
    }

    private func connect(_ endpoint: Endpoint) throws -> StreamSocket {
        try StreamSocket.connect(to: endpoint, timeoutMilliseconds: 30_000)
    }

    private func send(_ text: String, on socket: borrowing StreamSocket) throws {
        try Array(text.utf8).withUnsafeBytes { try socket.sendAll($0) }
    }

    @Test func itAnswersOnceAConnection() throws {
        let (responder, endpoint) = try responder()
        defer { responder.stop() }
        let socket = try connect(endpoint)
        for byte in "GET /a HTTP/1.1\r\nHost: x\r\n\r\n" { try send(String(byte), on: socket) }
        let text = try receiveAll(socket)
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n") && text.hasSuffix("\r\n\r\n/a\n"))
        let wrong = try connect(endpoint)
        try send("DELETE / HTTP/1.1\r\nHost: x\r\n\r\n", on: wrong)
        #expect(try receiveAll(wrong).hasPrefix("HTTP/1.1 405 "))
    }

    @Test func whoIsSlowToAskIsClosed() throws {
        var limits = HTTPResponder.Limits()
        limits.milliseconds = 50
        let (responder, endpoint) = try responder(limits)
        defer { responder.stop() }
        let socket = try connect(endpoint)
        try send("GET / HT", on: socket)
        #expect(try receiveAll(socket) == "")
    }

    /// Who goes on sending behind the answer is read for a while, so that he gets it, and not for ever.
    @Test func whoSendsOnWithoutEndIsClosed() throws {
        var limits = HTTPResponder.Limits()
        limits.milliseconds = 60_000
        let (responder, endpoint) = try responder(limits)
        defer { responder.stop() }
        let socket = try connect(endpoint)
        let piece = String(repeating: "a", count: 65_536)
        let began = ContinuousClock.now
        #expect(throws: PlatformError.self) { for _ in 0..<1_024 { try send(piece, on: socket) } }
        #expect(ContinuousClock.now - began < .seconds(30))
    }

    @Test func theOldestGivesWayWhereThereAreTooMany() throws {
        var limits = HTTPResponder.Limits()
        limits.connectionCountMax = 2
        limits.milliseconds = 60_000
        let (responder, endpoint) = try responder(limits)
        defer { responder.stop() }
        let first = try connect(endpoint)
        let second = try connect(endpoint)
        try send("GET /second HTTP/1.1\r\n", on: second)
        let third = try connect(endpoint)
        try send("GET /third HTTP/1.1\r\nHost: x\r\n\r\n", on: third)
        #expect(try receiveAll(third).hasSuffix("/third\n"))
        #expect(try receiveAll(first) == "")
        try send("Host: x\r\n\r\n", on: second)
        #expect(try receiveAll(second).hasSuffix("/second\n"))
    }

    @Test func itListensOnThisMachineAlone() throws {
        let (responder, _) = try responder()
        defer { responder.stop() }
        #expect(throws: ServerError.metricsRemote(.tcp(host: "0.0.0.0", port: 0))) {
            try responder.listen(on: .tcp(host: "0.0.0.0", port: 0))
        }
        let endpoint = try responder.listen(on: .tcp(host: "127.0.0.1", port: 0))
        let socket = try connect(endpoint)
        try send("GET /tcp HTTP/1.1\r\nHost: x\r\n\r\n", on: socket)
        #expect(try receiveAll(socket).hasSuffix("/tcp\n"))
    }
}
