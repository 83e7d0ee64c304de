/// A function that lies behind a lock.
///
/// A closure may not lie there itself: whoever is given it to change, as `withLock` does, gets it converted, and has it
/// converted again when it is put back, changed or not. In Swift 6.3 each of these conversions stays, and after some
/// ten thousand looks the call runs out of stack. A structure goes in and out as it is.
struct Callback<Function: Sendable>: Sendable {
    /// The function.
    let call: Function

    init(_ call: Function) { self.call = call }
}
