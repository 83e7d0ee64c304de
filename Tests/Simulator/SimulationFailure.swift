/// Something that must hold did not.
package struct SimulationFailure: Error, CustomStringConvertible {
    /// What, in words.
    package let text: String

    init(_ text: String) { self.text = text }

    package var description: String { text }

    /// Throws unless a condition holds.
    static func require(
        _ condition: Bool,
        _ text: @autoclosure () -> String
    ) throws(SimulationFailure) {
        if !condition { throw SimulationFailure(text()) }
    }
}
