internal import Cryptography

/// Which transaction has had a contract on an Ethereum chain keep a checkpoint's root, as the file says that was
/// written then (Protocol/AUDIT.md, Ethereum). Only a node can tell whether the chain has it.
public struct EthereumAnchor: Equatable, Sendable {
    /// The first line.
    public static let header = "assent/ethereum-anchor/v1"
    /// The most bytes that the file has: a checkpoint's, and a little.
    public static let byteCountMax = SignedNote.byteCountMax
    private static let lineCount = 11
    /// The last second of the year 9999.
    private static let timeMax: UInt64 = 253_402_300_799

    /// The log's name, its size and its root; no further lines.
    public let checkpoint: Checkpoint
    /// The number of the chain (EIP-155).
    public let chain: UInt64
    /// The contract's address: 0x and 40 digits, as are all of these texts in small letters.
    public let contract: String
    /// The address of the account that has anchored.
    public let account: String
    /// The transaction's hash: 0x and 64 digits.
    public let transaction: String
    /// The number of the block that it is in.
    public let block: UInt64
    /// That block's hash: 0x and 64 digits.
    public let blockHash: String
    /// That block's time, in seconds since 1970.
    public let time: Int64

    /// Reads a file, which is written in one way only.
    ///
    /// - Throws: `.malformed`.
    public init(parsing bytes: [UInt8]) throws(MerkleError) {
        guard bytes.count <= Self.byteCountMax else { throw Self.malformed("it has more than 1 MiB") }
        guard let whole = String(validating: bytes, as: UTF8.self) else { throw Self.malformed("it is not UTF-8") }
        let lines = whole.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == Self.lineCount + 1, lines[0] == Self.header, lines[Self.lineCount].isEmpty else {
            throw Self.malformed("it is none of version 1")
        }
        checkpoint = try Checkpoint(parsing: lines[1...3].joined(separator: "\n") + "\n")
        guard checkpoint.size > 0 else { throw Self.malformed("it is over no records") }
        chain = try Self.number(lines[4], "chain")
        contract = try Self.digits(lines[5], "contract", 40)
        account = try Self.digits(lines[6], "account", 40)
        transaction = try Self.digits(lines[7], "transaction", 64)
        block = try Self.number(lines[8], "block")
        blockHash = try Self.digits(lines[9], "block-hash", 64)
        let time = try Self.number(lines[10], "time")
        guard time <= Self.timeMax else { throw Self.malformed("its time is too late") }
        self.time = Int64(time)
    }

    /// That it is over a checkpoint.
    ///
    /// - Throws: `.refused`, which says what is another.
    public func check(_ other: Checkpoint) throws(MerkleError) {
        guard checkpoint.origin == other.origin else {
            throw .refused("the anchor is of another log: \(checkpoint.origin), not \(other.origin)")
        }
        guard checkpoint.size == other.size else {
            throw .refused("the anchor is of another size: \(checkpoint.size), not \(other.size)")
        }
        guard checkpoint.root == other.root else {
            let roots = [checkpoint.root, other.root].map { Base64.encode($0.bytes) }
            throw .refused("the anchor is of another root: \(roots[0]), not \(roots[1])")
        }
    }

    /// What follows a line's name.
    private static func value(_ line: Substring, _ name: String) throws(MerkleError) -> Substring {
        guard line.hasPrefix(name + " ") else { throw malformed("it has no \(name) where one must be") }
        return line.dropFirst(name.count + 1)
    }

    private static func number(_ line: Substring, _ name: String) throws(MerkleError) -> UInt64 {
        guard let number = Decimal.parse(try value(line, name)) else { throw malformed("its \(name) is no number") }
        return number
    }

    private static func digits(_ line: Substring, _ name: String, _ count: Int) throws(MerkleError) -> String {
        let text = try value(line, name)
        let digits = text.utf8.dropFirst(2)
        let areDigits = digits.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
        }
        guard text.hasPrefix("0x"), digits.count == count, areDigits else {
            throw malformed("its \(name) is not 0x and \(count) hexadecimal digits")
        }
        return String(text)
    }

    private static func malformed(_ problem: String) -> MerkleError {
        .malformed(what: "Ethereum anchor", problem: problem)
    }
}
