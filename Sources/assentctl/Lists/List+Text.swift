import Domain
import Wire

extension ListEntriesReply {
    /// Asks for the entries of a list, page by page, while the body wants more.
    ///
    /// - Returns: Where to go on; `nil`: that was all.
    static func pages(
        of name: String,
        expiredOnly: Bool,
        after: UInt64 = 0,
        limit: UInt64 = .max,
        in session: inout Session,
        _ body: (ListEntriesReply, Output) throws(CommandFailure) -> Bool
    ) throws(CommandFailure) -> UInt64? {
        let count = UInt32(min(limit, UInt64(WireLimits.listEntriesMax)))
        var request = ListEntries(after: after, count: count, expiredOnly: expiredOnly, name: name, value: "")
        var rest = limit
        while true {
            request.count = UInt32(min(rest, UInt64(WireLimits.listEntriesMax)))
            let page = try session.ask(request, ListEntriesReply.self)
            let goesOn = try body(page, session.output)
            rest -= min(rest, UInt64(page.entries.count))
            guard page.next != 0 else { return nil }
            guard goesOn, rest > 0 else { return page.next }
            request.after = page.next
        }
    }

    /// An entry with the time by which it is in force or not.
    struct Shown: ListedRecord {
        let entry: EntriesEntry
        let now: Instant

        static let shape = ListPrinter.Shape(
            name: "entries",
            columns: [
                Column("VALUE"), Column("FROM"), Column("UNTIL"), Column("REASON"), Column("USER", .right),
                Column("RECORD", .right), Column(""),
            ],
            fieldNames: ["value", "from", "until", "reason", "inForce", "actor", "record"],
            emptyText: "no such entry"
        )

        var key: String { entry.value }

        /// Whether requests hit it now.
        var isInForce: Bool { entry.from.map { $0 <= now } ?? true && entry.until.map { now < $0 } ?? true }

        var fields: [Field] {
            [
                Field("value", entry.value), Field("from", entry.from?.description),
                Field("until", entry.until?.description), Field("reason", entry.reason), Field("inForce", isInForce),
                Field("actor", UInt64(entry.actor)), Field("record", entry.addedLSN.rawValue),
            ]
        }

        var cells: [Cell] {
            let state = isInForce ? "" : entry.until.map { $0 <= now } ?? false ? "expired" : "not yet"
            return [
                Cell(entry.value), Cell(entry.from?.short ?? ""), Cell(entry.until?.short ?? ""), Cell(entry.reason),
                Cell("\(entry.actor)"), Cell(entry.addedLSN.description), Cell(state, .faint),
            ]
        }
    }
}

extension ListShowReply.ListsEntry: ListedRecord {
    static let shape = ListPrinter.Shape(
        name: "lists",
        columns: [
            Column("LIST"), Column("KIND"), Column("MATCH"), Column("ENTRIES", .right), Column("CHANGED"),
            Column("OWNER"), Column("NOTE"),
        ],
        fieldNames: [
            "list", "number", "kind", "match", "entries", "bytes", "owner", "note", "createdAt", "createdRecord",
            "createdBy", "changedAt", "changedRecord", "changedBy", "knownSince",
        ],
        emptyText: "there are no lists"
    )

    var key: String { name }

    var fields: [Field] {
        [
            Field("list", name), Field("number", UInt64(number)), Field("kind", kind.name), Field("match", match.name),
            Field("entries", UInt64(entries)), Field("bytes", bytes), Field("owner", owner), Field("note", note),
            Field("createdAt", createdAt.description), Field("createdRecord", createdLSN.rawValue),
            Field("createdBy", UInt64(createdBy)), Field("changedAt", changedAt.description),
            Field("changedRecord", changedLSN.rawValue), Field("changedBy", UInt64(changedBy)),
            Field("knownSince", knownSince.rawValue),
        ]
    }

    var cells: [Cell] {
        [
            Cell(name), Cell(kind.words), Cell(match.words), Cell(Figures.grouped(UInt64(entries))),
            Cell(changedAt.short), Cell(owner), Cell(note),
        ]
    }

    /// For people, above what is on it.
    func text(_ output: Output) -> String {
        var pairs: [(String, Cell)] = [
            ("list", Cell("\(name), \(kind.words)" + (match == .prefix ? ", prefixes" : ""))),
            ("entries", Cell("\(Figures.grouped(UInt64(entries))) in \(Figures.bytes(bytes))")),
        ]
        if !owner.isEmpty { pairs.append(("owner", Cell(owner))) }
        if !note.isEmpty { pairs.append(("note", Cell(note))) }
        pairs.append(("made", Cell("\(createdAt.short) UTC by user \(createdBy), record \(createdLSN)")))
        pairs.append(("changed", Cell("\(changedAt.short) UTC by user \(changedBy), record \(changedLSN)")))
        return output.pairs(pairs) + "\n"
    }
}

extension ListHistoryReply.StepsEntry: ListedRecord {
    static let shape = ListPrinter.Shape(
        name: "steps",
        columns: [
            Column("RECORDS", .right), Column("AT"), Column("USER", .right), Column("CHANGE"),
            Column("CHANGED", .right), Column("ENTRIES", .right), Column("REASON"),
        ],
        fieldNames: ["record", "lastRecord", "at", "actor", "change", "changed", "entries", "reason"],
        emptyText: "nothing has happened to the list"
    )

    var key: String { lsn.description }

    var fields: [Field] {
        [
            Field("record", lsn.rawValue), Field("lastRecord", lastLSN.rawValue), Field("at", at.description),
            Field("actor", UInt64(actor)), Field("change", change.name), Field("changed", changed),
            Field("entries", UInt64(entries)), Field("reason", reason),
        ]
    }

    var cells: [Cell] {
        [
            Cell(lsn == lastLSN ? lsn.description : "\(lsn)-\(lastLSN)"), Cell(at.short), Cell("\(actor)"),
            Cell(change.words), Cell(Figures.grouped(changed)), Cell(Figures.grouped(UInt64(entries))), Cell(reason),
        ]
    }
}

extension PaymentRulesReply.HitsEntry {
    /// What data formats carry.
    var json: JSONValue {
        .object([
            Field("list", list), Field("value", value), Field("reason", reason), Field("from", from?.description),
            Field("until", until?.description), Field("actor", UInt64(actor)), Field("record", addedLSN.rawValue),
        ])
    }

    /// For people: `list hot-merchants has M0001 until 2026-12-31 (incident 12)`.
    var text: String {
        let end = until.map { " until \($0.short) UTC" } ?? ""
        let why = reason.isEmpty ? "" : " (\(reason))"
        return "list \(list) has \(value)\(end)\(why), by user \(actor), record \(addedLSN)"
    }
}
