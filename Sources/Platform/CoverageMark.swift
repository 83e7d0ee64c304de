internal import Synchronization

/// Marks on paths that are rarely taken, for simulations, which require that each was.
///
/// Costs a load where nobody records; belongs on paths of failure and recovery, never on that of every request.
package enum CoverageMark {
    private static let isRecording = Atomic<Bool>(false)
    private static let counts = Locked<[String: Int]>([:])

    /// The path was taken.
    ///
    /// - Parameter name: The path, in words; a literal, so that a test can list all of them from the sources.
    package static func reach(_ name: StaticString) {
        guard isRecording.load(ordering: .relaxed) else { return }
        count("\(name)")
    }

    private static func count(_ name: String) {
        counts.withLock { $0[name, default: 0] += 1 }
    }

    /// Counts from now on, in the whole process.
    package static func record() { isRecording.store(true, ordering: .relaxed) }

    /// How often each path was taken.
    package static var reached: [String: Int] { counts.withLock { $0 } }
}
