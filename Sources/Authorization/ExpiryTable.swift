import Domain

/// The rows that say how long a hold stands, turned round: for each thing that a payment can be, the rows whose
/// condition it meets, a bit each. The first row that fits is the lowest bit that all have.
struct ExpiryTable: ~Copyable {
    private var byCategory: OwnedBuffer<UInt16>
    private let byNetwork: OwnedBuffer<UInt16>
    private let byPresence: OwnedBuffer<UInt16>
    private let byInitiator: OwnedBuffer<UInt16>
    private let byKind: OwnedBuffer<UInt16>
    private let days: OwnedBuffer<UInt16>

    init(_ rows: [ExpiryRow?]) {
        precondition(rows.count <= UInt16.bitWidth, "a row has a bit")
        /// The rows that a condition lets through, by the number of what it is about.
        func masks(_ count: Int, _ fits: (ExpiryRow, Int) -> Bool) -> OwnedBuffer<UInt16> {
            OwnedBuffer(
                (0..<count).map { number in
                    rows.indices.reduce(0) { mask, row in
                        rows[row].map { fits($0, number) } == true ? mask | 1 << row : mask
                    }
                },
                orEmpty: 0
            )
        }
        byNetwork = masks(256) { row, network in row.network.map { Int($0) == network } ?? true }
        byPresence = masks(Presence.allCases.count) { row, raw in
            switch row.presence {
            case .present: raw == Int(Presence.present.rawValue)
            // An unknown presence counts as not present.
            case .notPresent: raw != Int(Presence.present.rawValue)
            case .unknown, nil: true
            }
        }
        byInitiator = masks(Initiator.allCases.count + 1) { row, raw in
            row.initiator.map { Int($0.rawValue) == raw } ?? true
        }
        byKind = masks(AuthorizationKind.allCases.count) { row, raw in
            row.kind.map { Int($0.rawValue) == raw } ?? true
        }
        let anyCategory = masks(1) { row, _ in row.categories.isEmpty }
        byCategory = OwnedBuffer(repeating: anyCategory[0], count: 10_000)
        for (index, row) in rows.enumerated() {
            for range in row?.categories ?? [] {
                for code in range.lowerBound.code...range.upperBound.code { byCategory[Int(code)] |= 1 << index }
            }
        }
        days = OwnedBuffer(rows.map { $0?.days ?? 0 }, orEmpty: 0)
    }

    /// For how many days a hold stands; `nil` where no row fits.
    @inline(__always)
    func days(
        _ category: MerchantCategory,
        _ presence: Presence,
        _ initiator: Initiator,
        _ kind: AuthorizationKind,
        network: UInt8
    ) -> UInt16? {
        let fitting =
            byCategory[Int(category.code)] & byNetwork[Int(network)] & byPresence[Int(presence.rawValue)]
            & byInitiator[Int(initiator.rawValue)] & byKind[Int(kind.rawValue)]
        return fitting == 0 ? nil : days[fitting.trailingZeroBitCount]
    }
}
