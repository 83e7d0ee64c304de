/// Payments and money of a window that slides: those of the piece of time that `now` is in, and of the piece before it
/// as much as the window still covers, in 65,536ths. Three words, exact where payments are spread evenly over a piece.
struct SlidingWindow {
    static let wordCount = 3
    /// How many lengths there are.
    static let lengthCount = 3

    /// In milliseconds: 1, 7 and 30 days.
    @inline(__always)
    static func length(_ number: Int) -> Int64 {
        switch number {
        case 0: 86_400_000
        case 1: 604_800_000
        default: 2_592_000_000
        }
    }

    private static let amountMax: Int64 = 1 << 46
    private static let countMax: Int64 = 1 << 31

    // SAFETY: whoever makes one vouches for `wordCount` words, for as long as the value lives.
    let words: UnsafeMutablePointer<Int64>
    /// In milliseconds.
    let length: Int64

    /// Payments and money of this piece and the one before, as they are at `now` when the last payment was at `last`.
    @inline(__always)
    private func pieces(
        last: Int64,
        now: Int64
    ) -> (count: Int64, countBefore: Int64, amount: Int64, amountBefore: Int64) {
        let passed = now / length &- last / length
        let count = words[0] & 0xFFFF_FFFF
        let amount = min(Self.amountMax, max(0, words[1]))
        switch passed {
        case 0: return (count, words[0] &>> 32 & 0xFFFF_FFFF, amount, min(Self.amountMax, max(0, words[2])))
        case 1: return (0, count, 0, amount)
        default: return (0, 0, 0, 0)
        }
    }

    /// The count in units of 2^-16 and the amount in units of 2^-8 minor units.
    @inline(__always)
    func totals(last: Int64, now: Int64) -> (count: Int64, amount: Int64) {
        let now = max(last, now)
        let piece = pieces(last: last, now: now)
        let weight = (length &- now % length) &<< 16 / length
        return (
            piece.count &<< 16 &+ piece.countBefore &* weight,
            piece.amount &<< 8 &+ (piece.amountBefore &* weight) &>> 8
        )
    }

    /// - Parameter amount: In minor units, 0 to `ScoreLimits.amountMax`.
    @inline(__always)
    func add(amount: Int64, last: Int64, now: Int64) {
        let piece = pieces(last: last, now: max(last, now))
        words[0] = min(Self.countMax, piece.count &+ 1) | piece.countBefore &<< 32
        words[1] = min(Self.amountMax, piece.amount &+ amount)
        words[2] = piece.amountBefore
    }
}
