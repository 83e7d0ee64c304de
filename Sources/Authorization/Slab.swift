/// Records of one size in segments of one size, known by number: growing moves nothing and copies nothing.
struct Slab: ~Copyable {
    // SAFETY: every segment comes from `memory` and the directory is allocated here; both go in `deinit`.
    // `address(of:)` checks its bound.
    private var directory: UnsafeMutablePointer<UnsafeMutableRawPointer>
    private var directoryCapacity: Int
    private var segmentCount = 0
    private let stride: Int
    private let segmentShift: Int
    private let segmentMask: Int
    private let memory: SlabMemory
    /// How many records are in use, from number 0.
    private(set) var count = 0

    /// Makes an empty slab of records with a stride that is a multiple of 32 bytes; 2^`segmentShift` of them a segment.
    init(stride: Int, segmentShift: Int, memory: SlabMemory) {
        precondition(stride % 32 == 0 && (0...20).contains(segmentShift))
        self.memory = memory
        self.stride = stride
        self.segmentShift = segmentShift
        segmentMask = 1 << segmentShift - 1
        directoryCapacity = 8
        directory = .allocate(capacity: directoryCapacity)
    }

    deinit {
        for index in 0..<segmentCount { memory.release(directory[index], stride << segmentShift) }
        directory.deallocate()
    }

    /// Adds a record and returns its number; its bytes are whatever they are.
    mutating func append() -> UInt32 {
        let number = count
        if number >> segmentShift == segmentCount { addSegment() }
        count += 1
        return UInt32(number)
    }

    @inline(__always)
    func address(of number: UInt32) -> UnsafeMutableRawPointer {
        let number = Int(number)
        precondition(number < count, "no such record")
        // Nothing can overflow below `count`, and a shift that could be by anything takes ten times the instructions.
        return directory[number &>> segmentShift] + (number & segmentMask) &* stride
    }

    /// How many bytes the segments take.
    var byteCount: Int { segmentCount * stride << segmentShift }

    private mutating func addSegment() {
        if segmentCount == directoryCapacity {
            let larger = UnsafeMutablePointer<UnsafeMutableRawPointer>.allocate(capacity: directoryCapacity * 2)
            larger.moveInitialize(from: directory, count: segmentCount)
            directory.deallocate()
            directory = larger
            directoryCapacity *= 2
        }
        (directory + segmentCount).initialize(to: memory.allocate(stride << segmentShift))
        segmentCount += 1
    }
}
