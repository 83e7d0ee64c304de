import FuzzedSessions

/// Called by the fuzzing library with every input it makes.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    SessionBody.run(UnsafeRawBufferPointer(start: start, count: count))
    return 0
}
