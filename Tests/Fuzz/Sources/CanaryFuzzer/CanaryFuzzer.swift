import FuzzBodies

/// A planted crash that the fuzzer must find, or the other fuzzers' silence means nothing.
///
/// It lies behind the decoder, where six pairs of bits in a Ping's payload are right, none of which the seed has. An
/// instrumented build sees each step, keeps what made it, and is there within seconds; blindly all six must come at
/// once.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeRawBufferPointer(start: start, count: count)
    // Nothing but frames as long as a Ping, with its template: the time goes into the steps.
    guard count == 41, input[27] == 0x01, input[28] == 0x08 else { return -1 }
    let isPlanted = FrameBody.run(input) { message in
        guard case .ping(let ping) = message else { return false }
        // Written out, because each step must be a place in the code that the fuzzer can see to be new.
        if ping.payload & 3 != 1 { return false }
        if ping.payload >> 2 & 3 != 0 { return false }
        if ping.payload >> 4 & 3 != 1 { return false }
        if ping.payload >> 8 & 3 != 2 { return false }
        if ping.payload >> 10 & 3 != 1 { return false }
        return ping.payload >> 12 & 3 == 2
    }
    precondition(!isPlanted, "the planted crash")
    return 0
}
