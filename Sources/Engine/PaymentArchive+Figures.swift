import Archive
public import Domain

extension PaymentArchive {
    /// How large the archive is.
    public struct Figures: Equatable, Sendable {
        /// Payments; one that came back to memory and left again counts for each time until a merge.
        public let paymentCount: UInt64
        /// Bytes of the files.
        public let byteCount: UInt64
        /// Files.
        public let runCount: Int
        /// The newest record of any payment in it; zero while it is empty.
        public let newestLSN: LogSequenceNumber
        /// Whether nothing is missing; else it is being rebuilt.
        public let isComplete: Bool
    }

    /// How large it is now.
    public var figures: Figures {
        let statistics = archive.statistics
        return Figures(
            paymentCount: statistics.entryCount,
            byteCount: statistics.byteCount,
            runCount: statistics.runCount,
            newestLSN: LogSequenceNumber(rawValue: archive.versionMax),
            isComplete: archive.isComplete
        )
    }
}
