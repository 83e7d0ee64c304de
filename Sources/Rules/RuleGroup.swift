/// The active rules of a set, or its shadow rules: code, index, and what each rule does. The two groups share nothing
/// but the attributes that they read, so that no shadow rule can change what an active one says.
struct RuleGroup: ~Copyable {
    let rules: [Rule]
    let code: CompiledCode
    let cost: Int
    let registerCount: Int
    let wordCount: Int
    private let entries: Buffer<RuleEntry>
    private let indexes: Buffer<IndexEntry>
    private let breakpoints: Buffer<Int64>
    private let classRows: Buffer<UInt32>
    private let rows: Buffer<UInt64>
    private let linearGroups: Buffer<LinearGroup>
    private let linearEntries: Buffer<LinearEntry>
    /// By predicate: where the rules begin that need it, and behind the last of them.
    private let needStarts: Buffer<UInt32>
    private let needRules: Buffer<UInt16>
    /// By automaton: the row of the rules that need one of its predicates.
    private let needRows: Buffer<UInt32>
    /// The row of all rules.
    private let allRow: Int

    init(_ builder: RuleGroupBuilder, slotCount: Int) {
        rules = builder.rules
        cost = builder.code.cost
        registerCount = builder.code.registerCount
        wordCount = builder.index.wordCount
        code = CompiledCode(builder.code, slotCount: slotCount)
        entries = Buffer(builder.entries, filler: RuleEntry(.flag, code: -1))
        let none = (Int32(0), Int32(0), Int32(0), Int32(0), Int32(0))
        indexes = Buffer(
            builder.index.entries,
            filler: IndexEntry(
                slot: 0,
                kind: .signed,
                users: 0,
                absentPossible: 0,
                absentError: 0,
                starts: none,
                counts: none,
                classes: none
            )
        )
        breakpoints = Buffer(builder.index.breakpoints, filler: 0)
        classRows = Buffer(builder.index.classRows, filler: 0)
        rows = Buffer(builder.index.rows, filler: 0)
        linearGroups = Buffer(
            builder.linear.groups,
            filler: LinearGroup(slots: (-1, -1, -1), start: 0, count: 0, users: 0, decided: (0, 0, 0, 0, 0))
        )
        linearEntries = Buffer(
            builder.linear.entries,
            filler: LinearEntry(coefficients: (0, 0, 0), constants: (0, 0, 0, 0, 0), rule: 0)
        )
        needStarts = Buffer(builder.needStarts, filler: 0)
        needRules = Buffer(builder.needRules, filler: 0)
        needRows = Buffer(builder.needRows, filler: 0)
        allRow = Int(builder.allRow)
    }

    /// How many words of bits an evaluation works in.
    var bitWordCount: Int { wordCount * 4 }

    /// Evaluates all rules. The matched ones are in the first `wordCount` words of the workspace's bits afterwards.
    func evaluate<Source: AttributeSource>(_ workspace: inout RuleWorkspace, _ source: inout Source) -> RuleFindings {
        var findings = RuleFindings()
        guard entries.count > 0 else { return findings }
        // SAFETY: the workspace's bits are at least four times `wordCount` long.
        precondition(workspace.bits.count >= bitWordCount)
        let possible = workspace.bits.base
        let failing = possible + wordCount
        let found = failing + wordCount
        let decided = found + wordCount
        let all = row(allRow)
        for word in 0..<wordCount {
            possible[word] = all[word]
            failing[word] = 0
            decided[word] = 0
        }
        for word in 0..<(code.predicateCount + 63) / 64 { workspace.predicateBits[word] = 0 }
        for place in 0..<code.automata.entries.count { workspace.scanned[place] = false }
        for place in 0..<indexes.count {
            narrow(by: indexes[place], possible, failing, &workspace, &source)
        }
        for place in 0..<code.automata.entries.count {
            narrow(byTextOf: place, possible, found, &workspace, &source)
        }
        for place in 0..<linearGroups.count {
            narrow(by: linearGroups[place], possible, decided, &workspace, &source)
        }
        for word in 0..<wordCount {
            var rest = possible[word]
            while rest != 0 {
                let bit = rest.trailingZeroBitCount
                rest &= rest - 1
                let rule = word * 64 + bit
                let entry = entries[rule]
                var result = Cell(true)
                if entry.code >= 0, decided[word] >> UInt64(bit) & 1 == 0 {
                    result = code.run(from: Int(entry.code), &workspace, &source)
                }
                if result.isTrue, failing[word] >> UInt64(bit) & 1 == 0 {
                    findings.add(rule, entry)
                    continue
                }
                possible[word] &= ~(1 << UInt64(bit))
                if !result.isFalse { findings.addError() }
            }
        }
        return findings
    }

    @inline(__always)
    private func row(_ number: Int) -> UnsafeMutablePointer<UInt64> {
        precondition(number >= 0 && (number + 1) * wordCount <= rows.count)
        return rows.base + number * wordCount
    }

    /// Whether a rule of a row is still possible.
    @inline(__always)
    private func isAny(of users: UnsafeMutablePointer<UInt64>, in possible: UnsafeMutablePointer<UInt64>) -> Bool {
        var any: UInt64 = 0
        for word in 0..<wordCount { any |= possible[word] & users[word] }
        return any != 0
    }

    /// Leaves the rules whose parts in one attribute are not false.
    @inline(__always)
    private func narrow<Source: AttributeSource>(
        by index: IndexEntry,
        _ possible: UnsafeMutablePointer<UInt64>,
        _ failing: UnsafeMutablePointer<UInt64>,
        _ workspace: inout RuleWorkspace,
        _ source: inout Source
    ) {
        guard isAny(of: row(Int(index.users)), in: possible) else { return }
        let value = workspace.load(index.slot, &source)
        guard value.isValue else {
            let mask = row(Int(index.absentPossible))
            let errors = row(Int(index.absentError))
            for word in 0..<wordCount {
                possible[word] &= mask[word]
                failing[word] |= errors[word]
            }
            return
        }
        let mask = row(rowNumber(of: value, index, workspace))
        for word in 0..<wordCount { possible[word] &= mask[word] }
    }

    /// Leaves the rules whose sums over the same attributes are not below zero. Where an attribute is absent, or so
    /// large that a sum could overflow, their code finds out.
    @inline(__always)
    private func narrow<Source: AttributeSource>(
        by group: LinearGroup,
        _ possible: UnsafeMutablePointer<UInt64>,
        _ decided: UnsafeMutablePointer<UInt64>,
        _ workspace: inout RuleWorkspace,
        _ source: inout Source
    ) {
        guard isAny(of: row(Int(group.users)), in: possible),
            let first = term(group.slots.0, &workspace, &source),
            let second = term(group.slots.1, &workspace, &source),
            let third = term(group.slots.2, &workspace, &source)
        else { return }
        precondition(group.start >= 0 && Int(group.start) + Int(group.count) <= linearEntries.count)
        let exponent = workspace.exponent
        var entry = linearEntries.base + Int(group.start)
        for _ in 0..<Int(group.count) {
            let factors = entry.pointee.coefficients
            // Nothing overflows within the bounds that the part was made under.
            let sum =
                entry.pointee.constant(exponent) &+ factors.0 &* first &+ factors.1 &* second &+ factors.2 &* third
            // SAFETY: rules are numbered below 64 times `wordCount`. The sign's bit takes the rule's away.
            possible[entry.pointee.rule / 64] &= ~((UInt64(bitPattern: sum) >> 63) << UInt64(entry.pointee.rule % 64))
            entry += 1
        }
        let known = row(group.decidedRow(exponent))
        for word in 0..<wordCount { decided[word] |= known[word] }
    }

    /// The number in a slot of a sum, zero where the sum has no such slot; `nil` where there is none, or it is so large
    /// that the sum could overflow.
    @inline(__always)
    private func term<Source: AttributeSource>(
        _ slot: Int32,
        _ workspace: inout RuleWorkspace,
        _ source: inout Source
    ) -> Int64? {
        guard slot >= 0 else { return 0 }
        let value = workspace.load(Int(slot), &source)
        return value.isValue && value.int.magnitude <= LinearPart.attributeMax.magnitude ? value.int : nil
    }

    /// The row of the class that a value is in.
    @inline(__always)
    private func rowNumber(of value: Cell, _ index: IndexEntry, _ workspace: borrowing RuleWorkspace) -> Int {
        let exponent = workspace.exponent
        let start = IndexEntry.pick(index.starts, exponent)
        let count = IndexEntry.pick(index.counts, exponent)
        let classes = IndexEntry.pick(index.classes, exponent)
        let key: Int64
        switch index.kind {
        case .text:
            let table = SetEntry(start: start, count: count)
            return code.payload(of: code.bytes(value, workspace), in: table).map { Int($0) } ?? classes
        case .signed: key = value.int
        case .unsigned: key = Int64(bitPattern: value.word ^ 1 << 63)
        }
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if breakpoints[start + middle] < key { low = middle + 1 } else { high = middle }
        }
        let isPoint = low < count && breakpoints[start + low] == key
        return Int(classRows[classes + 2 * low + (isPoint ? 1 : 0)])
    }

    /// Leaves, of the rules that need something in a text, those that have it.
    @inline(__always)
    private func narrow<Source: AttributeSource>(
        byTextOf place: Int,
        _ possible: UnsafeMutablePointer<UInt64>,
        _ found: UnsafeMutablePointer<UInt64>,
        _ workspace: inout RuleWorkspace,
        _ source: inout Source
    ) {
        let users = row(Int(needRows[place]))
        guard isAny(of: users, in: possible) else { return }
        let automaton = code.automata.entries[place]
        let value = workspace.load(automaton.slot, &source)
        // Without a text the rules are errors, unless something else makes them false: their code finds out.
        guard value.isValue else { return }
        for word in 0..<wordCount { found[word] = 0 }
        code.look(at: automaton.slot, value, workspace)
        for word in 0..<(code.predicateCount + 63) / 64 {
            var rest = workspace.predicateBits[word]
            while rest != 0 {
                let predicate = word * 64 + rest.trailingZeroBitCount
                rest &= rest - 1
                for index in Int(needStarts[predicate])..<Int(needStarts[predicate + 1]) {
                    let rule = Int(needRules[index])
                    // SAFETY: rules are numbered below 64 times `wordCount`.
                    found[rule / 64] |= 1 << UInt64(rule % 64)
                }
            }
        }
        for word in 0..<wordCount { possible[word] &= ~users[word] | found[word] }
    }
}
