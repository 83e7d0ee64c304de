/// What a journal record is: the number in its kind field. Never changed, never reused; an administrative one is the
/// template of the message that asked for it.
public enum EventKind: UInt16, CaseIterable, Sendable, BitwiseCopyable {
    /// An `AuthorizationEvent` of any request kind, approved or declined.
    case authorization = 0x0100
    /// A `LifecycleEvent` of any kind, done or declined.
    case lifecycle = 0x0101
    /// A `CardEvent.created`.
    case cardCreated = 0x1000
    /// A `CardEvent.statusChanged`.
    case cardStatusChanged = 0x1001
    /// A `CardEvent.limitsChanged`.
    case cardLimitsChanged = 0x1002
    /// A `CardEvent.replaced`.
    case cardReplaced = 0x1006
    /// A `ConfigurationChanged`.
    case configurationChanged = 0x1041
    /// A `RuleChanged` that added a version.
    case ruleAdded = 0x10A0
    /// A `RuleChanged` that moved a version to another state.
    case ruleMoved = 0x10A1
    /// A `PrincipalChanged`.
    case principalChanged = 0x10C0
    /// A `ListChanged` that made a list.
    case listCreated = 0x10E0
    /// A `ListChanged` that deleted one.
    case listDeleted = 0x10E1
    /// A `ListChanged` that put values on a list.
    case listEntriesAdded = 0x10E2
    /// A `ListChanged` that took values from a list.
    case listEntriesRemoved = 0x10E3
}

/// Why the bytes of a record are not an event. Journal records are checksummed, so this means a record of a newer
/// version or a damaged or foreign file.
public enum EventError: Error, Equatable, Sendable {
    /// The record ends before the field does.
    case truncated
    /// Bytes follow the last field.
    case trailingBytes(count: Int)
    /// The layout's version is one that this program does not know.
    case unknownVersion(UInt16)
    /// A field has a value that it can not have.
    case invalidField(String)
}
