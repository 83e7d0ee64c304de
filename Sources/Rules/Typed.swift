/// A condition whose names and types are settled: no lists, no macros, no names, only what the machine computes.
indirect enum Typed {
    case constant(Constant)
    case attribute(slot: Int, ValueType)
    /// What a `bind` around it computed.
    case local(Int, ValueType)
    /// Computes a value once, and then the body; an error of the value is the error of the whole.
    case bind(Int, Typed, in: Typed)
    case present(slot: Int)
    case negate(Typed, ValueType)
    case not(Typed)
    case arithmetic(Arithmetic, ValueType, Typed, Typed)
    /// Both sides are of the type.
    case compare(Comparison, ValueType, Typed, Typed)
    /// An order between an int and a uint; `leftIsSigned` says which is the int.
    case compareMixed(Comparison, leftIsSigned: Bool, Typed, Typed)
    case and([Typed])
    case or([Typed])
    /// Whether exactly one is true; any error is the error of the whole.
    case exactlyOne([Typed])
    case conditional(Typed, Typed, Typed)
    /// Whether the value is one of the constants, which are sorted and of its type.
    case member(Typed, ValueType, [Constant])
    case text(TextPredicate, Typed, Typed)
    /// Code points of a text.
    case codePoints(Typed)
    /// Bytes of a byte string.
    case byteCount(Typed)
    case convert(Conversion, Typed)
    case failure(EvaluationError)
}

/// The questions about two texts.
enum TextPredicate: UInt8 {
    case contains
    case startsWith
    case endsWith

    var name: String {
        switch self {
        case .contains: "contains"
        case .startsWith: "startsWith"
        case .endsWith: "endsWith"
        }
    }
}

/// The conversions that cost something; the others are the operand itself.
enum Conversion: UInt8 {
    case intFromUInt
    case uintFromInt
    case intFromText
    case uintFromText
    case textFromBytes
}

extension Typed {
    /// The constant that it is; `nil`: none.
    var asConstant: Constant? {
        if case .constant(let constant) = self { return constant }
        return nil
    }

    /// The value as something computed: an amount that the request's currency has not is then an error, and no longer
    /// compared exactly.
    var computed: Typed {
        if case .money = asConstant { return .arithmetic(.add, .int, self, .constant(.int(0))) }
        return self
    }

    /// Whether reading it twice costs no more than reading it once, and cannot fail.
    var isFree: Bool {
        switch self {
        // An amount that the request's currency has not is an error only where it is calculated with.
        case .constant, .local: return true
        default: return false
        }
    }
}
