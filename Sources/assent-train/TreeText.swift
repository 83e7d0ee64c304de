import Foundation
import Score

/// A tree as XGBoost writes it in JSON.
enum TreeText {
    private struct Node: Decodable {
        var number: Int
        var split: String?
        var threshold: Double?
        var yes: Int?
        var no: Int?
        var leaf: Double?
        var cover: Double?
        var children: [Node]?

        enum CodingKeys: String, CodingKey {
            case number = "nodeid"
            case threshold = "split_condition"
            case split, yes, no, leaf, cover, children
        }
    }

    /// - Throws: `.failed` for anything else.
    static func tree(_ text: String) throws(Failure) -> TrainedTree {
        let root: Node
        do {
            root = try JSONDecoder().decode(Node.self, from: Data(text.utf8))
        } catch {
            throw Failure(.failed, "a tree of XGBoost's is not as expected: \(error)")
        }
        return try tree(root)
    }

    private static func tree(_ node: Node) throws(Failure) -> TrainedTree {
        let cover = node.cover ?? 0
        if let leaf = node.leaf { return .leaf(value: exact(leaf), cover: cover) }
        guard let name = node.split, name.first == "f", let feature = Int(name.dropFirst()),
            let threshold = node.threshold, let children = node.children, children.count == 2,
            let below = children.first(where: { $0.number == node.yes }),
            let above = children.first(where: { $0.number == node.no })
        else { throw Failure(.failed, "node \(node.number) of a tree of XGBoost's is neither a question nor a leaf") }
        return .split(
            feature: feature,
            threshold: exact(threshold),
            below: try tree(below),
            above: try tree(above)
        )
    }

    /// The library's numbers have 32 bits and are written so that these come back.
    private static func exact(_ number: Double) -> Double { Double(Float(number)) }
}
