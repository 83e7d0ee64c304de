/// Short texts in pieces of 32 bytes: 28 of the text, and the number of the next piece plus one.
struct ListTexts: ~Copyable {
    // SAFETY: the slab checks numbers; a piece's bytes lie within its 32.
    private static let pieceByteCount = 28
    private var pieces = Slab(stride: 32, segmentShift: 11, memory: .heap)
    private var free: UInt32 = 0

    var byteCount: Int { pieces.byteCount }

    @inline(__always)
    private func next(_ number: UInt32) -> UInt32 {
        pieces.address(of: number).load(fromByteOffset: Self.pieceByteCount, as: UInt32.self)
    }

    private func link(_ number: UInt32, to next: UInt32) {
        pieces.address(of: number).storeBytes(of: next, toByteOffset: Self.pieceByteCount, as: UInt32.self)
    }

    /// Keeps two texts, one right behind the other; returns the first piece's number.
    mutating func put(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> UInt32 {
        let count = first.count + second.count
        var start: UInt32 = 0
        // From the last piece to the first, so that each knows the next.
        var end = count
        while end > 0 {
            let begin = (end - 1) / Self.pieceByteCount * Self.pieceByteCount
            let number = makePiece()
            let piece = pieces.address(of: number)
            for offset in begin..<end {
                let byte = offset < first.count ? first[offset] : second[offset - first.count]
                piece.storeBytes(of: byte, toByteOffset: offset - begin, as: UInt8.self)
            }
            link(number, to: start)
            start = number + 1
            end = begin
        }
        precondition(start != 0, "a value has bytes")
        return start - 1
    }

    private mutating func makePiece() -> UInt32 {
        guard free != 0 else { return pieces.append() }
        let number = free - 1
        free = next(number)
        return number
    }

    /// Whether a text begins with these bytes; it is at least as long.
    @inline(__always)
    func begins(_ first: UInt32, with bytes: UnsafeRawBufferPointer) -> Bool {
        var number = first
        var offset = 0
        while true {
            let piece = pieces.address(of: number)
            let count = min(Self.pieceByteCount, bytes.count - offset)
            for index in 0..<count
            where piece.load(fromByteOffset: index, as: UInt8.self) != bytes[offset + index] { return false }
            offset += count
            if offset == bytes.count { return true }
            number = next(number) - 1
        }
    }

    /// Calls the body with the bytes of a text.
    func withBytes(_ first: UInt32, count: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
        withUnsafeTemporaryAllocation(byteCount: max(1, count), alignment: 1) { buffer in
            var number = first
            var offset = 0
            while offset < count {
                let piece = min(Self.pieceByteCount, count - offset)
                UnsafeMutableRawBufferPointer(rebasing: buffer[offset..<offset + piece])
                    .copyMemory(from: UnsafeRawBufferPointer(start: pieces.address(of: number), count: piece))
                offset += piece
                if offset < count { number = next(number) - 1 }
            }
            body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    /// The bytes of a text.
    func bytes(_ first: UInt32, count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        withBytes(first, count: count) { bytes = Array($0) }
        return bytes
    }

    /// Gives the pieces of a text back.
    mutating func release(_ first: UInt32, count: Int) {
        var number = first
        for _ in 0..<(count + Self.pieceByteCount - 1) / Self.pieceByteCount {
            let after = next(number)
            link(number, to: free)
            free = number + 1
            number = after &- 1
        }
    }
}
