/// One value of the machine: a number, a truth value, a place of bytes, or an error.
struct Cell: BitwiseCopyable {
    /// The bits of a number; 0 or 1; for texts where the bytes begin, with `poolBit` in the constants' pool, otherwise
    /// in the workspace's text.
    var word: UInt64
    /// For texts: how many bytes.
    var length: UInt32
    /// 0: there is a value; 1 to 6: an `EvaluationError`; `notLoaded`: nobody has asked yet.
    var state: UInt32

    static let notLoaded: UInt32 = 255
    static let poolBit: UInt64 = 1 << 63

    @inline(__always)
    init(word: UInt64, length: UInt32 = 0, state: UInt32 = 0) {
        self.word = word
        self.length = length
        self.state = state
    }

    @inline(__always)
    init(_ truth: Bool) { self.init(word: truth ? 1 : 0) }

    @inline(__always)
    init(_ number: Int64) { self.init(word: UInt64(bitPattern: number)) }

    @inline(__always)
    init(_ error: EvaluationError) { self.init(word: 0, state: UInt32(error.rawValue)) }

    @inline(__always)
    var int: Int64 { Int64(bitPattern: word) }

    @inline(__always)
    var isValue: Bool { state == 0 }

    /// A truth value that is false, and no error.
    @inline(__always)
    var isFalse: Bool { state == 0 && word == 0 }

    /// A truth value that is true, and no error.
    @inline(__always)
    var isTrue: Bool { state == 0 && word != 0 }
}
