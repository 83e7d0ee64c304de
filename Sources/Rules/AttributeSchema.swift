/// The names that a condition may use: attributes by their slots, which are their places in the list, and functions.
public struct AttributeSchema: Sendable {
    /// The attributes; an attribute's slot is its index.
    public let attributes: [Attribute]
    /// The calls.
    public let functions: [AttributeFunction]
    /// Whether `12.50` is an amount; otherwise a decimal point is a double, and refused.
    public let takesMoney: Bool
    private let slots: [String: Int]

    /// Takes the lists; names must be unique.
    public init(_ attributes: [Attribute], functions: [AttributeFunction] = [], takesMoney: Bool = true) {
        precondition(attributes.count < RulesLimits.slotsMax, "more attributes than slots")
        self.attributes = attributes
        self.functions = functions
        self.takesMoney = takesMoney
        var slots: [String: Int] = [:]
        for (slot, attribute) in attributes.enumerated() {
            precondition(slots.updateValue(slot, forKey: attribute.name) == nil, "two attributes of one name")
        }
        self.slots = slots
    }

    /// The slot of an attribute; `nil`: there is none of the name.
    public func slot(named name: String) -> Int? { slots[name] }

    func function(named name: String) -> AttributeFunction? { functions.first { $0.name == name } }
}
