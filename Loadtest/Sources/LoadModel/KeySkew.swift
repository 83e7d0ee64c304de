import func Glibc.pow

/// Which cards a load asks about, and how unevenly.
public enum KeySkew: Equatable, Sendable, CustomStringConvertible {
    /// Every card equally often.
    case uniform
    /// Card k (from 1) in proportion to 1 / k^exponent (Zipf's law; 1.0 is the classic one).
    case zipf(exponent: Double)
    /// This share of the requests (0 to 1) on the first card, the rest uniformly on all.
    case hot(share: Double)

    /// Reads `uniform`, `zipf:1.0`, `hot` (one card takes everything) or `hot:0.5`; `nil` for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let number = parts.count == 2 ? Double(parts[1]) : nil
        guard parts.count == 1 || number != nil else { return nil }
        switch (parts[0], number) {
        case ("uniform", nil): self = .uniform
        case ("zipf", nil): self = .zipf(exponent: 1)
        case ("zipf", let exponent?) where exponent > 0 && exponent <= 10: self = .zipf(exponent: exponent)
        case ("hot", nil): self = .hot(share: 1)
        case ("hot", let share?) where share > 0 && share <= 1: self = .hot(share: share)
        default: return nil
        }
    }

    /// The text that `init` reads.
    public var description: String {
        switch self {
        case .uniform: "uniform"
        case .zipf(let exponent): "zipf:\(exponent)"
        case .hot(let share): share == 1 ? "hot" : "hot:\(share)"
        }
    }
}

/// Draws cards by a skew: constant time and no allocation per draw.
@frozen
public struct KeySampler: Sendable {
    /// How many cards there are to draw from, at least 1.
    public let count: Int
    @usableFromInline let hotBelow: UInt64
    @usableFromInline let alias: AliasTable?

    /// Prepares the draw; a Zipf skew builds a table of 8 bytes a card.
    public init(skew: KeySkew, count: Int) {
        precondition((1...Int(Int32.max)).contains(count), "cards to draw from: 1 to 2^31 - 1")
        self.count = count
        switch skew {
        case .uniform:
            hotBelow = 0
            alias = nil
        case .hot(let share):
            hotBelow = share >= 1 ? .max : UInt64(share * 0x1p64)
            alias = nil
        case .zipf(let exponent):
            hotBelow = 0
            alias = AliasTable(weights: (1...count).map { pow(Double($0), -exponent) })
        }
    }

    /// The ordinal of the next card.
    @inlinable
    public func next(_ generator: inout SeededGenerator) -> Int {
        if let alias { return alias.next(&generator) }
        if hotBelow != 0 {
            if hotBelow == .max || generator.next() < hotBelow { return 0 }
        }
        return generator.below(count)
    }
}
