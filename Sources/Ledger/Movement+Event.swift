public import Authorization
internal import Domain

extension Movement {
    /// What a decision did: an approved amount is held. `nil` where no money moved: declines, and what asks for none.
    public init?(_ event: borrowing AuthorizationEvent) {
        let approved = event.decision.approvedAmount
        guard approved != 0, let currency = event.observation.currency else { return nil }
        self.init(currency: currency, after: PaymentAmounts(approved: approved))
    }
}

extension AuthorizationEvent {
    /// The day that the entries of this decision count for: the client's, by its transmission time in UTC; the engine's
    /// where that is later. Days after 1970-01-01.
    public var effectiveDay: Int64 { effectiveDayNumber(sent: request.transmissionTime, recorded: time) }
}

/// A message that was on its way for long counts for the day on which it was sent.
func effectiveDayNumber(sent: Instant, recorded: Instant) -> Int64 {
    let microseconds = max(0, min(sent.microseconds, recorded.microseconds))
    return microseconds / 86_400_000_000
}
