/// Code and constants, ready to run.
struct CompiledCode: ~Copyable {
    let instructions: Buffer<Instruction>
    let pool: Buffer<UInt8>
    let money: Buffer<MoneyEntry>
    let numberSets: Buffer<SetEntry>
    let numbers: Buffer<UInt64>
    let textSets: Buffer<SetEntry>
    let textPlaces: Buffer<TextPlace>
    let automata: Automata
    let predicateCount: Int

    init(_ builder: CodeBuilder, slotCount: Int) {
        instructions = Buffer(builder.instructions, filler: Instruction(.end))
        pool = Buffer(builder.pool, filler: 0)
        money = Buffer(builder.money, filler: MoneyEntry(MoneyLiteral(tenThousandths: 0)))
        numberSets = Buffer(builder.numberSets, filler: SetEntry(start: 0, count: 0))
        numbers = Buffer(builder.numbers, filler: 0)
        textSets = Buffer(builder.textSets, filler: SetEntry(start: 0, count: 0))
        textPlaces = Buffer(builder.textPlaces, filler: .free)
        automata = Automata(builder.predicates, slotCount: slotCount)
        predicateCount = builder.predicates.predicates.count
    }

    /// What a table of texts knows of a text; `nil`: it does not have it.
    @inline(__always)
    func payload(of text: UnsafeRawBufferPointer, in table: SetEntry) -> UInt32? {
        let hash = textHash(text)
        let mask = table.count - 1
        var index = Int(truncatingIfNeeded: hash) & mask
        while true {
            let place = textPlaces[table.start + index]
            guard place.isUsed else { return nil }
            if place.hash == hash, Int(place.length) == text.count, equal(text, pool.base + Int(place.offset)) {
                return place.payload
            }
            index = (index + 1) & mask
        }
    }

    /// Whether a sorted set has a number.
    @inline(__always)
    func has(_ number: UInt64, in set: SetEntry) -> Bool {
        var low = set.start
        var high = set.start + set.count
        while low < high {
            let middle = (low + high) / 2
            let found = numbers[middle]
            if found == number { return true }
            if found < number { low = middle + 1 } else { high = middle }
        }
        return false
    }
}

/// Whether the bytes are those that begin at a place, which has as many.
@inline(__always)
func equal(_ bytes: UnsafeRawBufferPointer, _ other: UnsafePointer<UInt8>) -> Bool {
    for index in 0..<bytes.count where bytes[index] != other[index] { return false }
    return true
}
