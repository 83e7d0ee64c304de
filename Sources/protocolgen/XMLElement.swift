import Foundation
import FoundationXML

/// One element of a parsed XML document.
final class XMLElement {
    let name: String
    let attributes: [String: String]
    let line: Int
    fileprivate(set) var children: [XMLElement] = []
    fileprivate(set) var text = ""
    fileprivate(set) var comment: String?

    fileprivate init(name: String, attributes: [String: String], line: Int) {
        self.name = name
        self.attributes = attributes
        self.line = line
    }

    /// Parses a document.
    ///
    /// - Throws: `SchemaError`, when it is not well-formed.
    static func parse(_ data: Data) throws(SchemaError) -> XMLElement {
        let builder = Builder()
        let parser = XMLParser(data: data)
        parser.delegate = builder
        guard parser.parse(), let root = builder.root else {
            throw SchemaError(line: parser.lineNumber, problem: "not well-formed XML")
        }
        return root
    }

    /// The attribute, which must be there.
    func required(_ attribute: String) throws(SchemaError) -> String {
        guard let value = attributes[attribute] else { throw error("<\(name)> needs the attribute \(attribute)") }
        return value
    }

    /// The attribute as a number, which must be there.
    func requiredNumber(_ attribute: String) throws(SchemaError) -> Int {
        let text = try required(attribute)
        guard let value = Int(text) else { throw error("\(attribute)=\"\(text)\" is not a number") }
        return value
    }

    /// An error at this element.
    func error(_ problem: String) -> SchemaError { SchemaError(line: line, problem: problem) }

    private final class Builder: NSObject, XMLParserDelegate {
        var root: XMLElement?
        private var open: [XMLElement] = []

        func parser(
            _ parser: XMLParser,
            didStartElement elementName: String,
            namespaceURI: String?,
            qualifiedName: String?,
            attributes: [String: String]
        ) {
            let element = XMLElement(name: elementName, attributes: attributes, line: parser.lineNumber)
            if let parent = open.last { parent.children.append(element) } else { root = element }
            open.append(element)
        }

        func parser(
            _ parser: XMLParser,
            didEndElement elementName: String,
            namespaceURI: String?,
            qualifiedName: String?
        ) {
            open.removeLast()
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) { open.last?.text += string }

        /// SBE gives `<ref>` no description: the comment behind one stands for it.
        func parser(_ parser: XMLParser, foundComment comment: String) {
            guard let element = open.last?.children.last, element.name == "ref" else { return }
            element.comment = comment.trimmingCharacters(in: .whitespaces)
        }
    }
}

/// What is wrong with the schema, and where.
struct SchemaError: Error, CustomStringConvertible {
    let line: Int
    let problem: String

    var description: String { "assent.xml:\(line): \(problem)" }
}
