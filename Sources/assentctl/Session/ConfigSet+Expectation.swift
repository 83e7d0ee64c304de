import Domain
import Wire

extension ConfigSet {
    /// How a version that must still be in force is written: on the wire 0 stands for any, so that version 0, the
    /// defaults, is the greatest number.
    static func expectation(of version: LogSequenceNumber) -> LogSequenceNumber {
        version == .zero ? LogSequenceNumber(rawValue: .max) : version
    }
}
