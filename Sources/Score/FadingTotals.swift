/// The first words of every history: when its owner was first and last seen, and how many payments of how much money
/// it had, fading with four half-lives.
///
/// All arithmetic is total: whatever the words are, nothing traps.
struct FadingTotals {
    static let wordCount = 10
    /// A payment in a count: 2^30.
    static let countBits = 30
    /// A minor unit in an amount: 2^16.
    static let amountBits = 16
    /// Sums stay below this.
    private static let sumMax: Int64 = 1 << 61

    // SAFETY: whoever makes one vouches for `wordCount` words, for as long as the value lives.
    let words: UnsafeMutablePointer<Int64>

    /// In milliseconds since the epoch.
    var first: Int64 { words[0] }
    var last: Int64 { words[1] }

    /// Milliseconds since the last payment; none where the clock went back.
    @inline(__always)
    func idle(at now: Int64) -> Int64 { FadingTotals.elapsed(from: last, to: now) }

    @inline(__always)
    static func elapsed(from start: Int64, to now: Int64) -> Int64 { min(1 << 50, max(0, now &- start)) }

    /// - Parameter life: The number of a half-life.
    /// - Returns: The count in units of 2^-30 and the amount in units of 2^-16 minor units.
    @inline(__always)
    func totals(_ life: Int, at now: Int64) -> (count: Int64, amount: Int64) {
        let fading = Fading(elapsed: idle(at: now), shift: HalfLife.exponent(life))
        return (fading.left(of: words[2 &+ life]), fading.left(of: words[6 &+ life]))
    }

    /// Starts with nothing.
    func begin(at now: Int64) {
        words.update(repeating: 0, count: Self.wordCount)
        words[0] = now
        words[1] = now
    }

    /// - Parameter amount: In minor units, 0 to `ScoreLimits.amountMax`.
    @inline(__always)
    func add(amount: Int64, at now: Int64) {
        for life in 0..<HalfLife.count {
            let (count, sum) = totals(life, at: now)
            words[2 &+ life] = min(Self.sumMax, count &+ 1 &<< Int64(Self.countBits))
            words[6 &+ life] = min(Self.sumMax, sum &+ amount &<< Int64(Self.amountBits))
        }
        words[1] = max(last, now)
    }

    /// How many times the mean an amount is, as a logarithm in units of 2^-16; 0 without a mean.
    @inline(__always)
    static func ratio(_ amount: Int32, count: Int64, sum: Int64) -> Int32 {
        guard count > 0 else { return 0 }
        // log(sum / 2^16) - log(count / 2^30), of sums that are one minor unit at least.
        let mean =
            FixedPoint.logarithm(max(1 << Int64(amountBits), sum)) &- FixedPoint.logarithm(count)
            &+ Int32(truncatingIfNeeded: (countBits - amountBits) << 16)
        return amount &- mean
    }
}
