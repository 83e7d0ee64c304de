import Domain
import Score

/// A line of the training data.
struct Payment {
    var facts: PaymentFacts
    var isFraud: Bool

    /// Days since 1970, UTC.
    var day: Int64 { facts.time.microseconds / Payment.dayMicroseconds }

    static let dayMicroseconds: Int64 = 86_400_000_000
}
