internal import Wire

extension RejectCode {
    /// What sessions of schema version 1 are told in place of codes that came after it.
    private static let inVersion1: [(code: RejectCode, told: RejectCode)] = [
        (.authenticationExpected, .helloExpected), (.principalRevoked, .principalNotPermitted),
        (.unauthenticated, .principalNotPermitted), (.authenticationFailed, .principalNotPermitted),
        (.scopeMissing, .principalNotPermitted), (.rateExceeded, .busy),
    ]

    /// The code as a session of this schema version knows it.
    func told(in version: UInt16) -> RejectCode {
        version < 2 ? Self.inVersion1.first { $0.code == self }?.told ?? self : self
    }
}
