/// The named maxima of the protocol (Protocol §Limits). A text's or a group's own limit is in the schema.
public enum WireLimits {
    /// Bytes of the frame header, and so the shortest frame.
    @inlinable public static var frameHeaderByteCount: Int { 32 }
    /// The longest frame before Hello was answered.
    @inlinable public static var frameByteCountMaxBeforeHello: Int { 4_096 }
    /// The longest frame on a gateway connection.
    @inlinable public static var frameByteCountMaxGateway: Int { 65_536 }
    /// The longest frame on an administration connection.
    @inlinable public static var frameByteCountMaxAdministration: Int { 1_048_576 }
    /// The highest amount in minor units, 10^15.
    @inlinable public static var amountMax: Int64 { 1_000_000_000_000_000 }
    /// Bytes of a merchant's name.
    @inlinable public static var merchantNameByteCountMax: Int { 64 }
    /// Bytes of a merchant's city.
    @inlinable public static var merchantCityByteCountMax: Int { 32 }
    /// Bytes of a Reject's detail.
    @inlinable public static var rejectDetailByteCountMax: Int { 512 }
    /// Bytes of a configuration key.
    @inlinable public static var settingKeyByteCountMax: Int { 128 }
    /// Bytes of a configuration value.
    @inlinable public static var settingValueByteCountMax: Int { 921_600 }
    /// Cards on one page of a list.
    @inlinable public static var cardsPerPageMax: Int { 1_000 }
    /// Snapshots in one list.
    @inlinable public static var snapshotsPerListMax: Int { 1_000 }
    /// Payments on one page of a list.
    @inlinable public static var paymentsPerPageMax: Int { 500 }
    /// Accounts of the ledger in one answer.
    @inlinable public static var accountsPerReplyMax: Int { 4_096 }
    /// Entries of the ledger on one page.
    @inlinable public static var entriesPerPageMax: Int { 500 }
    /// Settings in one answer.
    @inlinable public static var settingsPerReplyMax: Int { 4_096 }
    /// Versions of rules in one answer.
    @inlinable public static var rulesPerReplyMax: Int { 500 }
    /// Entries of lists in one request or answer.
    @inlinable public static var listEntriesMax: Int { 1_024 }
    /// Entries of lists that rules found for one payment, in one answer.
    @inlinable public static var listHitsPerReplyMax: Int { 1_024 }
    /// Sums by rule and currency in one answer.
    @inlinable public static var ruleSumsPerReplyMax: Int { 8_192 }
}
