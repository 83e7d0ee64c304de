import Platform
import Testing

/// Addresses as operators write them.
struct EndpointTests {
    @Test(arguments: [
        ("tcp:127.0.0.1:9701", Endpoint.tcp(host: "127.0.0.1", port: 9_701)),
        ("tcp:[::1]:9701", .tcp(host: "::1", port: 9_701)),
        ("tcp:[fe80::1%eth0]:0", .tcp(host: "fe80::1%eth0", port: 0)),
        ("tcp:gateway.example:65535", .tcp(host: "gateway.example", port: 65_535)),
        ("unix:/run/assent.sock", .unix(path: "/run/assent.sock")),
        ("unix:relative.sock", .unix(path: "relative.sock")),
        ("unix:" + String(repeating: "p", count: 107), .unix(path: String(repeating: "p", count: 107))),
    ])
    func aGoodAddressReadsAndWritesTheSame(text: String, endpoint: Endpoint) {
        #expect(Endpoint(text) == endpoint)
        #expect(endpoint.description == text)
    }

    @Test(arguments: [
        "", "tcp", "tcp:", "tcp::1", "tcp:host", "tcp:host:", "tcp:host:65536", "tcp:host:-1", "tcp:host:+1",
        "tcp:host:1x", "tcp:host:000001", "tcp:::1:9701", "tcp:[::1:9701", "tcp:::1]:9701", "tcp:[]:1", "tcp:[host]:1",
        "tcp:a b:1", "udp:host:1", "TCP:host:1", "unix:", "unix", "host:1", "tcp:[::1]x:1",
        "unix:" + String(repeating: "p", count: 108), "unix:a\0b", "tcp:" + String(repeating: "h", count: 254) + ":1",
    ])
    func aBadAddressIsRefused(text: String) {
        #expect(Endpoint(text) == nil)
    }
}
