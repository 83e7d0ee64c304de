internal import Checksum
internal import Platform

/// Says of most keys that a run does not have them: a Bloom filter in lines of 64 bytes, six bits a key, all in one
/// line. A line carries its own checksum, for a flipped bit would hide a record.
struct RunFilter: Sendable {
    static let lineByteCount = 64
    /// Keys for which a line is meant: at 480 bits, 12 bits a key, about one false "perhaps" in 150.
    static let keysPerLine = 40

    static func lineCount(forKeys count: Int) -> Int { max(1, (count + keysPerLine - 1) / keysPerLine) }

    /// Where a key's bits are.
    struct Place {
        let line: Int
        /// Nine bits for each bit of the line's 480.
        let choices: UInt64

        @inline(__always)
        init(_ key: UInt64, lineCount: Int) {
            let mixed = Mix.word(key ^ 0xA076_1D64_78BD_642F)
            line = Int(mixed.multipliedFullWidth(by: UInt64(lineCount)).high)
            choices = Mix.word(mixed ^ 0xE703_7ED1_A0B4_28DB)
        }

        @inline(__always)
        func bit(_ number: Int) -> Int { 32 + Int((choices >> UInt64(9 * number)) & 511) * 480 / 512 }
    }

    /// Whether a line has all bits of a key.
    @inline(__always)
    static func line(_ line: UnsafeRawBufferPointer, has place: Place) -> Bool {
        for number in 0..<6 {
            let bit = place.bit(number)
            if line[bit >> 3] & (1 << UInt8(bit & 7)) == 0 { return false }
        }
        return true
    }

    @inline(__always)
    static func checksum(_ line: UnsafeRawBufferPointer, run: UInt64, offset: UInt64) -> UInt32 {
        CRC32C.checksum(
            UnsafeRawBufferPointer(rebasing: line[4..<lineByteCount]),
            continuing: RunFormat.seed(run: run, offset: offset)
        )
    }

    private let file: any ArchiveFile
    private let run: UInt64
    private let offset: UInt64
    private let lineCount: Int
    private let memory: FilterMemory?

    /// - Parameter isKept: Whether all lines are read now, verified and kept in memory.
    init(
        file: any ArchiveFile,
        run: UInt64,
        offset: UInt64,
        lineCount: Int,
        isKept: Bool
    ) throws(RunProblem) {
        self.file = file
        self.run = run
        self.offset = offset
        self.lineCount = lineCount
        memory = isKept ? try FilterMemory(file: file, run: run, offset: offset, lineCount: lineCount) : nil
    }

    /// False when the run is sure not to have the key.
    func mayHave(_ key: UInt64) throws(RunProblem) -> Bool {
        let place = Place(key, lineCount: lineCount)
        if let memory { return Self.line(memory.line(place.line), has: place) }
        let lineOffset = offset + UInt64(place.line * Self.lineByteCount)
        // On the stack, as eight words: nothing is allocated for a look.
        var words: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0, 0, 0)
        let result = withUnsafeMutableBytes(of: &words) { line -> Result<Bool, RunProblem> in
            do throws(PlatformError) {
                let count = try file.read(into: line, at: lineOffset)
                let line = UnsafeRawBufferPointer(line)
                guard count == Self.lineByteCount,
                    line.halfWord(0) == Self.checksum(line, run: run, offset: lineOffset)
                else { return .failure(.damaged(offset: lineOffset, finding: "a line of a filter is damaged")) }
                return .success(Self.line(line, has: place))
            } catch {
                return .failure(.storage(error))
            }
        }
        return try result.get()
    }
}

/// A filter's lines in memory.
final class FilterMemory: @unchecked Sendable {
    // SAFETY: written only by `init`, freed only by `deinit`.
    private let bytes: UnsafeMutableRawBufferPointer

    init(file: any ArchiveFile, run: UInt64, offset: UInt64, lineCount: Int) throws(RunProblem) {
        bytes = .allocate(byteCount: lineCount * RunFilter.lineByteCount, alignment: RunFilter.lineByteCount)
        let count: Int
        do throws(PlatformError) { count = try file.read(into: bytes, at: offset) } catch { throw .storage(error) }
        guard count == bytes.count else {
            throw .damaged(offset: offset + UInt64(count), finding: "the file ends in a filter")
        }
        for number in 0..<lineCount {
            let lineOffset = offset + UInt64(number * RunFilter.lineByteCount)
            let line = line(number)
            guard line.halfWord(0) == RunFilter.checksum(line, run: run, offset: lineOffset) else {
                throw .damaged(offset: lineOffset, finding: "a line of a filter is damaged")
            }
        }
    }

    deinit { bytes.deallocate() }

    @inline(__always)
    func line(_ number: Int) -> UnsafeRawBufferPointer {
        let start = number * RunFilter.lineByteCount
        return UnsafeRawBufferPointer(rebasing: bytes[start..<start + RunFilter.lineByteCount])
    }
}

/// A filter being filled.
struct FilterBuilder: ~Copyable {
    // SAFETY: the memory belongs to this value alone, and is freed only by `deinit`.
    private let bytes: UnsafeMutableRawBufferPointer
    let lineCount: Int

    init(keyCountMax: Int) {
        lineCount = RunFilter.lineCount(forKeys: keyCountMax)
        bytes = .allocate(byteCount: lineCount * RunFilter.lineByteCount, alignment: RunFilter.lineByteCount)
        bytes.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit { bytes.deallocate() }

    @inline(__always)
    mutating func insert(_ key: UInt64) {
        let place = RunFilter.Place(key, lineCount: lineCount)
        let start = place.line * RunFilter.lineByteCount
        for number in 0..<6 {
            let bit = place.bit(number)
            bytes[start + (bit >> 3)] |= 1 << UInt8(bit & 7)
        }
    }

    /// Gives every line its checksum for a place in a file.
    mutating func seal(run: UInt64, offset: UInt64) -> UnsafeRawBufferPointer {
        for number in 0..<lineCount {
            let start = number * RunFilter.lineByteCount
            let line = UnsafeMutableRawBufferPointer(rebasing: bytes[start..<start + RunFilter.lineByteCount])
            let sum = RunFilter.checksum(UnsafeRawBufferPointer(line), run: run, offset: offset + UInt64(start))
            line.store(sum, at: 0)
        }
        return UnsafeRawBufferPointer(bytes)
    }
}
