/// What a principal may ask, as bits. Numbers are those of the protocol, never changed and never reused.
@frozen
public struct Scopes: OptionSet, Hashable, Sendable {
    /// The bits as on the wire.
    public let rawValue: UInt32

    /// Takes the bits as on the wire.
    @inlinable
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Decide payments: authorize, take at once.
    @inlinable public static var authorize: Scopes { Scopes(rawValue: 1 << 0) }
    /// Go on with payments: increments, reversals, clearings, refunds, disputes.
    @inlinable public static var lifecycle: Scopes { Scopes(rawValue: 1 << 1) }
    /// Ask about a card: verify account, balance inquiry.
    @inlinable public static var inquiry: Scopes { Scopes(rawValue: 1 << 2) }
    /// Make and change cards.
    @inlinable public static var cards: Scopes { Scopes(rawValue: 1 << 3) }
    /// Change settings.
    @inlinable public static var settings: Scopes { Scopes(rawValue: 1 << 4) }
    /// Show cards, payments, settings, the ledger and figures.
    @inlinable public static var reports: Scopes { Scopes(rawValue: 1 << 5) }
    /// Make snapshots and projections.
    @inlinable public static var operations: Scopes { Scopes(rawValue: 1 << 6) }
    /// Make, change and revoke principals.
    @inlinable public static var principals: Scopes { Scopes(rawValue: 1 << 7) }

    /// All that a gateway's socket takes.
    @inlinable public static var gateway: Scopes { [.authorize, .lifecycle, .inquiry] }
    /// All that only an operators' socket takes.
    @inlinable public static var administration: Scopes { [.cards, .settings, .reports, .operations, .principals] }
    /// All that there are.
    @inlinable public static var all: Scopes { [.gateway, .administration] }

    /// Each with its name, in the order of their bits.
    public static let names: [(scope: Scopes, name: String)] = [
        (.authorize, "authorize"), (.lifecycle, "lifecycle"), (.inquiry, "inquiry"), (.cards, "cards"),
        (.settings, "settings"), (.reports, "reports"), (.operations, "operations"), (.principals, "principals"),
    ]

    /// The words that `init(_:)` reads.
    public static var words: [String] { names.map(\.name) + ["gateway", "admin", "all", "none"] }

    /// Reads names with commas between them; `gateway`, `admin` and `all` stand for several, `none` for none.
    ///
    /// - Returns: nil for anything else.
    public init?(_ text: String) {
        var scopes: Scopes = []
        if text != "none" {
            for name in text.split(separator: ",", omittingEmptySubsequences: false) {
                switch name.trimmed {
                case "gateway": scopes.formUnion(.gateway)
                case "admin": scopes.formUnion(.administration)
                case "all": scopes.formUnion(.all)
                case let name:
                    guard let known = Self.names.first(where: { $0.name == name }) else { return nil }
                    scopes.formUnion(known.scope)
                }
            }
        }
        self = scopes
    }
}

extension Scopes: CustomStringConvertible {
    /// The names with commas between them; `none` for none.
    public var description: String {
        isEmpty ? "none" : Self.names.filter { contains($0.scope) }.map(\.name).joined(separator: ",")
    }
}

extension Substring {
    /// Without blanks at either end.
    fileprivate var trimmed: String {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
