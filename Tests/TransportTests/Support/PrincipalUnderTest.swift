import Cryptography
import Domain
import Platform
import Testing
import Wire

@testable import Transport

/// A principal with its key, and sessions that it has signed.
struct PrincipalUnderTest {
    let name: String
    let key: Ed25519.PrivateKey

    init(_ name: String = "shop") throws {
        self.name = name
        key = try Ed25519.PrivateKey.make().key
    }

    /// As the server knows it.
    func known(id: UInt64 = 7, scopes: Scopes = .gateway) -> KnownPrincipal {
        var known = KnownPrincipal(id: id, name: name, scopes: scopes)
        known.publicKeys = [.init(key.publicKey)]
        return known
    }

    /// Says Hello and who it is, frame by frame.
    func client(_ endpoint: Endpoint) throws -> TestClient {
        let client = try TestClient(endpoint)
        try sign(client)
        _ = try client.receive(AuthenticateReply.self)
        return client
    }

    /// Says Hello and sends the signature over it.
    ///
    /// - Returns: the frame with the signature.
    @discardableResult
    func sign(_ client: TestClient) throws -> [UInt8] {
        let hello = TestClient.helloFrame()
        try client.send(hello)
        let reply = try #require(try client.receive())
        let frame = try authenticate(hello: hello, reply: reply.bytes)
        try client.send(frame)
        return frame
    }

    /// The frame that signs a session.
    func authenticate(hello: [UInt8], reply: [UInt8]) throws -> [UInt8] {
        let digest = try SHA256().digest(hello + reply)
        let signature = try key.sign(Array("assent-authenticate-1\0".utf8) + digest.bytes + Array(name.utf8))
        return Authenticate(signature: signature, principal: name).encodedFrame(correlationID: 2)
    }
}

extension TestClient {
    /// A frame without a body.
    static func bare(_ templateID: UInt16, _ correlationID: UInt64) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: WireLimits.frameHeaderByteCount)
        bytes.withUnsafeMutableBytes { frame in
            FrameHeader(
                frameByteCount: 32,
                correlationID: correlationID,
                blockLength: 0,
                templateID: templateID
            ).encode(into: frame)
            FrameSeal.seal(frame)
        }
        return bytes
    }
}
