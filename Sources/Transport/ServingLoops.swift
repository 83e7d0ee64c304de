internal import NIOCore
internal import Synchronization

/// The loops that serve requests, as the door knows them.
final class ServingLoops: Sendable {
    private let loops: [Server.Loop]
    private let takenCount = Atomic<Int>(0)

    init(_ loops: [Server.Loop]) { self.loops = loops }

    /// The next in turn.
    private func next() -> Server.Loop {
        loops[takenCount.wrappingAdd(1, ordering: .relaxed).oldValue % loops.count]
    }

    /// Gives one of them a connection.
    func take(_ newcomer: Newcomer) {
        let loop = next()
        let state = loop.state
        loop.eventLoop.execute { state.value.welcome(newcomer) }
    }
}
