import Domain
import Platform
import Wire

@testable import Client

/// Options with short waits and pauses that only count.
func quickOptions(attempts: Int = 3, timeoutMilliseconds: Int32 = 5_000, pauses: Pauses = Pauses()) -> ClientOptions {
    ClientOptions(
        connection: ConnectionOptions(clientName: "test", timeoutMilliseconds: timeoutMilliseconds),
        attemptCountMax: attempts,
        pause: { pauses.add($0) }
    )
}

/// The pauses that a client asked for.
final class Pauses: Sendable {
    private let milliseconds = Locked<[Int64]>([])

    var all: [Int64] { milliseconds.withLock { $0 } }

    func add(_ pause: Int64) { milliseconds.withLock { $0.append(pause) } }
}

/// A card as a daemon would tell of it.
func card(_ token: CardToken) -> CardBlock {
    CardBlock(
        cardToken: token,
        spendingLimit: 100,
        posted: 0,
        held: 0,
        available: 100,
        createdLSN: LogSequenceNumber(rawValue: 1),
        createdAt: Instant(microseconds: 1),
        lastFour: Text16(),
        currency: euro,
        profile: Text16(),
        status: .active
    )
}

func token(_ number: UInt64) -> CardToken { CardToken(high: 1, low: number) }

func setStatus(_ number: UInt64) -> CardSetStatus {
    CardSetStatus(
        requestID: RequestID(high: 9, low: number),
        cardToken: token(number),
        transmissionTime: Instant(microseconds: 1),
        status: .frozen
    )
}

/// A currency to test with.
let euro: Currency = {
    guard let euro = Currency("EUR") else { preconditionFailure("EUR is a currency") }
    return euro
}()
