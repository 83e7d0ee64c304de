import Domain
import Foundation
import Ledger
import Randomness

/// What the tests of this module share.
enum Fixtures {
    /// A few fixed seeds, or the one in the environment variable `ASSENT_SEED`.
    static var seeds: [UInt64] {
        if let text = ProcessInfo.processInfo.environment["ASSENT_SEED"], let seed = UInt64(text) { return [seed] }
        return [1, 2, 3, 20_261_121]
    }

    static func currency(_ code: String) -> Currency {
        guard let currency = Currency(code) else { preconditionFailure("a constant of the tests is wrong") }
        return currency
    }

    /// Amounts that may follow, whatever event leads there.
    static func step(_ before: PaymentAmounts, _ random: inout SeededRandom) -> PaymentAmounts {
        var after = before
        let amount = Int64.random(in: 1...100_000, using: &random)
        let part = min(amount, before.held)
        switch Int.random(in: 0..<9, using: &random) {
        case 0: after.approved += amount
        case 1: after.reversed += part
        case 2: after.expired += before.held
        case 3:
            after.cleared += part
            after.overCleared += amount - part
        case 4:
            after.cleared += part
            after.reversed += before.held - part
        case 5: after.refunded += amount
        case 6:
            let over = min(amount, before.overCleared)
            let cleared = min(amount - over, before.cleared)
            after.overCleared -= over
            after.cleared -= cleared
            after.reversed += cleared
        case 7: after.disputed += max(0, min(amount, before.posted))
        default: after.disputed -= min(amount, before.disputed)
        }
        return after
    }
}
