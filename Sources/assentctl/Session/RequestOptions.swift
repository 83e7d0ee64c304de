import ArgumentParser
import Client
import Domain
import Platform

/// Options of commands that change something.
struct RequestOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Repeat the request that had this id. With the same options it is never done twice: it gets the first \
            answer again.
            """,
            valueName: "uuid"
        )
    )
    var requestID: RequestID?

    @Option(
        help: ArgumentHelp(
            "The client's time; by default that within the request id. A simulated clock follows it.",
            valueName: "time"
        )
    )
    var transmissionTime: TimeText?

    /// The id and the time of the request.
    ///
    /// The time is read out of the id (a UUID of version 7), so that a repeat by id alone has the same content.
    func resolved() throws(CommandFailure) -> (id: RequestID, time: Instant) {
        let id = requestID ?? RequestID.make()
        guard !id.isZero else { throw CommandFailure(.usage, "--request-id must not be all zeros") }
        if let time = transmissionTime { return (id, time.instant(now: Instant(microseconds: Clock.now()))) }
        guard let time = id.time else {
            throw CommandFailure(
                .usage,
                "--request-id \(id) carries no time (it is no UUID of version 7)",
                hints: ["Give the time of the first attempt too: --transmission-time 2026-11-21T09:30:00Z"]
            )
        }
        return (id, time)
    }
}

extension RequestID {
    /// The moment within a UUID of version 7 (RFC 9562, section 5.7), to the millisecond; `nil` for other versions.
    var time: Instant? {
        high >> 12 & 0xF == 7 && low >> 62 == 2 ? Instant(microseconds: Int64(high >> 16) * 1_000) : nil
    }
}
