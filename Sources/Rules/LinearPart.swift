/// A conjunct that compares sums of number attributes times constants, such as `amount * 3 > card.available + 100.00`:
/// brought to the form that the sum of coefficients times attributes and a constant is not below zero. All rules that
/// have one over the same attributes are decided together, by a few multiplications each.
struct LinearPart {
    /// How many attributes it names at most.
    static let slotCountMax = 3
    /// Within this magnitude of every attribute nothing in it overflows: above the largest amount of a payment.
    static let attributeMax: Int64 = 1 << 50
    private static let boundMax: Int64 = 1 << 61

    /// Ascending, as many as there are attributes.
    let slots: [Int]
    /// By slot.
    let coefficients: [Int64]
    /// By the currency's number of decimals; `nil`: an amount in it is none of that currency, so that it has no value.
    let constants: [Int64?]

    /// The conjunct as such a part; `nil` where it is none.
    init?(_ conjunct: Typed) {
        guard case .compare(let comparison, let type, let left, let right) = conjunct,
            type == .int || type == .money, !comparison.isEquality
        else { return nil }
        // What is directly compared with an amount is compared exactly, whatever the currency.
        if case .money(let literal) = right.asConstant {
            self.init(left, comparison, literal)
        } else if case .money(let literal) = left.asConstant {
            self.init(right, comparison.mirrored, literal)
        } else {
            guard let left = Sum(left), let right = Sum(right),
                let difference = comparison.isGreater ? left.minus(right) : right.minus(left)
            else { return nil }
            self.init(difference, (0...4).map { difference.constant(exponent: $0, less: comparison.isStrict ? 1 : 0) })
        }
    }

    private init?(_ value: Typed, _ comparison: Comparison, _ literal: MoneyLiteral) {
        guard let value = Sum(value), let sum = comparison.isGreater ? value : value.times(-1) else { return nil }
        let constants = (0...4).map { exponent -> Int64? in
            let floor = literal.floor(exponent: exponent)
            let isExact = literal.isExact(exponent: exponent)
            // The least that is above or not below it, or the most that is below or not above it.
            let edge: Int64
            if comparison.isGreater {
                edge = comparison.isStrict || !isExact ? floor + 1 : floor
                return sum.constant(exponent: exponent, less: edge)
            }
            edge = comparison.isStrict && isExact ? floor - 1 : floor
            return sum.constant(exponent: exponent, less: -edge)
        }
        self.init(sum, constants)
    }

    private init?(_ sum: Sum, _ constants: [Int64?]) {
        let slots = sum.coefficients.keys.sorted()
        // What cancels out has to be there all the same.
        guard (1...Self.slotCountMax).contains(slots.count), !sum.coefficients.values.contains(0) else { return nil }
        self.slots = slots
        coefficients = slots.map { sum.coefficients[$0] ?? 0 }
        self.constants = constants
    }

    /// A sum of attributes times constants, whole numbers, and amounts times constants.
    private struct Sum {
        var coefficients: [Int: Int64] = [:]
        var number: Int64 = 0
        var amounts: [(literal: MoneyLiteral, factor: Int64)] = []
        /// No value within it is of a greater magnitude, as long as no attribute is above `attributeMax`.
        var bound: Int64 = 0

        init?(_ typed: Typed) {
            switch typed {
            case .attribute(let slot, let type):
                guard type == .int || type == .money else { return nil }
                coefficients = [slot: 1]
                bound = LinearPart.attributeMax
            case .constant(.int(let value)):
                number = value
                bound = value == .min ? .max : abs(value)
            case .constant(.money(let literal)):
                amounts = [(literal, 1)]
                bound = abs(literal.tenThousandths) + 1
            case .negate(let operand, _):
                guard let sum = Sum(operand)?.times(-1) else { return nil }
                self = sum
            case .arithmetic(.add, _, let left, let right), .arithmetic(.subtract, _, let left, let right):
                guard let left = Sum(left), let right = Sum(right) else { return nil }
                var isSum = false
                if case .arithmetic(.add, _, _, _) = typed { isSum = true }
                guard let sum = isSum ? left.plus(right) : left.minus(right) else { return nil }
                self = sum
            case .arithmetic(.multiply, _, let left, let right):
                guard let left = Sum(left), let right = Sum(right) else { return nil }
                let product = right.isNumber ? left.times(right.number) : left.isNumber ? right.times(left.number) : nil
                guard let product else { return nil }
                self = product
            default: return nil
            }
            guard bound < LinearPart.boundMax else { return nil }
        }

        private var isNumber: Bool { coefficients.isEmpty && amounts.isEmpty }

        func times(_ factor: Int64) -> Sum? {
            let (most, overflow) = bound.multipliedReportingOverflow(by: factor == .min ? .max : abs(factor))
            guard !overflow, most < LinearPart.boundMax else { return nil }
            var product = self
            product.bound = most
            product.number *= factor
            product.coefficients = coefficients.mapValues { $0 * factor }
            product.amounts = amounts.map { ($0.literal, $0.factor * factor) }
            return product
        }

        func plus(_ other: Sum) -> Sum? {
            guard bound < LinearPart.boundMax, other.bound < LinearPart.boundMax else { return nil }
            var sum = self
            sum.bound += other.bound
            sum.number += other.number
            for (slot, factor) in other.coefficients { sum.coefficients[slot, default: 0] += factor }
            sum.amounts += other.amounts
            return sum.bound < LinearPart.boundMax ? sum : nil
        }

        func minus(_ other: Sum) -> Sum? { other.times(-1).flatMap { plus($0) } }

        /// What is not attributes, less a number; `nil` where the currency has not all amounts.
        func constant(exponent: Int, less number: Int64) -> Int64? {
            var sum = self.number - number
            for (literal, factor) in amounts {
                guard literal.isExact(exponent: exponent) else { return nil }
                sum += factor * literal.floor(exponent: exponent)
            }
            return sum
        }
    }
}

extension Comparison {
    fileprivate var isGreater: Bool { self == .greater || self == .greaterOrEqual }
    fileprivate var isStrict: Bool { self == .greater || self == .less }
}

/// The linear parts over the same attributes, in tables.
struct LinearGroup: BitwiseCopyable {
    /// -1: none.
    var slots: (Int32, Int32, Int32)
    var start: Int32
    var count: Int32
    /// The row of the rules that have a part here.
    var users: UInt32
    /// By the currency's number of decimals: the row of the rules of which nothing else is left to compute.
    var decided: (UInt32, UInt32, UInt32, UInt32, UInt32)

    @inline(__always)
    func decidedRow(_ exponent: Int) -> Int {
        switch exponent {
        case 0: Int(decided.0)
        case 1: Int(decided.1)
        case 2: Int(decided.2)
        case 3: Int(decided.3)
        default: Int(decided.4)
        }
    }
}

/// One rule's part: its coefficients, its constants by the number of decimals, and the rule.
struct LinearEntry: BitwiseCopyable {
    var coefficients: (Int64, Int64, Int64)
    var constants: (Int64, Int64, Int64, Int64, Int64)
    var rule: Int

    /// A constant that leaves every rule possible.
    static let undecided: Int64 = 1 << 62

    @inline(__always)
    func constant(_ exponent: Int) -> Int64 {
        switch exponent {
        case 0: constants.0
        case 1: constants.1
        case 2: constants.2
        case 3: constants.3
        default: constants.4
        }
    }
}

/// Sorts the linear parts of rules by their attributes.
struct LinearIndexBuilder {
    private(set) var groups: [LinearGroup] = []
    private(set) var entries: [LinearEntry] = []
    private var parts: [[Int]: [(rule: Int, part: LinearPart, isAll: Bool)]] = [:]

    /// Adds a rule's part; `isAll`: nothing else of the rule has to be computed.
    mutating func add(_ part: LinearPart, rule: Int, isAll: Bool) {
        parts[part.slots, default: []].append((rule, part, isAll))
    }

    /// Makes the tables; rows go to the index.
    mutating func finish(_ index: inout AttributeIndexBuilder) {
        for slots in parts.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            let members = parts[slots] ?? []
            func row(_ isIn: (Int, LinearPart, Bool) -> Bool) -> [UInt64] {
                var words = Array(repeating: UInt64(0), count: index.wordCount)
                for (rule, part, isAll) in members where isIn(rule, part, isAll) {
                    AttributeIndexBuilder.set(rule, in: &words, to: true)
                }
                return words
            }
            let decided = (0...4).map { exponent in
                index.row(row { _, part, isAll in isAll && part.constants[exponent] != nil })
            }
            groups.append(
                LinearGroup(
                    slots: (Int32(slots[0]), Self.slot(slots, 1), Self.slot(slots, 2)),
                    start: Int32(entries.count),
                    count: Int32(members.count),
                    users: index.row(row { _, _, _ in true }),
                    decided: (decided[0], decided[1], decided[2], decided[3], decided[4])
                )
            )
            for (rule, part, _) in members {
                let constants = part.constants.map { $0 ?? LinearEntry.undecided }
                let factors = part.coefficients + [0, 0]
                entries.append(
                    LinearEntry(
                        coefficients: (factors[0], factors[1], factors[2]),
                        constants: (constants[0], constants[1], constants[2], constants[3], constants[4]),
                        rule: rule
                    )
                )
            }
        }
    }

    private static func slot(_ slots: [Int], _ place: Int) -> Int32 { place < slots.count ? Int32(slots[place]) : -1 }
}
