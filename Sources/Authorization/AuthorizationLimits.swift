/// The named maxima of the deciding core.
public enum AuthorizationLimits {
    /// The largest amount or limit, in minor units: 10^15. Sums of a few of them stay far inside of 64 bits.
    public static let amountMax: Int64 = 1_000_000_000_000_000
    /// How many velocity rules a policy has; each has its own `Check`.
    public static let velocityRuleCount = 4
    /// The shortest velocity window in seconds.
    public static let windowSecondsMin: UInt32 = 1
    /// The longest velocity window in seconds: a day.
    public static let windowSecondsMax: UInt32 = 86_400
    /// How many ticks a window has at most; a longer window counts in coarser ticks.
    public static let windowTicksMax: UInt32 = 60_000
    /// How many counters there are.
    public static let counterCount = 16
    /// The shortest window of a counter in seconds.
    public static let counterSecondsMin: UInt32 = 10
    /// The longest window of a counter in seconds: 31 days.
    public static let counterSecondsMax: UInt32 = 2_678_400
    /// How many ticks the window of a counter has at most: what bounds the memory of a key.
    public static let counterTicksMax: UInt32 = 3_600
    /// How many shards the keys of all counters are spread over; each has its part of `counter.keys`.
    public static let counterShardCount = 256
    /// The most keys that all counters may have together.
    public static let counterKeysMax = 16_777_216
    /// The most different values that a counter may tell apart exactly for one key.
    public static let distinctValuesMax = 1_000
    /// How many it does where nothing is said.
    public static let distinctValuesDefault = 100
    /// The longest name of a time zone, in bytes.
    public static let zoneNameBytesMax = 40
    /// The longest rule of a time zone, in bytes.
    public static let zoneRuleBytesMax = 80
    /// The largest count that a velocity rule may name.
    public static let velocityCountMax: UInt64 = 1_000_000_000
    /// How many entries the exact merchant block list holds.
    public static let exactNamesMax = 10_000
    /// How many entries the block list of contained names holds.
    public static let containedNamesMax = 1_000
    /// How many bytes a merchant's name has, normalised or not.
    public static let nameBytesMax = 64
    /// How many bytes a merchant's city has.
    public static let cityBytesMax = 32
    /// How many profiles there are; a card keeps its profile's index in one byte.
    public static let profilesMax = 256
    /// How many bytes the value of a configuration key has at most.
    public static let configurationValueBytesMax = 900 * 1_024
    /// How many bytes a configuration key has at most.
    public static let configurationKeyBytesMax = 64
    /// How many cards one shard holds at most.
    public static let cardsPerShardMax = 1 << 28
    /// How many oldest history entries are read to find out when a declining window frees enough.
    public static let retryScanEntriesMax = 64
    /// How long a payment waits for its authorization, after its newest event: 45 days, in microseconds.
    public static let awaitingMicrosecondsMax: Int64 = 45 * 86_400_000_000
    /// The largest that one amount of a payment, or what is posted to an account, may come to by adding up: 10^17. A
    /// message that would go beyond is not an amount that a card network sends.
    public static let totalMax: Int64 = 100_000_000_000_000_000
    /// How many rows the table of hold times has, and that of tolerances.
    public static let tableRowCount = 16
    /// The longest time that a hold stands, in days.
    public static let expiryDaysMax: UInt16 = 365
    /// The largest that may be posted or held on an account, of either sign: 10^18.
    public static let accountTotalMax: Int64 = 1_000_000_000_000_000_000
    /// How many rules there are at most, retired ones included.
    public static let ruleCountMax = 16_384
    /// How many versions all rules have at most.
    public static let ruleVersionCountMax = 65_536
    /// How many bytes the conditions of all versions have at most: 64 MiB.
    public static let ruleSourceByteCountMax = 64 << 20
    /// How many currencies the money of a rule's matches is summed in, by each shard; in others matches are counted
    /// without their money.
    public static let ruleCurrencyCountMax = 8
    /// How many lists there are at most.
    public static let listCountMax = 256
    /// How many deleted lists are kept for explaining decisions of before.
    public static let deletedListCountMax = 64
    /// How many entries all lists have together at most.
    public static let listEntryCountMax = 4_194_304
    /// How many entries are kept that were removed or changed, or were on a list that was deleted: so far back the
    /// lists are known as they were.
    public static let listPastCountMax = 1_048_576
    /// How many entries one record changes at most. Applying it takes as many microseconds divided by seven, with every
    /// card locked.
    public static let listEntriesPerRecordMax = 1_024
    /// How many bytes the name of a list has at most.
    public static let listNameByteCountMax = 48
    /// How many bytes a value on a list has at most.
    public static let listValueByteCountMax = 64
    /// How many bytes the reason of a change or of an entry has at most.
    public static let listReasonByteCountMax = 128
    /// How many steps of a list's history are kept; the journal has all.
    public static let listStepCountMax = 1_000
}
