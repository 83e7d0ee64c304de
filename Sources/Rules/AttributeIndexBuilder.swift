/// Where the index of one attribute lies in a group's tables. Rows are bit sets over the rules.
struct IndexEntry: BitwiseCopyable {
    enum Kind: UInt8 {
        case signed
        case unsigned
        case text
    }

    var slot: Int
    var kind: Kind
    /// The row of the rules that have a part here.
    var users: UInt32
    /// The row of the rules that are not false where the attribute is absent, and of those that are an error.
    var absentPossible: UInt32
    var absentError: UInt32
    /// By number of decimals: the first breakpoint; for texts the table.
    var starts: (Int32, Int32, Int32, Int32, Int32)
    var counts: (Int32, Int32, Int32, Int32, Int32)
    /// By number of decimals: where the numbers of the rows begin. For texts: the row of all other texts.
    var classes: (Int32, Int32, Int32, Int32, Int32)

    @inline(__always)
    static func pick(_ values: (Int32, Int32, Int32, Int32, Int32), _ exponent: Int) -> Int {
        switch exponent {
        case 0: Int(values.0)
        case 1: Int(values.1)
        case 2: Int(values.2)
        case 3: Int(values.3)
        default: Int(values.4)
        }
    }
}

/// Builds the tables by which one lookup in an attribute tells of all rules at once which of them it leaves possible.
struct AttributeIndexBuilder {
    let wordCount: Int
    private(set) var entries: [IndexEntry] = []
    private(set) var breakpoints: [Int64] = []
    /// The row of each class of values.
    private(set) var classRows: [UInt32] = []
    private(set) var rows: [UInt64] = []
    private var rowNumbers: [[UInt64]: UInt32] = [:]

    init(ruleCount: Int) { wordCount = max(1, (ruleCount + 63) / 64) }

    /// The number of a row with this content; the same content has one row.
    mutating func row(_ words: [UInt64]) -> UInt32 {
        if let number = rowNumbers[words] { return number }
        let number = UInt32(rows.count / wordCount)
        rows += words
        rowNumbers[words] = number
        return number
    }

    static func set(_ bit: Int, in words: inout [UInt64], to value: Bool) {
        if value { words[bit / 64] |= 1 << UInt64(bit % 64) } else { words[bit / 64] &= ~(1 << UInt64(bit % 64)) }
    }

    /// Adds the index of one attribute over the parts that rules have in it.
    mutating func add(_ parts: [(rule: Int, part: IndexedPart)], _ code: inout CodeBuilder) {
        guard let first = parts.first?.part else { return }
        let all = Array(repeating: UInt64.max, count: wordCount)
        var users = Array(repeating: UInt64(0), count: wordCount)
        var possible = all
        var failing = users
        for (rule, part) in parts {
            Self.set(rule, in: &users, to: true)
            let truth = part.truth(at: .absent, exponent: 2)
            Self.set(rule, in: &possible, to: truth != false)
            Self.set(rule, in: &failing, to: truth == nil)
        }
        let none = (Int32(0), Int32(0), Int32(0), Int32(0), Int32(0))
        var entry = IndexEntry(
            slot: first.slot,
            kind: .signed,
            users: row(users),
            absentPossible: row(possible),
            absentError: row(failing),
            starts: none,
            counts: none,
            classes: none
        )
        switch first.type {
        case .string, .bytes: addTexts(parts, &entry, &code)
        case .int, .bool, .money, .uint:
            if first.type == .uint { entry.kind = .unsigned }
            let hasAmounts = parts.contains { $0.part.points.contains { if case .money = $0 { true } else { false } } }
            let two = addNumbers(parts, exponent: 2)
            var variants = Array(repeating: two, count: 5)
            if hasAmounts {
                for exponent in [0, 1, 3, 4] { variants[exponent] = addNumbers(parts, exponent: exponent) }
            }
            entry.starts = Self.tuple(variants.map(\.start))
            entry.counts = Self.tuple(variants.map(\.count))
            entry.classes = Self.tuple(variants.map(\.classes))
        }
        entries.append(entry)
    }

    private static func tuple(_ values: [Int]) -> (Int32, Int32, Int32, Int32, Int32) {
        (Int32(values[0]), Int32(values[1]), Int32(values[2]), Int32(values[3]), Int32(values[4]))
    }

    /// Classes of numbers: below the first breakpoint, it, between it and the next, and so on.
    private mutating func addNumbers(
        _ parts: [(rule: Int, part: IndexedPart)],
        exponent: Int
    ) -> (start: Int, count: Int, classes: Int) {
        let keys = Self.ascending(parts.flatMap { $0.part.points.map { $0.key(exponent: exponent) } })
        var classes = Array(repeating: UInt64.max, count: (2 * keys.count + 1) * wordCount)
        for (rule, part) in parts {
            let own = Self.ascending(part.points.map { $0.key(exponent: exponent) })
            let truths = (0...(2 * own.count)).map { piece in
                part.truth(at: .number(Self.representative(piece, own)), exponent: exponent) ?? true
            }
            var next = 0
            for index in 0...(2 * keys.count) {
                // How many of the part's own keys lie below this class, or in it.
                let key = index % 2 == 1 ? keys[index / 2] : nil
                let isOwn = key != nil && next < own.count && own[next] == key
                if !truths[isOwn ? 2 * next + 1 : 2 * next] {
                    classes[index * wordCount + rule / 64] &= ~(1 << UInt64(rule % 64))
                }
                if isOwn { next += 1 }
            }
        }
        let start = breakpoints.count
        breakpoints += keys
        let firstClass = classRows.count
        for index in 0...(2 * keys.count) {
            classRows.append(row(Array(classes[index * wordCount..<(index + 1) * wordCount])))
        }
        return (start, keys.count, firstClass)
    }

    /// A number in a piece of the line that keys cut; any number where the piece is empty.
    private static func representative(_ piece: Int, _ keys: [Int64]) -> Int64 {
        guard !keys.isEmpty else { return 0 }
        if piece % 2 == 1 { return keys[piece / 2] }
        if piece == 0 { return keys[0] == .min ? .min : keys[0] - 1 }
        let below = keys[piece / 2 - 1]
        return below == .max ? .max : below + 1
    }

    private static func ascending(_ numbers: [Int64]) -> [Int64] {
        var result: [Int64] = []
        for number in numbers.sorted() where result.last != number { result.append(number) }
        return result
    }

    private mutating func addTexts(
        _ parts: [(rule: Int, part: IndexedPart)],
        _ entry: inout IndexEntry,
        _ code: inout CodeBuilder
    ) {
        entry.kind = .text
        var other = Array(repeating: UInt64.max, count: wordCount)
        for (rule, part) in parts {
            Self.set(rule, in: &other, to: part.truth(at: .text(nil), exponent: 2) ?? true)
        }
        // A rule that does not name a text says of it what it says of any other.
        var named: [[UInt8]: [UInt64]] = [:]
        var order: [[UInt8]] = []
        for (rule, part) in parts {
            for text in part.texts {
                if named[text] == nil {
                    named[text] = other
                    order.append(text)
                }
                let truth = part.truth(at: .text(text), exponent: 2) ?? true
                Self.set(rule, in: &named[text, default: other], to: truth)
            }
        }
        let rows = order.map { ($0, row(named[$0] ?? other)) }
        let table = code.makeTable(rows)
        let place = Int32(table.start)
        let count = Int32(table.count)
        let rest = Int32(row(other))
        entry.starts = (place, place, place, place, place)
        entry.counts = (count, count, count, count, count)
        entry.classes = (rest, rest, rest, rest, rest)
    }
}
