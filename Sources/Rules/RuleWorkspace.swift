/// The memory that one evaluation at a time works in: the request's attributes, the registers, the bits of the rules.
///
/// A caller makes one for each thread or lock and uses it again and again; nothing is allocated between.
public struct RuleWorkspace: ~Copyable {
    /// By slot.
    let cells: Buffer<Cell>
    /// The texts of the request, each in a part of its own.
    let text: Buffer<UInt8>
    /// By slot: where its part of `text` begins, and how long it is.
    let textPlaces: Buffer<SIMD2<UInt32>>
    let registers: Buffer<Cell>
    /// The words of several bit sets over the rules.
    let bits: Buffer<UInt64>
    /// A bit for each predicate that holds.
    let predicateBits: Buffer<UInt64>
    /// By automaton: whether the text was looked at.
    let scanned: Buffer<Bool>
    /// How many decimals the request's currency has, 0 to 4.
    var exponent = 2

    init(
        schema: AttributeSchema,
        callCount: Int,
        registerCount: Int,
        bitWordCount: Int,
        predicateWordCount: Int,
        automatonCount: Int
    ) {
        var places: [SIMD2<UInt32>] = []
        var end: UInt32 = 0
        for attribute in schema.attributes {
            places.append(SIMD2(end, UInt32(attribute.byteCountMax)))
            end += UInt32(attribute.byteCountMax)
        }
        places += Array(repeating: SIMD2(0, 0), count: callCount)
        cells = Buffer(repeating: Cell(word: 0, state: Cell.notLoaded), count: places.count)
        text = Buffer(repeating: 0, count: Int(end))
        textPlaces = Buffer(places, filler: SIMD2(0, 0))
        registers = Buffer(repeating: Cell(word: 0), count: registerCount)
        bits = Buffer(repeating: 0, count: bitWordCount)
        predicateBits = Buffer(repeating: 0, count: predicateWordCount)
        scanned = Buffer(repeating: false, count: automatonCount)
    }

    /// Forgets the request before.
    ///
    /// - Parameter exponent: How many decimals the currency of the request's amounts has, 0 to 4.
    public mutating func begin(exponent: Int) {
        precondition((0...4).contains(exponent))
        self.exponent = exponent
        for slot in 0..<cells.count { cells.base[slot].state = Cell.notLoaded }
    }

    /// Sets an int, or an amount in minor units.
    @inline(__always)
    public mutating func set(_ slot: Int, _ value: Int64) { cells[slot] = Cell(value) }

    /// Sets a uint.
    @inline(__always)
    public mutating func set(_ slot: Int, unsigned value: UInt64) { cells[slot] = Cell(word: value) }

    /// Sets a truth value.
    @inline(__always)
    public mutating func set(_ slot: Int, _ value: Bool) { cells[slot] = Cell(value) }

    /// Copies a text or bytes; a text must be UTF-8.
    ///
    /// It must not be longer than the schema says.
    @inline(__always)
    public mutating func set(_ slot: Int, _ value: UnsafeRawBufferPointer) {
        let place = textPlaces[slot]
        precondition(value.count <= Int(place.y), "a text longer than its schema says")
        // SAFETY: the part of `text` from `place.x` has `place.y` bytes by the way it was made in `init`.
        for index in 0..<value.count { text.base[Int(place.x) + index] = value[index] }
        cells[slot] = Cell(word: UInt64(place.x), length: UInt32(value.count))
    }

    /// Copies a text of the program's own.
    @inline(__always)
    public mutating func set(_ slot: Int, _ value: StaticString) {
        set(slot, UnsafeRawBufferPointer(start: value.utf8Start, count: value.utf8CodeUnitCount))
    }

    /// Calls the body with the bytes of a text attribute, which the source is asked for if nobody has yet; with `nil`
    /// where the request lacks it.
    @inline(__always)
    public mutating func withText<Source: AttributeSource, Value>(
        _ slot: Int,
        _ source: inout Source,
        _ body: (UnsafeRawBufferPointer?) -> Value
    ) -> Value {
        let cell = load(slot, &source)
        guard cell.isValue else { return body(nil) }
        precondition(cell.word & Cell.poolBit == 0 && Int(cell.word) + Int(cell.length) <= text.count)
        return body(UnsafeRawBufferPointer(start: text.base + Int(cell.word), count: Int(cell.length)))
    }

    /// A number attribute, which the source is asked for if nobody has yet; `nil`: the request lacks it.
    @inline(__always)
    public mutating func number<Source: AttributeSource>(_ slot: Int, _ source: inout Source) -> Int64? {
        let cell = load(slot, &source)
        return cell.isValue ? cell.int : nil
    }

    /// Says that the request has no such attribute.
    @inline(__always)
    public mutating func setAbsent(_ slot: Int) { cells[slot] = Cell(.absent) }
}

/// Who knows the attributes of a request. Each slot is asked for at most once a request, and only if a rule needs it.
public protocol AttributeSource {
    /// Sets the slot in the workspace; what is not set counts as absent.
    mutating func load(_ slot: Int, into workspace: inout RuleWorkspace)
}
