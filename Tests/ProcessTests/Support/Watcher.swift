import Foundation
import Platform
import Testing

/// Whoever watches a daemon over HTTP.
enum Watcher {
    static func get(_ endpoint: Endpoint, _ path: String) throws -> (status: String, body: String) {
        let socket = try StreamSocket.connect(to: endpoint, timeoutMilliseconds: 30_000)
        try Array("GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".utf8).withUnsafeBytes {
            try socket.sendAll($0)
        }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = try chunk.withUnsafeMutableBytes({ try socket.receive(into: $0) }), count > 0 {
            bytes += chunk[..<count]
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let parts = text.components(separatedBy: "\r\n\r\n")
        try #require(parts.count == 2, "\(text)")
        return (parts[0].components(separatedBy: "\r\n")[0], parts[1])
    }

    static func value(_ sample: String, in page: String) -> Double? {
        page.components(separatedBy: "\n").first { $0.hasPrefix(sample + " ") }
            .flatMap { Double($0.dropFirst(sample.count + 1)) }
    }
}
