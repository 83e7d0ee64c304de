/// What a block of a snapshot holds. Numbers are never changed and never reused.
///
/// In this order: the head; every change of the configuration and of the rules; each list with its entries, then their
/// end; for each request id shard its ids, then their end; for each card shard its cards and payments, then their end;
/// the heads of counters, their keys, and where payments were counted; the cards' order, the principals and their end;
/// the parts of the journal; the archive's state; where to resume.
enum SnapshotKind: UInt16 {
    /// First: how many card shards (`first`) and request shards (`lsn`) there are, layout version as `part`; the
    /// payload is the wall clock.
    case head = 1
    /// One change of the configuration by record `lsn`; `first` is the key's length, the payload key and value.
    case configuration = 2
    /// Entries of a request id shard; `first` is the number of the first.
    case requestIDs = 3
    /// A request id shard is complete up to `lsn`; `first` is the number of its oldest id, the payload its horizon.
    case requestIDsEnd = 4
    /// Images of cards; a card's latest one counts.
    case cards = 5
    /// A card shard is complete up to `lsn`; the payload has its times and the digest of payments that left memory.
    case cardsEnd = 6
    /// Places of cards in the order of their creation.
    case cardPlaces = 7
    /// The administration is complete up to `lsn`.
    case administrationEnd = 8
    /// Parts of the journal.
    case journalParts = 9
    /// Last: the payload says where to resume.
    case resume = 10
    /// Payments of the cards so far; a payment's latest image counts.
    case payments = 11

    /// Which state of the archive has the payments that were not in memory, before `resume`; without it nobody knows.
    case archive = 12

    /// One change of the rules by record `lsn`, among those of the configuration; `part` is the record's kind, the
    /// payload its event.
    case rule = 13
    /// One principal, before the administration's end; `first` is its number.
    case principal = 16

    /// A list as of record `lsn`, without its entries, after the configuration and the rules.
    case list = 17

    /// Entries of the list whose head came last.
    case listEntries = 18

    /// The lists are complete up to `lsn`; `first` is how many were ever made.
    case listsEnd = 19

    /// For each of `items` shards of counters from which record on it has to be looked at, and its head, and for each
    /// card shard from which record on where payments were counted; without items it is `lsn` for all, and no more.
    case counterHeads = 20

    /// Images of keys of a shard of counters, each with the record up to which it is complete.
    case counterKeys = 21

    /// Where payments of a card shard were counted.
    case origins = 22

    /// The version of all layouts together.
    static let layoutVersion: UInt32 = 2
}
