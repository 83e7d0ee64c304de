/// The head of a request of HTTP/1.1 or 1.0 (RFC 9112), as far as a page that is only read needs it.
public struct HTTPRequest: Equatable, Sendable {
    /// The path, without the query.
    public let path: String
    /// What is behind the question mark; empty for none.
    public let query: String
    /// Whether the answer's body is not wanted (HEAD).
    public let isHead: Bool

    /// How far a head has come.
    enum Parsed: Equatable {
        /// There is no empty line yet.
        case incomplete
        case request(HTTPRequest)
        /// A status, and what was wrong.
        case refusal(UInt16, String)
    }

    /// The longest head, in bytes.
    static let byteCountMax = 4_096

    /// Judges the bytes that have come. Lines end in CR LF alone; there is no body.
    static func parse(_ bytes: some Collection<UInt8>) -> Parsed {
        guard let end = endOfHead(bytes) else {
            return bytes.count >= byteCountMax
                ? .refusal(431, "a head has at most \(byteCountMax) bytes") : .incomplete
        }
        guard end <= byteCountMax else { return .refusal(431, "a head has at most \(byteCountMax) bytes") }
        let head = Array(bytes.prefix(end))
        guard head.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x0D || $0 == 0x0A || $0 == 0x09 }) else {
            return .refusal(400, "a head is ASCII")
        }
        var lines = lines(of: head)
        guard lines.allSatisfy({ !$0.contains(0x0D) && !$0.contains(0x0A) }), !lines.isEmpty else {
            return .refusal(400, "lines end in CR LF")
        }
        let first = String(decoding: lines.removeFirst(), as: UTF8.self)
        let words = first.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3 else { return .refusal(400, "a request is: METHOD PATH VERSION") }
        guard words[2] == "HTTP/1.1" || words[2] == "HTTP/1.0" else { return .refusal(505, "HTTP/1.1 is spoken here") }
        if let refusal = judge(lines, needsHost: words[2] == "HTTP/1.1") { return refusal }
        guard words[0] == "GET" || words[0] == "HEAD" else { return .refusal(405, "GET and HEAD are answered") }
        guard words[1].hasPrefix("/") else { return .refusal(400, "a path begins with /") }
        let parts = words[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        return .request(
            HTTPRequest(
                path: String(parts[0]),
                query: parts.count > 1 ? String(parts[1]) : "",
                isHead: words[0] == "HEAD"
            )
        )
    }

    /// Looks at the header fields.
    private static func judge(_ lines: [ArraySlice<UInt8>], needsHost: Bool) -> Parsed? {
        var hostCount = 0
        for line in lines {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
                line[..<colon].allSatisfy(isToken)
            else { return .refusal(400, "a header field is: Name: value") }
            let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
            let value = String(decoding: line[(colon + 1)...], as: UTF8.self).filter { $0 != " " && $0 != "\t" }
            if name == "host" { hostCount += 1 }
            if name == "transfer-encoding" || name == "content-length" && value != "0" {
                return .refusal(400, "a request has no body here")
            }
        }
        return needsHost && hostCount != 1 ? .refusal(400, "HTTP/1.1 needs one Host") : nil
    }

    /// RFC 9110, section 5.6.2.
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    /// Where the empty line ends.
    private static func endOfHead(_ bytes: some Collection<UInt8>) -> Int? {
        var matched = 0
        let pattern: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
        for (index, byte) in bytes.enumerated() {
            matched = byte == pattern[matched] ? matched + 1 : (byte == 0x0D ? 1 : 0)
            if matched == 4 { return index + 1 }
        }
        return nil
    }

    /// The lines before the empty one.
    private static func lines(of head: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        var index = 0
        while index + 1 < head.count {
            if head[index] == 0x0D, head[index + 1] == 0x0A {
                if index > start { lines.append(head[start..<index]) }
                start = index + 2
                index += 2
            } else {
                index += 1
            }
        }
        return lines
    }
}

/// An answer.
public struct HTTPResponse: Equatable, Sendable {
    /// As in RFC 9110, section 15.
    public var status: UInt16
    /// The media type of the body.
    public var contentType: String
    /// What is sent.
    public var body: [UInt8]

    /// Describes an answer.
    public init(status: UInt16, contentType: String = "text/plain; charset=utf-8", body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    /// A line of text.
    public init(status: UInt16, text: String) { self.init(status: status, body: Array(text.utf8)) }

    /// The head and, unless it is not wanted, the body.
    func bytes(isHead: Bool) -> [UInt8] {
        let reason =
            switch status {
            case 200: "OK"
            case 400: "Bad Request"
            case 404: "Not Found"
            case 405: "Method Not Allowed"
            case 408: "Request Timeout"
            case 431: "Request Header Fields Too Large"
            case 503: "Service Unavailable"
            case 505: "HTTP Version Not Supported"
            default: "Error"
            }
        var head = "HTTP/1.1 \(status) \(reason)\r\nContent-Type: \(contentType)\r\nContent-Length: \(body.count)\r\n"
        if status == 405 { head += "Allow: GET, HEAD\r\n" }
        head += "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
        return Array(head.utf8) + (isHead ? [] : body)
    }
}
