internal import Checksum
internal import Domain

/// A whole Authorize frame, encoded once; a request is a copy of it with six fields and the checksum changed in place.
struct RequestTemplate: Sendable {
    /// The frame, its correlation id and checksum zero.
    let bytes: [UInt8]

    /// Takes an encoded Authorize frame.
    ///
    /// - Precondition: it is one.
    init(frame: [UInt8]) {
        precondition(frame.count >= FrameLayout.authorizeByteCountMin, "an Authorize frame")
        var copy = frame
        for index in FrameLayout.correlationOffset..<FrameLayout.correlationOffset + 8 { copy[index] = 0 }
        for index in FrameLayout.checksumOffset..<FrameLayout.checksumOffset + 4 { copy[index] = 0 }
        bytes = copy
    }
}

/// Templates of several merchants side by side in one block of memory.
struct TemplateTable: ~Copyable {
    // SAFETY: allocated in init with stride * count bytes, freed in deinit; indices are checked against `count`.
    private let memory: UnsafeMutableRawPointer
    private let sizes: UnsafeMutablePointer<Int>
    private let stride: Int
    let count: Int
    /// Bytes of the longest frame.
    let frameByteCountMax: Int

    init(_ templates: [RequestTemplate]) {
        precondition(!templates.isEmpty, "at least one template")
        count = templates.count
        frameByteCountMax = templates.map(\.bytes.count).max() ?? 0
        stride = (frameByteCountMax + 63) / 64 * 64
        memory = .allocate(byteCount: stride * templates.count, alignment: 64)
        sizes = .allocate(capacity: templates.count)
        for (index, template) in templates.enumerated() {
            template.bytes.withUnsafeBytes { source in
                UnsafeMutableRawBufferPointer(start: memory + index * stride, count: stride).copyMemory(from: source)
            }
            (sizes + index).initialize(to: template.bytes.count)
        }
    }

    deinit {
        memory.deallocate()
        sizes.deallocate()
    }

    /// Writes one request at `target`, which has room for `frameByteCountMax` bytes, and returns the frame's length.
    @inline(__always)
    func write(
        template: Int,
        to target: UnsafeMutableRawPointer,
        correlation: UInt64,
        request: RequestID,
        token: CardToken,
        amount: Int64,
        transmissionTime: Int64
    ) -> Int {
        precondition(template >= 0 && template < count, "a template of the table")
        let size = sizes[template]
        target.copyMemory(from: memory + template * stride, byteCount: size)
        // SAFETY: every offset is within the least Authorize frame, which `RequestTemplate` checked.
        store(correlation, FrameLayout.correlationOffset, target)
        store(request.high, FrameLayout.requestHighOffset, target)
        store(request.low, FrameLayout.requestLowOffset, target)
        store(token.high, FrameLayout.tokenHighOffset, target)
        store(token.low, FrameLayout.tokenLowOffset, target)
        store(amount, FrameLayout.amountOffset, target)
        store(transmissionTime, FrameLayout.transmissionTimeOffset, target)
        let checksum = CRC32C.checksum(UnsafeRawBufferPointer(start: target, count: size))
        store(checksum, FrameLayout.checksumOffset, target)
        return size
    }

    @inline(__always)
    private func store<Value: FixedWidthInteger & BitwiseCopyable>(
        _ value: Value,
        _ offset: Int,
        _ target: UnsafeMutableRawPointer
    ) {
        target.storeBytes(of: value.littleEndian, toByteOffset: offset, as: Value.self)
    }
}
