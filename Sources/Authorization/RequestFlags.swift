/// Yes-or-no fields of a request; the bits are those of the wire and of the journal.
@frozen
public struct RequestFlags: OptionSet, Hashable, Sendable {
    /// The bits.
    public let rawValue: UInt8

    /// Takes any bits; see `defined`.
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The merchant takes less than the whole amount (ISO 8583 partial approval).
    public static let partialApprovalAllowed = RequestFlags(rawValue: 1 << 0)
    /// One of a series.
    public static let recurring = RequestFlags(rawValue: 1 << 1)
    /// The final amount is not yet known.
    public static let estimated = RequestFlags(rawValue: 1 << 2)

    /// Every bit that has a meaning; the others must be zero.
    public static let defined: RequestFlags = [.partialApprovalAllowed, .recurring, .estimated]
}
