import Authorization
import Engine

extension DecisionService {
    /// Adds the lists together, and how many entries each has: there are at most `AuthorizationLimits.listCountMax`.
    func addLists(to page: inout MetricsText) {
        let (names, memory) = engine.withLists { book in
            (book.lists.filter { $0.deleted == nil }.map { ($0.name, UInt64($0.table.entryCount)) }, book.memory)
        }
        page.values(
            "assent_list_entries",
            .gauge,
            "Entries of a list, in force or not.",
            names.map { ([("list", $0)], $1) }
        )
        page.value(
            "assent_list_past_entries",
            .gauge,
            "Entries kept to explain decisions of before, of at most \(AuthorizationLimits.listPastCountMax).",
            UInt64(memory.past)
        )
        page.value("assent_list_bytes", .gauge, "Memory of all lists.", UInt64(memory.bytes))
    }
}
