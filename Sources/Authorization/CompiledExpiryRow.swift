import Domain

/// A row of the table of hold times for one range of categories: a plain value, compared without a look elsewhere.
struct CompiledExpiryRow: BitwiseCopyable {
    /// Zero: any.
    private let network: UInt8
    /// Bit n: the presence with raw value n fits. An unknown presence counts as not present.
    private let presences: UInt8
    /// Bit n: the initiator with raw value n fits.
    private let initiators: UInt8
    /// Bit n: the kind with raw value n fits.
    private let kinds: UInt8
    private let firstCategory: UInt16
    private let lastCategory: UInt16
    let days: UInt16

    private init(_ row: ExpiryRow, first: UInt16, last: UInt16) {
        network = row.network ?? 0
        switch row.presence {
        case .present: presences = 1 << Presence.present.rawValue
        case .notPresent: presences = 1 << Presence.notPresent.rawValue | 1 << Presence.unknown.rawValue
        case .unknown, nil: presences = .max
        }
        initiators = row.initiator.map { 1 << $0.rawValue } ?? .max
        kinds = row.kind.map { 1 << $0.rawValue } ?? .max
        firstCategory = first
        lastCategory = last
        days = row.days
    }

    /// The rows that are there, one for each of their ranges.
    static func compile(_ rows: [ExpiryRow?]) -> OwnedBuffer<CompiledExpiryRow> {
        var list: [CompiledExpiryRow] = []
        for case let row? in rows {
            for range in row.categories {
                list.append(CompiledExpiryRow(row, first: range.lowerBound.code, last: range.upperBound.code))
            }
            if row.categories.isEmpty { list.append(CompiledExpiryRow(row, first: 0, last: .max)) }
        }
        let filler = ExpiryRow(network: nil, presence: nil, initiator: nil, kind: nil, categories: [], days: 1)
        return OwnedBuffer(list, orEmpty: CompiledExpiryRow(filler, first: 0, last: 0))
    }

    @inline(__always)
    func fits(
        _ category: UInt16,
        _ presence: Presence,
        _ initiator: Initiator,
        _ kind: AuthorizationKind,
        network: UInt8
    ) -> Bool {
        category >= firstCategory && category <= lastCategory && presences >> presence.rawValue & 1 == 1
            && initiators >> initiator.rawValue & 1 == 1 && kinds >> kind.rawValue & 1 == 1
            && (self.network == 0 || self.network == network)
    }
}
