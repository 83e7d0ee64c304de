package import Domain

/// Money of one currency that was counted.
package protocol CurrencySum {
    /// What the money is in.
    var currency: Currency { get }
    /// Adds more of the same currency.
    mutating func add(_ other: Self)
}

extension Array where Element: CurrencySum {
    /// Adds to the sum of the same currency, where there is one; else puts it into its place. The sums are in the order
    /// of their currencies.
    package mutating func add(_ sum: Element) {
        let place = firstIndex { $0.currency >= sum.currency } ?? count
        if place < count, self[place].currency == sum.currency {
            self[place].add(sum)
        } else {
            insert(sum, at: place)
        }
    }
}

extension Int64 {
    /// Adds an amount that is not below zero, and stays at the largest number rather than go beyond.
    @inline(__always)
    package mutating func addSaturating(_ amount: Int64) {
        let (sum, overflow) = addingReportingOverflow(amount)
        self = overflow ? .max : sum
    }
}
