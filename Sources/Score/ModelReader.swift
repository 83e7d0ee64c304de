import Domain

/// Numbers of a model file, one after the other. Whoever reads has checked that they are there.
struct ModelReader {
    private let content: [UInt8]
    private var offset: Int

    init(bytes: [UInt8], offset: Int) {
        content = bytes
        self.offset = offset
    }

    mutating func number<Number: FixedWidthInteger>() -> Number {
        let size = MemoryLayout<Number>.size
        precondition(size <= content.count - offset, "a number lies inside its file")
        defer { offset += size }
        return Number(
            littleEndian: content.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Number.self) }
        )
    }

    mutating func numbers<Number: FixedWidthInteger>(_ count: Int) -> [Number] { (0..<count).map { _ in number() } }

    mutating func bytes(_ count: Int) -> ArraySlice<UInt8> {
        precondition(count <= content.count - offset, "a text lies inside its file")
        defer { offset += count }
        return content[offset..<offset + count]
    }
}

/// What a model file says before its trees, behind magic and version.
struct ModelHead {
    let depth: Int
    let treeCount: Int
    let noteByteCount: Int
    let base: Int64
    let origin: ScoreModel.Origin

    init(_ reader: inout ModelReader) throws(ModelFileError) {
        let features: UInt16 = reader.number()
        guard features == Feature.version else { throw .features(version: features) }
        let featureCount: UInt16 = reader.number()
        try ModelFile.check(
            "how many features there are",
            Int64(featureCount),
            Int64(Feature.count),
            Int64(Feature.count)
        )
        depth = Int(reader.number() as UInt8)
        try ModelFile.check("the depth", Int64(depth), 1, Int64(ScoreLimits.depthMax))
        try ModelFile.check("the reserved byte", Int64(reader.number() as UInt8), 0, 0)
        treeCount = Int(reader.number() as UInt32)
        try ModelFile.check("how many trees there are", Int64(treeCount), 1, Int64(ScoreLimits.treesMax))
        noteByteCount = Int(reader.number() as UInt32)
        try ModelFile.check("the length of the note", Int64(noteByteCount), 0, Int64(ScoreLimits.noteByteCountMax))
        base = reader.number()
        try ModelFile.check("the base", base, -Int64(ScoreLimits.leafMax), Int64(ScoreLimits.leafMax))
        let from: Int64 = reader.number()
        let until: Int64 = reader.number()
        try ModelFile.check("the first payment's time", from, 0, Instant.max.microseconds)
        try ModelFile.check("the last payment's time", until, 0, Instant.max.microseconds)
        let payments: UInt64 = reader.number()
        let frauds: UInt64 = reader.number()
        origin = ScoreModel.Origin(
            from: Instant(microseconds: from),
            until: Instant(microseconds: until),
            payments: payments,
            frauds: frauds,
            note: ""
        )
    }
}
