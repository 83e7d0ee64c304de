import Cryptography
import Foundation
import Testing
import Wire

@testable import Transport

/// What `Protocol/vectors/authenticate.json` says of signatures, made by other hands.
@Suite struct AuthenticateVectorTests {
    struct Vector: Decodable, CustomTestStringConvertible, Sendable {
        let name: String
        let valid: Bool
        let principal: String
        let publicKey: String
        let hello: String
        let helloReply: String
        let transcript: String
        let signed: String
        let signature: String
        let authenticate: String

        var testDescription: String { name }
    }

    private struct Vectors: Decodable { let vectors: [Vector] }

    /// A file that cannot be read gives none, which a test of their number notices.
    static let vectors: [Vector] = {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Protocol/vectors/authenticate.json")
        guard let data = try? Data(contentsOf: file) else { return [] }
        return (try? JSONDecoder().decode(Vectors.self, from: data).vectors) ?? []
    }()

    private static func bytes(_ hexadecimal: String) -> [UInt8] {
        stride(from: 0, to: hexadecimal.count, by: 2).compactMap { offset in
            let start = hexadecimal.index(hexadecimal.startIndex, offsetBy: offset)
            return UInt8(hexadecimal[start...].prefix(2), radix: 16)
        }
    }

    @Test func thereAreGoodAndBadOnes() {
        #expect(Self.vectors.count(where: \.valid) >= 3)
        #expect(Self.vectors.count { !$0.valid } >= 5)
    }

    @Test(arguments: vectors)
    func theServerJudgesAsTheVectorSays(vector: Vector) throws {
        let (hello, reply) = (Self.bytes(vector.hello), Self.bytes(vector.helloReply))
        let digest = try #require(
            hello.withUnsafeBytes { hello in
                reply.withUnsafeBytes { SessionTranscript.digest(hello: hello, reply: $0) }
            }
        )
        #expect(digest.bytes == Self.bytes(vector.transcript))
        let signed = SessionTranscript.signed(digest, principal: vector.principal)
        if vector.valid { #expect(signed == Self.bytes(vector.signed)) }
        let key = try #require(SHA256Digest(Self.bytes(vector.publicKey)))
        let signature = Self.bytes(vector.signature)
        #expect(Ed25519.isValid(signature: signature, message: signed, publicKey: key) == vector.valid)
        let frame = Authenticate(signature: signature, principal: vector.principal).encodedFrame(correlationID: 2)
        #expect(frame == Self.bytes(vector.authenticate))
    }
}
