public import Domain
public import Rules

/// The lists that conditions can name.
public struct ListDirectory: Sendable {
    private let tables: [String: ListTable]
    /// Whether any other name is right too.
    let isOpen: Bool

    init(_ tables: [String: ListTable], isOpen: Bool) {
        self.tables = tables
        self.isOpen = isOpen
    }

    /// No lists.
    public static let none = ListDirectory([:], isOpen: false)
    /// Any name will do, where nobody knows what lists there are.
    public static let any = ListDirectory([:], isOpen: true)

    subscript(name: String) -> ListTable? { tables[name] }

    /// What is wrong with asking a list for an attribute; `nil`: nothing.
    func problem(with name: String, _ slot: Int, among attributes: [Attribute]) -> String? {
        guard let list = tables[name] else {
            guard !isOpen else { return nil }
            let near = NearName.nearest(to: name, among: tables.keys.sorted())
            return "there is no list '\(name)'" + (near.map { "; did you mean '\($0)'?" } ?? "")
        }
        let asked = attributes[slot]
        guard let attribute = list.kind.attribute else {
            return asked.type == .string ? nil : "list '\(name)' has texts, and \(asked.name) is \(asked.type.name)"
        }
        guard attribute.rawValue != slot else { return nil }
        return "list '\(name)' is of kind \(list.kind.name), which \(attribute.attribute.name) is asked of, not "
            + asked.name
    }
}

/// An entry of a list that a condition asked for and found.
public struct ListHit: Sendable {
    /// The list's name.
    public let list: String
    /// The entry.
    public let entry: ListEntry
}

extension AttributeSchema {
    /// The name of the call that asks a list.
    static let listName = "list"

    /// The call that asks a list for an attribute.
    static func listFunction(_ lists: ListDirectory) -> AttributeFunction {
        let attributes = PaymentAttribute.allCases.map(\.attribute)
        return AttributeFunction(
            listName,
            [.text("name"), .attribute([.string, .int])],
            result: .bool,
            takesMember: true,
            summary:
                "whether the attribute's value is on the list and in force; or attribute in list(\"name\")"
        ) { call in
            guard case .text(let name) = call.arguments[0], case .attribute(let slot) = call.arguments[1] else {
                return FunctionProblem("list takes a name and an attribute")
            }
            return lists.problem(with: name, slot, among: attributes).map { FunctionProblem($0) }
        }
    }
}

extension FunctionCall {
    /// The list that it asks, and the attribute's slot; `nil`: it is another call.
    var asksList: (name: String, slot: Int)? {
        guard name == AttributeSchema.listName, arguments.count == 2, case .text(let list) = arguments[0],
            case .attribute(let slot) = arguments[1]
        else { return nil }
        return (list, slot)
    }
}

extension Rule {
    /// The names of the lists that the condition asks.
    public var askedLists: Set<String> {
        do throws(RuleError) {
            let program = try Program(condition, schema: .payments(under: nil, lists: .any))
            return Set(program.calls.compactMap { $0.asksList?.name })
        } catch {
            return []
        }
    }
}

extension Rule {
    /// The entries that the condition's calls of `list` hit for a recorded request, with the lists as they were.
    ///
    /// - Parameters:
    ///   - lsn: the request's record.
    ///   - lists: those of the decision's time.
    ///   - policy: any; only the request is looked at.
    public func listHits(
        _ event: AuthorizationEvent,
        lsn: LogSequenceNumber,
        lists: ListDirectory,
        policy: borrowing Policy
    ) -> [ListHit] {
        let schema = AttributeSchema.payments(under: nil, lists: .any)
        let program: Program
        do throws(RuleError) {
            program = try Program(condition, schema: schema)
        } catch {
            return []
        }
        let asked = program.calls.compactMap(\.asksList)
        guard !asked.isEmpty else { return [] }
        var event = event
        var workspace = program.makeWorkspace()
        let time = event.time
        return PaymentAttributes.with(&event.request, &event.observation, at: time, policy: policy) { attributes in
            workspace.begin(exponent: attributes.exponent)
            return asked.compactMap { name, slot in
                guard let table = lists[name], table.knownSince <= lsn else { return nil }
                let number = attributes.value(slot, in: &workspace) { value in
                    table.storage.pointee.find(value, at: time.microseconds, before: lsn.rawValue)
                }
                guard case .some(.some(let found)) = number, let entry = table.entry(at: Int(found)) else { return nil }
                return ListHit(list: name, entry: entry)
            }
        }
    }
}
