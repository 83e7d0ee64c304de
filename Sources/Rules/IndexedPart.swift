/// The part of a condition that depends on one attribute alone, and only by comparing it with literals. It has the same
/// truth for all values between two neighbouring literals, so it can be looked up instead of computed.
struct IndexedPart {
    let slot: Int
    let type: ValueType
    let condition: Typed
    /// The numbers that it names.
    private(set) var points: [Point] = []
    /// The texts that it names.
    private(set) var texts: [[UInt8]] = []

    /// A number that the truth may change at.
    enum Point: Hashable {
        case number(Int64)
        case money(MoneyLiteral)

        /// The number in a currency; for an amount that it has not, the next below.
        func key(exponent: Int) -> Int64 {
            switch self {
            case .number(let value): value
            case .money(let literal): literal.floor(exponent: exponent)
            }
        }
    }

    /// Where a request stands: which value the attribute has.
    enum Place {
        case absent
        /// The order of unsigned numbers is kept by turning the top bit.
        case number(Int64)
        /// One of the named texts; `nil`: another.
        case text([UInt8]?)
    }

    /// The part of which the conjuncts are; `nil` where they depend on more, or compute.
    init?(_ conjuncts: [Typed], slot: Int, type: ValueType) {
        self.slot = slot
        self.type = type
        condition = conjuncts.count == 1 ? conjuncts[0] : .and(conjuncts)
        guard collect(condition), points.count + texts.count <= RulesLimits.indexedValuesMax else { return nil }
    }

    /// The one attribute that a condition reads, if it reads one.
    static func attribute(of typed: Typed) -> Int? {
        var slots: Set<Int> = []
        gather(typed, into: &slots)
        return slots.count == 1 ? slots.first : nil
    }

    private static func gather(_ typed: Typed, into slots: inout Set<Int>) {
        switch typed {
        case .constant, .local, .failure: break
        case .attribute(let slot, _), .present(let slot): slots.insert(slot)
        case .bind(_, let one, let two), .arithmetic(_, _, let one, let two), .compare(_, _, let one, let two),
            .compareMixed(_, _, let one, let two), .text(_, let one, let two):
            gather(one, into: &slots)
            gather(two, into: &slots)
        case .negate(let one, _), .not(let one), .member(let one, _, _), .codePoints(let one),
            .byteCount(let one), .convert(_, let one):
            gather(one, into: &slots)
        case .and(let terms), .or(let terms), .exactlyOne(let terms):
            for term in terms { gather(term, into: &slots) }
        case .conditional(let one, let two, let three):
            for term in [one, two, three] { gather(term, into: &slots) }
        }
    }

    private mutating func collect(_ typed: Typed) -> Bool {
        switch typed {
        case .constant(.bool), .present: return true
        case .attribute(_, .bool): return add(.bool(true))
        case .not(let operand): return collect(operand)
        case .and(let terms), .or(let terms):
            for term in terms where !collect(term) { return false }
            return true
        case .conditional(let one, let two, let three): return collect(one) && collect(two) && collect(three)
        case .compare(let comparison, _, let left, let right):
            guard let constant = IndexedPart.literal(left, right) else { return false }
            let isText = type == .string || type == .bytes
            return (!isText || comparison.isEquality) && add(constant)
        case .member(.attribute, _, let constants):
            for constant in constants where !add(constant) { return false }
            return true
        default: return false
        }
    }

    /// The literal that an attribute is compared with.
    private static func literal(_ left: Typed, _ right: Typed) -> Constant? {
        if case .attribute = left { return right.asConstant }
        if case .attribute = right { return left.asConstant }
        return nil
    }

    private mutating func add(_ constant: Constant) -> Bool {
        switch constant {
        case .int(let value): points.append(.number(value))
        case .uint(let value): points.append(.number(Int64(bitPattern: value ^ 1 << 63)))
        case .bool(let value): points.append(.number(value ? 1 : 0))
        case .money(let literal): points.append(.money(literal))
        case .text(let bytes), .bytes(let bytes): texts.append(bytes)
        }
        return true
    }

    /// Whether the part is true at a place: `nil` for an error.
    func truth(at place: Place, exponent: Int) -> Bool? { truth(condition, place, exponent) }

    private func truth(_ typed: Typed, _ place: Place, _ exponent: Int) -> Bool? {
        switch typed {
        case .constant(.bool(let value)): return value
        case .present:
            if case .absent = place { return false }
            return true
        case .attribute: return compare(.equal, .bool(true), place, exponent)
        case .not(let operand): return truth(operand, place, exponent).map { !$0 }
        case .and(let terms):
            let truths = terms.map { truth($0, place, exponent) }
            return truths.contains(false) ? false : (truths.contains(nil) ? nil : true)
        case .or(let terms):
            let truths = terms.map { truth($0, place, exponent) }
            return truths.contains(true) ? true : (truths.contains(nil) ? nil : false)
        case .conditional(let one, let two, let three):
            return truth(one, place, exponent).flatMap { truth($0 ? two : three, place, exponent) }
        case .compare(let comparison, _, let left, let right):
            guard let constant = IndexedPart.literal(left, right) else { return nil }
            var relation = comparison
            if case .attribute = right { relation = comparison.mirrored }
            return compare(relation, constant, place, exponent)
        case .member(_, _, let constants):
            if case .absent = place { return nil }
            return constants.contains { compare(.equal, $0, place, exponent) == true }
        default: preconditionFailure("the part was collected")
        }
    }

    private func compare(_ relation: Comparison, _ constant: Constant, _ place: Place, _ exponent: Int) -> Bool? {
        switch (place, constant) {
        case (.absent, _): return nil
        case (.number(let value), .int(let other)): return relation.holds(value, other)
        case (.number(let value), .uint(let other)):
            return relation.holds(value, Int64(bitPattern: other ^ 1 << 63))
        case (.number(let value), .bool(let other)): return relation.holds(value, other ? 1 : 0)
        case (.number(let value), .money(let literal)):
            return MoneyEntry(literal).compare(value, relation, exponent)
        case (.text(let value), .text(let other)), (.text(let value), .bytes(let other)):
            return (value == other) == (relation == .equal)
        default: preconditionFailure("types were checked")
        }
    }
}
