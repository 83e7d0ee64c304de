/// What an instruction does. `dst`, `left` and `right` are registers unless said otherwise.
enum Opcode: UInt8 {
    /// dst = the bits of `immediate`
    case constant
    /// dst = the text in the pool at `immediate`'s high half, as long as its low half
    case text
    /// dst = left
    case copy
    /// dst = amount number `immediate` in the request's currency
    case money
    /// dst = attribute in slot `immediate`
    case attribute
    /// dst = whether the attribute in slot `immediate` has a value
    case present
    case negate
    case not
    case addInt
    case subtractInt
    case multiplyInt
    case divideInt
    case remainderInt
    case addUInt
    case subtractUInt
    case multiplyUInt
    case divideUInt
    case remainderUInt
    /// dst = left `option` right, as signed numbers
    case compareInt
    case compareUInt
    case compareText
    /// dst = left `option` right; left is an int, right a uint
    case compareIntUInt
    /// the same with the sides exchanged
    case compareUIntInt
    /// dst = left `option` immediate, as signed numbers
    case compareConstant
    /// dst = left `option` amount number `immediate`, exact in every currency
    case compareMoney
    /// dst = attribute in slot `left` `option` immediate, as signed numbers
    case compareAttribute
    /// dst = whether left is in the set of numbers number `immediate`
    case memberNumber
    case memberText
    /// dst = whether predicate number `immediate` holds of the text attribute in slot `left`
    case predicate
    /// dst = whether left contains right
    case contains
    case startsWith
    case endsWith
    case codePoints
    case byteCount
    case intFromUInt
    case uintFromInt
    case intFromText
    case uintFromText
    case textFromBytes
    /// goes to `immediate`
    case jump
    /// goes to `immediate` if left is false
    case jumpIfFalse
    /// goes to `immediate` if left is true
    case jumpIfTrue
    /// if left is an error: dst = left, goes to `immediate`
    case jumpIfError
    /// dst is a truth value; false: goes to the low half of `immediate`; an error: goes to the high half
    case branch
    /// dst = dst && left
    case and
    /// dst = dst || left
    case or
    /// dst = dst + 1 if left is true; an error of left becomes that of dst
    case tally
    /// dst = error number `immediate`
    case fail
    /// the end; register 0 has the result
    case end
}

/// One step of the machine.
struct Instruction: BitwiseCopyable {
    var opcode: Opcode
    /// For comparisons, which.
    var option: Comparison
    var dst: UInt16
    var left: UInt16
    var right: UInt16
    var immediate: Int64

    init(
        _ opcode: Opcode,
        _ option: Comparison = .equal,
        dst: Int = 0,
        left: Int = 0,
        right: Int = 0,
        immediate: Int64 = 0
    ) {
        self.opcode = opcode
        self.option = option
        self.dst = UInt16(dst)
        self.left = UInt16(left)
        self.right = UInt16(right)
        self.immediate = immediate
    }
}
