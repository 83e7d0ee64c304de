import Testing

@testable import Transport

@Suite struct HTTPRequestTests {
    private func parse(_ text: String) -> HTTPRequest.Parsed { HTTPRequest.parse(Array(text.utf8)) }

    @Test func aRequestIsReadWhenItsHeadIsWhole() {
        let text = "GET /readyz?verbose HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n"
        let expected = HTTPRequest(path: "/readyz", query: "verbose", isHead: false)
        #expect(parse(text) == .request(expected))
        // Behind the head nothing counts.
        #expect(parse(text + "more") == .request(expected))
        for count in 0..<text.utf8.count { #expect(HTTPRequest.parse(text.utf8.prefix(count)) == .incomplete) }
        #expect(parse("HEAD / HTTP/1.0\r\n\r\n") == .request(HTTPRequest(path: "/", query: "", isHead: true)))
    }

    @Test(arguments: [
        ("POST / HTTP/1.1\r\nHost: a\r\n\r\n", 405), ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400), ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\n b: c\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: ü\r\n\r\n", 400), ("\r\n\r\n", 400), ("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ])
    func whatIsNotExactlyARequestIsRefused(text: String, status: UInt16) {
        guard case .refusal(let found, _) = parse(text) else {
            Issue.record("\(text) was taken")
            return
        }
        #expect(found == status, "\(text)")
    }

    @Test func aHeadIsBounded() {
        #expect(parse(String(repeating: "a", count: 4_095)) == .incomplete)
        #expect(parse(String(repeating: "a", count: 4_096)) == .refusal(431, "a head has at most 4096 bytes"))
    }

    @Test func anAnswerSaysHowLongItIs() {
        let response = HTTPResponse(status: 405, text: "no\n")
        let text = String(decoding: response.bytes(isHead: false), as: UTF8.self)
        #expect(text.hasPrefix("HTTP/1.1 405 Method Not Allowed\r\n") && text.hasSuffix("\r\n\r\nno\n"))
        #expect(text.contains("\r\nContent-Length: 3\r\n") && text.contains("\r\nAllow: GET, HEAD\r\n"))
        #expect(String(decoding: response.bytes(isHead: true), as: UTF8.self).hasSuffix("\r\n\r\n"))
    }
}
