import Logging

/// The kinds of events that the journal catalog explains (systemd/assent.catalog; journalctl -x shows it). The values
/// are message ids as `systemd-id128 new` makes them, and are never used again for something else.
enum MessageID: String, CaseIterable {
    case starting = "6b0f1e0ab9c94d0e8b7b4f0b1c1d5a01"
    case recovered = "1f5d8c7e2a644e7fb5f0c92a0a6b3c02"
    case ready = "c2a8b9d1f4e34c6b9d0e7a5f8b2c1d03"
    case stopping = "7e3c5a9b0d1f4f2e8a6b4c2d0e9f8a04"
    case stopped = "a94f0c3b7d2e4b1f96c8e5d3a7b1f205"
    case ended = "d03b6e8f1a2c4d5e8f7091a2b3c4d506"
    case reloaded = "58c1e2f3a4b54c6d8e9f0a1b2c3d4e07"
    case reloadRefused = "94d7a1b2c3e44f5a8b6c7d8e9f0a1b08"
    case handedOver = "3a6f9c2e5b814d7fa0c3e6f9b2d5a809"
    case adopted = "b7e4d1a8f5c24b9e86d3a0f7c4b1e80a"
    case handOverFailed = "e1d4c7ba09f34852b6a9d3c0f7e4a10b"
    case tornTail = "0c5e8b1d4a7f4063a9c2e5f8b1d4a70c"
    case clockBehind = "f6a3d0c7b4e14285a8f5c2e9d6b3a00d"
    case diskTrouble = "2d9c6f3a0e7b4b1d8c5f2a9e6d3b0c0e"
    case heartbeatMissed = "8b1e4d7a0c3f4692b5e8d1a4c7f0b30f"
    case snapshotUnusable = "4f7a0d3c6b9e4e218d4f7a0c3b6e9d10"
    case archiveDamaged = "9e2b5c8f1d4a47b0a3c6f9e2d5b8c111"

    /// Under which name of the metadata a handler finds it.
    static let key = "message_id"
}

extension Logger {
    /// Logs an event of a kind that the catalog explains.
    func event(
        _ kind: MessageID,
        _ level: Logger.Level,
        _ message: @autoclosure () -> Logger.Message,
        metadata: @autoclosure () -> Logger.Metadata = [:],
        file: String = #fileID,
        function: String = #function,
        line: UInt = #line
    ) {
        log(
            level: level,
            message(),
            metadata: metadata().merging([MessageID.key: "\(kind.rawValue)"]) { $1 },
            file: file,
            function: function,
            line: line
        )
    }
}
