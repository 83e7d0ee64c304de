/// Collects the code and the constants of one program, or of all rules of a group.
struct CodeBuilder {
    let schema: AttributeSchema
    var instructions: [Instruction] = []
    var pool: [UInt8] = []
    var money: [MoneyEntry] = []
    var numberSets: [SetEntry] = []
    var numbers: [UInt64] = []
    var textSets: [SetEntry] = []
    var textPlaces: [TextPlace] = []
    var predicates = PredicateTable()
    /// What the code so far costs at most, if all of it runs.
    var cost = 0
    /// How many registers the code so far uses.
    var registerCount = 1
    private var poolPlaces: [[UInt8]: Int] = [:]
    private var localRegisters: [Int: Int] = [:]

    init(schema: AttributeSchema) { self.schema = schema }

    /// Adds code that leaves the value in register 0 and ends; returns where it begins.
    ///
    /// - Throws: `RuleError`, when it needs more registers than there are.
    mutating func add(_ typed: Typed, _ span: SourceSpan) throws(RuleError) -> Int {
        let start = instructions.count
        localRegisters = [:]
        try generate(typed, into: 0, free: 1, span)
        emit(Instruction(.end))
        return start
    }

    private mutating func emit(_ instruction: Instruction, cost: Int = 1) {
        instructions.append(instruction)
        self.cost += cost
    }

    private var here: Int64 { Int64(instructions.count) }

    /// Puts a text into the pool once, and returns where.
    mutating func place(_ bytes: [UInt8]) -> Int {
        if let place = poolPlaces[bytes] { return place }
        let place = pool.count
        pool += bytes
        poolPlaces[bytes] = place
        return place
    }

    private mutating func place(_ literal: MoneyLiteral) -> Int64 {
        money.append(MoneyEntry(literal))
        return Int64(money.count - 1)
    }

    private mutating func generate(_ typed: Typed, into dst: Int, free: Int, _ span: SourceSpan) throws(RuleError) {
        guard free < RulesLimits.registerCountMax else {
            throw RuleError(
                .limit,
                span,
                "the condition needs more than \(RulesLimits.registerCountMax) values at once",
                advice: "shorten the list, or nest less"
            )
        }
        registerCount = max(registerCount, free + 1)
        switch typed {
        case .constant(let constant): generate(constant, into: dst)
        case .attribute(let slot, _):
            let isCall = slot >= schema.attributes.count
            emit(Instruction(.attribute, dst: dst, immediate: Int64(slot)), cost: isCall ? 10 : 1)
        case .local(let local, _):
            emit(Instruction(.copy, dst: dst, left: localRegisters[local] ?? 0))
        case .bind(let local, let value, let body):
            localRegisters[local] = free
            try generate(value, into: free, free: free + 1, span)
            let jump = instructions.count
            emit(Instruction(.jumpIfError, dst: dst, left: free))
            try generate(body, into: dst, free: free + 1, span)
            instructions[jump].immediate = here
        case .present(let slot): emit(Instruction(.present, dst: dst, immediate: Int64(slot)))
        case .negate(let operand, _):
            try generate(operand, into: dst, free: free, span)
            emit(Instruction(.negate, dst: dst, left: dst))
        case .not(let operand):
            try generate(operand, into: dst, free: free, span)
            emit(Instruction(.not, dst: dst, left: dst))
        case .arithmetic(let operation, let type, let left, let right):
            try generate(left, into: dst, free: free, span)
            try generate(right, into: free, free: free + 1, span)
            emit(Instruction(operation.opcode(type), dst: dst, left: dst, right: free))
        case .compare(let comparison, let type, let left, let right):
            try compare(comparison, type, left, right, into: dst, free: free, span)
        case .compareMixed(let comparison, let leftIsSigned, let left, let right):
            try generate(left, into: dst, free: free, span)
            try generate(right, into: free, free: free + 1, span)
            let opcode = leftIsSigned ? Opcode.compareIntUInt : .compareUIntInt
            emit(Instruction(opcode, comparison, dst: dst, left: dst, right: free))
        case .and(let terms): try chain(terms, isAnd: true, into: dst, free: free, span)
        case .or(let terms): try chain(terms, isAnd: false, into: dst, free: free, span)
        case .exactlyOne(let terms):
            emit(Instruction(.constant, dst: dst))
            for term in terms {
                try generate(term, into: free, free: free + 1, span)
                emit(Instruction(.tally, dst: dst, left: free))
            }
            emit(Instruction(.compareConstant, .equal, dst: dst, left: dst, immediate: 1))
        case .conditional(let condition, let first, let second):
            try conditional(condition, first, second, into: dst, free: free, span)
        case .member(let value, let type, let constants):
            try generate(value, into: dst, free: free, span)
            member(type, constants, into: dst)
        case .text(let predicate, let subject, let part):
            try text(predicate, subject, part, into: dst, free: free, span)
        case .codePoints(let operand):
            try generate(operand, into: dst, free: free, span)
            emit(Instruction(.codePoints, dst: dst, left: dst), cost: 1 + byteCountMax(operand) / 8)
        case .byteCount(let operand):
            try generate(operand, into: dst, free: free, span)
            emit(Instruction(.byteCount, dst: dst, left: dst))
        case .convert(let conversion, let operand):
            try generate(operand, into: dst, free: free, span)
            emit(Instruction(conversion.opcode, dst: dst, left: dst), cost: 1 + byteCountMax(operand) / 4)
        case .failure(let error): emit(Instruction(.fail, dst: dst, immediate: Int64(error.rawValue)))
        }
    }

    private mutating func generate(_ constant: Constant, into dst: Int) {
        switch constant {
        case .int(let value): emit(Instruction(.constant, dst: dst, immediate: value))
        case .uint(let value): emit(Instruction(.constant, dst: dst, immediate: Int64(bitPattern: value)))
        case .bool(let value): emit(Instruction(.constant, dst: dst, immediate: value ? 1 : 0))
        case .money(let literal): emit(Instruction(.money, dst: dst, immediate: place(literal)))
        case .text(let bytes), .bytes(let bytes):
            let place = Int64(place(bytes)) << 32 | Int64(bytes.count)
            emit(Instruction(.text, dst: dst, immediate: place))
        }
    }

    private mutating func compare(
        _ comparison: Comparison,
        _ type: ValueType,
        _ left: Typed,
        _ right: Typed,
        into dst: Int,
        free: Int,
        _ span: SourceSpan
    ) throws(RuleError) {
        var isAmount = false
        if case .money = left.asConstant, case .int = right.asConstant { isAmount = true }
        if left.asConstant != nil, right.asConstant == nil || isAmount {
            // Values are computed without effects, so the constant may change sides.
            return try compare(comparison.mirrored, type, right, left, into: dst, free: free, span)
        }
        if case .money(let literal) = right.asConstant {
            if case .money(let other) = left.asConstant {
                generate(.bool(comparison.holds(other.tenThousandths, literal.tenThousandths)), into: dst)
                return
            }
            try generate(left, into: dst, free: free, span)
            emit(Instruction(.compareMoney, comparison, dst: dst, left: dst, immediate: place(literal)))
            return
        }
        if let constant = right.asConstant?.signedBits {
            if case .attribute(let slot, _) = left {
                emit(
                    Instruction(.compareAttribute, comparison, dst: dst, left: slot, immediate: constant),
                    cost: slot >= schema.attributes.count ? 10 : 1
                )
            } else {
                try generate(left, into: dst, free: free, span)
                emit(Instruction(.compareConstant, comparison, dst: dst, left: dst, immediate: constant))
            }
            return
        }
        try generate(left, into: dst, free: free, span)
        try generate(right, into: free, free: free + 1, span)
        switch type {
        case .int, .money, .bool: emit(Instruction(.compareInt, comparison, dst: dst, left: dst, right: free))
        case .uint: emit(Instruction(.compareUInt, comparison, dst: dst, left: dst, right: free))
        case .string, .bytes:
            let cost = 1 + min(byteCountMax(left), byteCountMax(right)) / 8
            emit(Instruction(.compareText, comparison, dst: dst, left: dst, right: free), cost: cost)
        }
    }

    /// `&&` and `||`: what decides alone ends the chain, whatever failed before it.
    private mutating func chain(
        _ terms: [Typed],
        isAnd: Bool,
        into dst: Int,
        free: Int,
        _ span: SourceSpan
    ) throws(RuleError) {
        var jumps: [Int] = []
        for (index, term) in terms.enumerated() {
            if index == 0 {
                try generate(term, into: dst, free: free, span)
            } else {
                try generate(term, into: free, free: free + 1, span)
                emit(Instruction(isAnd ? .and : .or, dst: dst, left: free))
            }
            guard index < terms.count - 1 else { break }
            jumps.append(instructions.count)
            emit(Instruction(isAnd ? .jumpIfFalse : .jumpIfTrue, left: dst))
        }
        for jump in jumps { instructions[jump].immediate = here }
    }

    private mutating func conditional(
        _ condition: Typed,
        _ first: Typed,
        _ second: Typed,
        into dst: Int,
        free: Int,
        _ span: SourceSpan
    ) throws(RuleError) {
        try generate(condition, into: dst, free: free, span)
        let branch = instructions.count
        emit(Instruction(.branch, dst: dst))
        try generate(first, into: dst, free: free, span)
        let jump = instructions.count
        emit(Instruction(.jump))
        let otherwise = here
        try generate(second, into: dst, free: free, span)
        instructions[jump].immediate = here
        instructions[branch].immediate = here << 32 | otherwise
    }

    private mutating func member(_ type: ValueType, _ constants: [Constant], into dst: Int) {
        let cost = 2 + (Int.bitWidth - constants.count.leadingZeroBitCount)
        switch type {
        case .int, .uint, .bool, .money:
            numberSets.append(SetEntry(start: numbers.count, count: constants.count))
            numbers += constants.compactMap(\.bits).sorted()
            emit(
                Instruction(.memberNumber, dst: dst, left: dst, immediate: Int64(numberSets.count - 1)),
                cost: cost
            )
        case .string, .bytes:
            let texts = constants.compactMap(\.textBytes)
            textSets.append(makeTable(texts.map { ($0, 0) }))
            let longest = texts.map(\.count).max() ?? 0
            emit(
                Instruction(.memberText, dst: dst, left: dst, immediate: Int64(textSets.count - 1)),
                cost: 2 + longest / 4
            )
        }
    }

    /// A table of different texts, at most half full.
    mutating func makeTable(_ texts: [([UInt8], UInt32)]) -> SetEntry {
        var count = 2
        while count < texts.count * 2 { count *= 2 }
        var table = Array(repeating: TextPlace.free, count: count)
        for (bytes, payload) in texts {
            let hash = bytes.withUnsafeBytes { textHash($0) }
            var index = Int(truncatingIfNeeded: hash) & (count - 1)
            while table[index].isUsed { index = (index + 1) & (count - 1) }
            table[index] = TextPlace(
                hash: hash,
                offset: UInt32(place(bytes)),
                length: UInt32(bytes.count),
                payload: payload,
                isUsed: true
            )
        }
        textPlaces += table
        return SetEntry(start: textPlaces.count - count, count: count)
    }

    private mutating func text(
        _ predicate: TextPredicate,
        _ subject: Typed,
        _ part: Typed,
        into dst: Int,
        free: Int,
        _ span: SourceSpan
    ) throws(RuleError) {
        if case .attribute(let slot, _) = subject, case .text(let pattern) = part.asConstant,
            let number = predicates.number(of: predicate, pattern, slot: slot)
        {
            emit(Instruction(.predicate, dst: dst, left: slot, immediate: Int64(number)), cost: 2)
            return
        }
        try generate(subject, into: dst, free: free, span)
        try generate(part, into: free, free: free + 1, span)
        let opcode: Opcode
        switch predicate {
        case .contains: opcode = .contains
        case .startsWith: opcode = .startsWith
        case .endsWith: opcode = .endsWith
        }
        let cost = predicate == .contains ? byteCountMax(subject) : byteCountMax(part) / 8
        emit(Instruction(opcode, dst: dst, left: dst, right: free), cost: 2 + cost)
    }

    /// How many bytes a text has at most.
    private func byteCountMax(_ typed: Typed) -> Int {
        switch typed {
        case .constant(let constant): constant.textBytes?.count ?? 0
        case .attribute(let slot, _): slot < schema.attributes.count ? schema.attributes[slot].byteCountMax : 0
        case .conditional(_, let first, let second): max(byteCountMax(first), byteCountMax(second))
        case .bind(_, _, let body): byteCountMax(body)
        case .convert(_, let operand): byteCountMax(operand)
        case .local(_, let type): type == .string || type == .bytes ? RulesLimits.textByteCountMax : 0
        default: 0
        }
    }
}

extension Constant {
    /// The bits of a number that is the same in every currency and compares as a signed one.
    var signedBits: Int64? {
        switch self {
        case .int(let value): value
        case .bool(let value): value ? 1 : 0
        case .uint, .money, .text, .bytes: nil
        }
    }

    /// The bits of a number that is the same in every currency.
    var bits: UInt64? {
        switch self {
        case .int(let value): UInt64(bitPattern: value)
        case .uint(let value): value
        case .bool(let value): value ? 1 : 0
        case .money, .text, .bytes: nil
        }
    }

    var textBytes: [UInt8]? {
        switch self {
        case .text(let bytes), .bytes(let bytes): bytes
        case .int, .uint, .money, .bool: nil
        }
    }
}

extension Arithmetic {
    fileprivate func opcode(_ type: ValueType) -> Opcode {
        let isUnsigned = type == .uint
        return switch self {
        case .add: isUnsigned ? .addUInt : .addInt
        case .subtract: isUnsigned ? .subtractUInt : .subtractInt
        case .multiply: isUnsigned ? .multiplyUInt : .multiplyInt
        case .divide: isUnsigned ? .divideUInt : .divideInt
        case .remainder: isUnsigned ? .remainderUInt : .remainderInt
        }
    }
}

extension Conversion {
    fileprivate var opcode: Opcode {
        switch self {
        case .intFromUInt: .intFromUInt
        case .uintFromInt: .uintFromInt
        case .intFromText: .intFromText
        case .uintFromText: .uintFromText
        case .textFromBytes: .textFromBytes
        }
    }
}
