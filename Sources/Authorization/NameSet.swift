/// A set of normalised names, built once and only read: a hash table over one run of bytes.
struct NameSet: ~Copyable {
    /// Where a name's bytes lie.
    struct Place: BitwiseCopyable {
        var start: UInt32
        var count: UInt32
    }

    /// Place number plus one; zero where free. At most half are taken.
    private var table: OwnedBuffer<UInt32>
    private let places: OwnedBuffer<Place>
    private let bytes: OwnedBuffer<UInt8>
    let isEmpty: Bool

    init(_ names: [String]) {
        var text: [UInt8] = []
        var list: [Place] = []
        for name in names {
            list.append(Place(start: UInt32(text.count), count: UInt32(name.utf8.count)))
            text.append(contentsOf: name.utf8)
        }
        var capacity = 2
        while capacity < names.count * 2 { capacity *= 2 }
        table = OwnedBuffer(repeating: 0, count: capacity)
        places = OwnedBuffer(list, orEmpty: Place(start: 0, count: 0))
        bytes = OwnedBuffer(text, orEmpty: 0)
        isEmpty = names.isEmpty
        for (index, name) in names.enumerated() {
            let hash = Array(name.utf8).withUnsafeBytes { NameSet.hash($0) }
            var position = Int(truncatingIfNeeded: hash) & (capacity - 1)
            while table[position] != 0 { position = (position + 1) & (capacity - 1) }
            table[position] = UInt32(index + 1)
        }
    }

    /// Whether exactly these bytes are in the set.
    func contains(_ name: UnsafeRawBufferPointer) -> Bool {
        guard !isEmpty else { return false }
        let mask = table.count - 1
        var position = Int(truncatingIfNeeded: NameSet.hash(name)) & mask
        while true {
            let entry = table[position]
            if entry == 0 { return false }
            if matches(places[Int(entry) - 1], name) { return true }
            position = (position + 1) & mask
        }
    }

    private func matches(_ place: Place, _ name: UnsafeRawBufferPointer) -> Bool {
        guard Int(place.count) == name.count else { return false }
        for index in 0..<name.count where bytes[Int(place.start) + index] != name[index] { return false }
        return true
    }

    static func hash(_ name: UnsafeRawBufferPointer) -> UInt64 {
        var state = UInt64(name.count) &* 0x9E37_79B9_7F4A_7C15
        var offset = 0
        while offset < name.count {
            var word: UInt64 = 0
            if name.count - offset >= 8 {
                word = UInt64(littleEndian: name.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            } else if name.count >= 8 {
                // The last eight bytes, those taken in before shifted out.
                word = UInt64(littleEndian: name.loadUnaligned(fromByteOffset: name.count - 8, as: UInt64.self))
                word >>= UInt64(8 * (offset + 8 - name.count))
            } else {
                for index in offset..<name.count { word = word << 8 | UInt64(name[index]) }
            }
            let product = (state ^ word ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
            state = product.high ^ product.low
            offset += 8
        }
        return state
    }
}
