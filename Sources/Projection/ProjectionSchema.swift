internal import GRDB

/// The tables, of version `version`; another version in a file means a new file.
///
/// Times are microseconds since 1970, days are days since then, amounts minor units, tokens and request ids 16 bytes,
/// enumerations their raw values. An entry's id is its record's number times 16, and its place among that record's. A
/// sum is `high` times 2^32 plus `low`: it may not fit in 64 bits. A kind is that of a request (`RequestKind`), or of a
/// message of a payment's life (256 plus `LifecycleKind`). `payment.card` is the card that was used, `event.card` the
/// one that has the account: another after a replacement.
enum ProjectionSchema {
    /// Goes up with every change here or in what is written.
    static let version = 3
    /// "ASSN": tells our files from other programs' (PRAGMA application_id).
    static let applicationID = 0x4153_534E
    /// Records whose numbers are the same but for so many bits share their sums in `movement`.
    static let chunkShift: UInt64 = 14

    /// `PaymentStatus.cleared`: what is above it has an index.
    static let commonStatusMax = 5
    /// `Outcome.flagged`: what has it has an index.
    static let flaggedOutcome = 3
    /// `RequestKind.authorization`: what another kind of event has has an index.
    static let authorizationKind = 1

    /// Which records the file has: exactly those up to `lsn`, written in the transaction that wrote what they say.
    private static let progress = """
        CREATE TABLE projection (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            journal TEXT NOT NULL,
            first_lsn INTEGER NOT NULL,
            lsn INTEGER NOT NULL,
            at INTEGER NOT NULL
        ) STRICT
        """

    private static let names = [
        """
        CREATE TABLE card (
            id INTEGER PRIMARY KEY,
            token BLOB NOT NULL UNIQUE,
            account INTEGER,
            currency TEXT,
            last_four TEXT,
            status INTEGER,
            spending_limit INTEGER,
            created_lsn INTEGER
        ) STRICT
        """,
        "CREATE INDEX card_account ON card (account) WHERE account IS NOT NULL",
        """
        CREATE TABLE merchant (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            city TEXT NOT NULL,
            plain_name TEXT NOT NULL,
            UNIQUE (name, city)
        ) STRICT
        """,
        "CREATE INDEX merchant_plain_name ON merchant (plain_name)",
        """
        CREATE VIRTUAL TABLE merchant_text USING fts5 (
            text, content = '', prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
        )
        """,
    ]

    private static let payments = [
        """
        CREATE TABLE payment (
            id INTEGER PRIMARY KEY,
            last_lsn INTEGER NOT NULL,
            at INTEGER NOT NULL,
            last_at INTEGER NOT NULL,
            card INTEGER NOT NULL,
            merchant INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            outcome INTEGER NOT NULL,
            reason INTEGER NOT NULL,
            status INTEGER NOT NULL,
            flags INTEGER NOT NULL,
            currency TEXT,
            amount INTEGER,
            approved INTEGER NOT NULL,
            reversed INTEGER NOT NULL,
            expired INTEGER NOT NULL,
            cleared INTEGER NOT NULL,
            over_cleared INTEGER NOT NULL,
            refunded INTEGER NOT NULL,
            disputed INTEGER NOT NULL,
            merchant_currency TEXT,
            merchant_amount INTEGER,
            category INTEGER NOT NULL,
            country TEXT NOT NULL,
            merchant_id TEXT NOT NULL,
            terminal_id TEXT NOT NULL,
            request BLOB NOT NULL
        ) STRICT
        """,
        "CREATE INDEX payment_card ON payment (card)",
        "CREATE INDEX payment_merchant ON payment (merchant)",
        "CREATE INDEX payment_amount ON payment (amount)",
        // Of the other statuses, and outcomes, there are so many that a page of them is never far.
        "CREATE INDEX payment_rare ON payment (status) WHERE status > \(commonStatusMax)",
        "CREATE INDEX payment_flagged ON payment (outcome) WHERE outcome = \(flaggedOutcome)",
        """
        CREATE TABLE event (
            lsn INTEGER PRIMARY KEY,
            payment INTEGER NOT NULL,
            card INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            at INTEGER NOT NULL,
            day INTEGER NOT NULL,
            currency TEXT,
            amount INTEGER,
            outcome INTEGER NOT NULL,
            reason INTEGER NOT NULL,
            match INTEGER NOT NULL,
            moved INTEGER NOT NULL,
            request BLOB NOT NULL
        ) STRICT
        """,
        "CREATE INDEX event_payment ON event (payment) WHERE payment <> lsn",
        "CREATE INDEX event_card ON event (card) WHERE moved = 1",
        "CREATE INDEX event_kind ON event (kind, payment) WHERE kind <> \(authorizationKind)",
    ]

    private static let ledger = [
        """
        CREATE TABLE entry (
            id INTEGER PRIMARY KEY,
            day INTEGER NOT NULL,
            account INTEGER NOT NULL,
            phase INTEGER NOT NULL,
            currency TEXT NOT NULL,
            amount INTEGER NOT NULL CHECK (amount <> 0)
        ) STRICT
        """,
        """
        CREATE TABLE movement (
            chunk INTEGER NOT NULL,
            day INTEGER NOT NULL,
            currency TEXT NOT NULL,
            phase INTEGER NOT NULL,
            account INTEGER NOT NULL,
            debit_high INTEGER NOT NULL,
            debit_low INTEGER NOT NULL,
            credit_high INTEGER NOT NULL,
            credit_low INTEGER NOT NULL,
            PRIMARY KEY (chunk, day, currency, phase, account)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE chunk (
            id INTEGER PRIMARY KEY,
            first_at INTEGER NOT NULL,
            last_at INTEGER NOT NULL
        ) STRICT
        """,
    ]

    /// Makes the tables of an empty file.
    static func create(_ database: Database, journal: String, firstLSN: UInt64) throws {
        try database.execute(sql: "PRAGMA application_id = \(applicationID)")
        try database.execute(sql: "PRAGMA user_version = \(version)")
        for sql in [progress] + names + payments + ledger { try database.execute(sql: sql) }
        try database.execute(
            sql: "INSERT INTO projection (id, journal, first_lsn, lsn, at) VALUES (1, ?, ?, ?, 0)",
            arguments: [journal, Int64(firstLSN), Int64(firstLSN) - 1]
        )
    }
}
