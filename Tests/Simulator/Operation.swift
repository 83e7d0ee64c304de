import Domain
import Wire

/// A request that a model gateway or operator wants carried out, and what it knows of it.
final class Operation {
    /// Who sends it, and what a repeat is answered with.
    enum Kind {
        /// A gateway's; a repeat gets the same bytes.
        case payment
        /// An operator's, which a repeat gets the same bytes for.
        case configuration
        /// An operator's; a repeat is answered from the same record, with the card as it is now.
        case card
    }

    let id: RequestID
    let transmissionTime: Instant
    let kind: Kind
    /// The message, always the same bytes for the same request.
    let message: any WireMessage
    /// The same id with other content; nil where that is not tried.
    let conflict: (any WireMessage)?
    /// The payment that it is about.
    let story: Int?
    /// The body of the first answer.
    var answer: [UInt8]?
    var answerLSN: UInt64 = 0
    /// Whether it was refused for good.
    var isRefused = false
    /// What it was refused with last, to be sent again.
    var lastRefusal = ""
    /// When to send it again.
    var nextSend: Int64 = 0

    init(
        id: RequestID,
        transmissionTime: Instant,
        kind: Kind,
        message: any WireMessage,
        conflict: (any WireMessage)?,
        story: Int?
    ) {
        self.id = id
        self.transmissionTime = transmissionTime
        self.kind = kind
        self.message = message
        self.conflict = conflict
        self.story = story
    }

    var isSettled: Bool { answer != nil || isRefused }

    /// Whether a repeat is answered with the same bytes; else only with the same record.
    var repeatsBytes: Bool { kind != .card }

    var role: SocketRole { kind == .payment ? .gateway : .administration }
}
