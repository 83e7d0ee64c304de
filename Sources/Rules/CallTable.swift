/// The different calls that conditions make, in the order in which they were first met.
struct CallTable {
    private(set) var calls: [FunctionCall] = []
    private var places: [FunctionCall: Int] = [:]

    /// The place of the call among the different ones.
    mutating func place(of call: FunctionCall) -> Int {
        if let place = places[call] { return place }
        places[call] = calls.count
        calls.append(call)
        return calls.count - 1
    }
}
