public import ArgumentParser
public import Domain

extension Identifier128 {
    /// Reads a UUID, 32 hexadecimal digits with or without hyphens.
    public init?(argument: String) { self.init(argument) }
}

extension CardToken: ExpressibleByArgument {}
extension RequestID: ExpressibleByArgument {}
extension InstanceID: ExpressibleByArgument {}

extension Scopes: ExpressibleByArgument {
    /// Reads names with commas between them.
    public init?(argument: String) { self.init(argument) }
}

extension Currency: ExpressibleByArgument {
    /// Reads a three-letter code in either case.
    public init?(argument: String) { self.init(argument.uppercased()) }
}

extension Country: ExpressibleByArgument {
    /// Reads a two-letter code in either case.
    public init?(argument: String) { self.init(argument.uppercased()) }
}

extension MerchantCategory: ExpressibleByArgument {
    /// Reads one to four digits.
    public init?(argument: String) { self.init(argument) }
}

extension ExpiryMonth: ExpressibleByArgument {
    /// Reads `YYYY-MM`.
    public init?(argument: String) { self.init(argument) }
}
