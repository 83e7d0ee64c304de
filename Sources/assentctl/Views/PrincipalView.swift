import Domain
import Wire

/// A principal as it is shown.
struct PrincipalView: ListedRecord {
    let block: PrincipalBlock
    let name: String
    let certificateName: String
    let formerCertificateName: String

    init(_ block: PrincipalBlock, _ name: String, _ certificateName: String, _ formerCertificateName: String) {
        self.block = block
        self.name = name
        self.certificateName = certificateName
        self.formerCertificateName = formerCertificateName
    }

    init(_ entry: PrincipalListReply.PrincipalsEntry) {
        self.init(entry.principal, entry.name, entry.certificateName, entry.formerCertificateName)
    }

    static let shape = ListPrinter.Shape(
        name: "principals",
        columns: [
            Column("NAME"), Column("SCOPES"), Column("KNOWN BY"), Column("RATE", .right), Column("CREDIT", .right),
            Column("STATE"),
        ],
        fieldNames: [
            "name", "principalId", "scopes", "ratePerSecond", "burst", "creditMax", "publicKey", "certificateName",
            "userId", "formerKey", "formerKeyUntil", "formerCertificateName", "formerCertificateNameUntil", "createdAt",
            "changedAt", "revokedAt",
        ],
        emptyText: "no principals: assentctl gateway create makes one"
    )

    var key: String { name }

    var fields: [Field] {
        [
            Field("name", .string(name)), Field("principalId", block.principalID.rawValue),
            Field("scopes", .string("\(block.scopes)")), Field("ratePerSecond", UInt64(block.ratePerSecond)),
            Field("burst", UInt64(block.burst)), Field("creditMax", UInt64(block.creditMax)),
            Field("publicKey", Self.key(block.publicKey)), Field("certificateName", Self.text(certificateName)),
            Field("userId", block.userID.map { .string("\($0)") } ?? .null),
            Field("formerKey", Self.key(block.formerKey)), Field("formerKeyUntil", Self.time(block.formerKeyUntil)),
            Field("formerCertificateName", Self.text(formerCertificateName)),
            Field("formerCertificateNameUntil", Self.time(block.formerCertificateNameUntil)),
            Field("createdAt", Self.time(block.createdAt)), Field("changedAt", Self.time(block.changedAt)),
            Field("revokedAt", Self.time(block.revokedAt)),
        ]
    }

    var cells: [Cell] {
        [
            Cell(name), Cell("\(block.scopes)"), Cell(knownBy.joined(separator: ", ")), Cell(rate), Cell(credit),
            isRevoked ? Cell("revoked", .bad) : Cell("in force", .good),
        ]
    }

    /// For people.
    func text(_ output: Output) -> String {
        var pairs: [(String, Cell)] = [
            ("principal", Cell(name)),
            ("state", isRevoked ? Cell("revoked \(block.revokedAt.short) UTC", .bad) : Cell("in force", .good)),
            ("scopes", Cell("\(block.scopes)")), ("rate", Cell(rate)), ("credit", Cell(credit)),
        ]
        if Self.isThere(block.publicKey) { pairs.append(("public key", Cell(Self.hexadecimal(block.publicKey)))) }
        if Self.isThere(block.formerKey) {
            pairs.append(("key before", Cell("accepted until \(block.formerKeyUntil.short) UTC")))
        }
        if !certificateName.isEmpty { pairs.append(("certificate", Cell(certificateName))) }
        if !formerCertificateName.isEmpty {
            let until = block.formerCertificateNameUntil.short
            pairs.append(("certificate before", Cell("\(formerCertificateName), accepted until \(until) UTC")))
        }
        if let userID = block.userID { pairs.append(("user", Cell("\(userID)"))) }
        pairs += [
            ("made", Cell("\(block.createdAt.short) UTC, record \(block.principalID)")),
            ("changed", Cell("\(block.changedAt.short) UTC, record \(block.changedLSN)")),
        ]
        return output.pairs(pairs)
    }

    /// Whether it may ask nothing any more.
    var isRevoked: Bool { block.revokedAt != .epoch }

    /// Whether it can say over TLS who it is.
    var isKnownOverTLS: Bool { Self.isThere(block.publicKey) || !certificateName.isEmpty }

    /// Whether a key or a name that was replaced is accepted still.
    func acceptsFormer(at now: Instant) -> Bool {
        block.formerKeyUntil > now || block.formerCertificateNameUntil > now
    }

    private var knownBy: [String] {
        var parts: [String] = []
        if Self.isThere(block.publicKey) { parts.append("key \(Self.hexadecimal(Array(block.publicKey.prefix(4))))") }
        if !certificateName.isEmpty { parts.append(certificateName) }
        if let userID = block.userID { parts.append("user \(userID)") }
        return parts
    }

    private var rate: String {
        block.ratePerSecond == 0
            ? "any"
            : "\(Figures.grouped(UInt64(block.ratePerSecond)))/s, \(Figures.grouped(UInt64(block.burst))) at once"
    }

    private var credit: String { block.creditMax == 0 ? "any" : Figures.grouped(UInt64(block.creditMax)) }

    private static func isThere(_ key: [UInt8]) -> Bool { key.contains { $0 != 0 } }

    private static func hexadecimal(_ key: [UInt8]) -> String {
        key.map { assentctl.hexadecimal($0, digits: 2) }.joined()
    }

    private static func key(_ key: [UInt8]) -> JSONValue { isThere(key) ? .string(hexadecimal(key)) : .null }

    private static func text(_ text: String) -> JSONValue { text.isEmpty ? .null : .string(text) }

    private static func time(_ time: Instant) -> JSONValue { time == .epoch ? .null : .string("\(time)") }
}
