import Foundation

/// How much is tried: little in the ordinary run, as much as asked for with `ASSENT_SEQUENCES`.
enum Scale {
    private static let environment = ProcessInfo.processInfo.environment

    #if DEBUG
        /// Unoptimised, the model is slow as well as obvious.
        private static let ordinary = (sequences: 2_000, choiceStride: 61)
    #else
        private static let ordinary = (sequences: 20_000, choiceStride: 7)
    #endif

    /// How many random sequences.
    static let sequences = environment["ASSENT_SEQUENCES"].flatMap { Int($0) } ?? ordinary.sequences

    /// The first seed; the others count up from it.
    static let seed = environment["ASSENT_SEED"].flatMap { UInt64($0) } ?? 1

    /// Whether the ordinary run takes a choice of the permutation tests; a large run takes all of them.
    static func takes(_ index: Int) -> Bool { sequences >= 1_000_000 || index % ordinary.choiceStride == 0 }
}
