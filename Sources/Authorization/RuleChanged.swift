public import Domain
public import Rules

/// A change of the rules as it is journaled; it takes effect with its record, whose number is the new policy version.
public struct RuleChanged: Sendable, Equatable {
    /// The request that asked for it.
    public var requestID: RequestID
    /// The Unix user who asked.
    public var actor: UInt32
    /// The engine's time.
    public var time: Instant
    /// When the client sent the request, by its clock.
    public var transmissionTime: Instant
    /// Which rule and which version of it.
    public var reference: RuleReference
    /// The rule's name.
    public var name: String
    /// What became of it.
    public var change: Change

    /// Joins the fields; `RuleBook.apply` says whether it is one that may be.
    public init(
        requestID: RequestID,
        actor: UInt32,
        time: Instant,
        transmissionTime: Instant,
        reference: RuleReference,
        name: String,
        change: Change
    ) {
        self.requestID = requestID
        self.actor = actor
        self.time = time
        self.transmissionTime = transmissionTime
        self.reference = reference
        self.name = name
        self.change = change
    }

    /// What became of a version.
    public enum Change: Sendable, Equatable {
        /// It was written.
        case added(RuleText)
        /// It went from one state to another. Where it became active, the version that was active until then is
        /// retired.
        case moved(from: RuleState, to: RuleState)
    }

    /// The journal record's kind.
    public var kind: EventKind {
        switch change {
        case .added: .ruleAdded
        case .moved: .ruleMoved
        }
    }

    /// The state of the version from now on.
    public var state: RuleState {
        switch change {
        case .added(let text): text.state
        case .moved(_, let to): to
        }
    }
}

extension RuleChanged {
    private static let layoutVersion: UInt16 = 1
    private static let fixedByteCount = 2 + 16 + 4 + 8 + 8 + 4 + 4 + 4

    /// The most bytes that `encode` writes for any event.
    public static let encodedByteCountMax =
        fixedByteCount + RulesLimits.nameByteCountMax + 7 + 3 * 4 + RulesLimits.ownerByteCountMax
        + RulesLimits.noteByteCountMax + RulesLimits.sourceByteCountMax

    /// How many bytes `encode` writes for this one.
    public var encodedByteCount: Int {
        let rest =
            switch change {
            case .added(let text):
                7 + 3 * 4 + text.owner.utf8.count + text.note.utf8.count + text.condition.utf8.count
            case .moved: 2
            }
        return Self.fixedByteCount + name.utf8.count + rest
    }

    /// Writes the event, little-endian and without padding, layout version 1: the version (u16), request id, actor,
    /// time, transmission time, the rule's number and version (u32 each) and its name. Of a text follow state, outcome,
    /// reason (a byte each), points (i32), owner, note and condition; of a move the two states. A text is a count (u32)
    /// and UTF-8.
    ///
    /// The buffer must have room for `encodedByteCount`.
    ///
    /// - Returns: How many bytes were written.
    public func encode(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        var writer = EventWriter(buffer, byteCountMax: encodedByteCount)
        writer.putHead(Self.layoutVersion, requestID, actor, time, transmissionTime)
        writer.put(reference.number)
        writer.put(reference.version)
        writer.put(name)
        switch change {
        case .added(let text):
            writer.put(text.state.rawValue)
            writer.put(text.outcome)
            writer.put(text.owner)
            writer.put(text.note)
            writer.put(text.condition)
        case .moved(let from, let to):
            writer.put(from.rawValue)
            writer.put(to.rawValue)
        }
        return writer.count
    }

    /// Reads what `encode` wrote in a record of the kind.
    ///
    /// - Throws: `EventError`, whatever the bytes are.
    public init(decoding buffer: UnsafeRawBufferPointer, kind: EventKind) throws(EventError) {
        var reader = EventReader(buffer)
        (requestID, actor, time, transmissionTime) = try reader.commandHead(Self.layoutVersion)
        let number = try reader.integer(UInt32.self)
        reference = RuleReference(number: number, version: try reader.integer())
        guard reference.number > 0, reference.version > 0 else { throw .invalidField("rule") }
        name = try reader.string("name", max: RulesLimits.nameByteCountMax)
        switch kind {
        case .ruleAdded:
            let state: RuleState = try reader.choice("state")
            let outcome = try reader.ruleOutcome()
            let owner = try reader.string("owner", max: RulesLimits.ownerByteCountMax)
            let note = try reader.string("note", max: RulesLimits.noteByteCountMax)
            let condition = try reader.string("condition", max: RulesLimits.sourceByteCountMax)
            change = .added(
                RuleText(state: state, outcome: outcome, owner: owner, note: note, condition: condition)
            )
        case .ruleMoved:
            let from: RuleState = try reader.choice("from")
            change = .moved(from: from, to: try reader.choice("to"))
        case .authorization, .lifecycle, .cardCreated, .cardStatusChanged, .cardLimitsChanged, .cardReplaced,
            .configurationChanged, .principalChanged, .listCreated, .listDeleted, .listEntriesAdded,
            .listEntriesRemoved:
            throw .invalidField("kind")
        }
        try reader.finish()
    }
}

extension EventWriter {
    fileprivate mutating func put(_ outcome: RuleOutcome) {
        var reason = Reason.approved
        var points: Int32 = 0
        let kind: UInt8
        switch outcome {
        case .decline(let why): (kind, reason) = (1, why)
        case .flag: kind = 2
        case .requireApproval: kind = 3
        case .addToScore(let score): (kind, points) = (4, score)
        }
        put(kind)
        put(reason.rawValue)
        put(points)
    }
}

extension EventReader {
    fileprivate mutating func ruleOutcome() throws(EventError) -> RuleOutcome {
        let kind = try integer(UInt8.self)
        let reason: Reason = try choice("reason")
        let points = try integer(Int32.self)
        guard (kind == 1) == (reason != .approved), (kind == 4) == (points != 0) else { throw .invalidField("outcome") }
        switch kind {
        case 1: return .decline(reason)
        case 2: return .flag
        case 3: return .requireApproval
        case 4: return .addToScore(points)
        default: throw .invalidField("outcome")
        }
    }
}
