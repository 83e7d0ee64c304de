import Cryptography
import Testing

@Suite struct CryptographyTests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func digestsAreThoseOfTheStandard(message: String, digest: String) throws {
        let hasher = try SHA256()
        #expect(hasher.digest(Array(message.utf8)).description == digest)
        // A context is used again.
        #expect(hasher.digest(Array(message.utf8)).description == digest)
        let bytes = Array(message.utf8)
        for cut in bytes.indices {
            let twoPieces = bytes.withUnsafeBytes {
                hasher.digest(
                    UnsafeRawBufferPointer(rebasing: $0[..<cut]),
                    UnsafeRawBufferPointer(rebasing: $0[cut...])
                )
            }
            #expect(twoPieces.description == digest)
        }
    }

    /// RFC 4231, cases 1 and 2, with their keys filled up to 32 bytes by zeros, as HMAC itself would do.
    @Test func authenticationCodesAreThoseOfTheStandard() throws {
        let hasher = try SHA256()
        let first = try #require(SHA256Digest([UInt8](repeating: 0x0B, count: 20) + [UInt8](repeating: 0, count: 12)))
        #expect(
            hasher.authenticationCode(Array("Hi There".utf8), key: first).description
                == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        )
        let second = try #require(SHA256Digest(Array("Jefe".utf8) + [UInt8](repeating: 0, count: 28)))
        #expect(
            hasher.authenticationCode(Array("what do ya want for nothing?".utf8), key: second).description
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        )
    }

    /// RFC 8032, section 7.1, tests 1 to 3.
    @Test(arguments: [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ])
    func signaturesAreThoseOfTheStandard(seed: String, publicKey: String, message: String, signature: String) throws {
        let key = try Ed25519.PrivateKey(seed: try #require(SHA256Digest(bytes(seed))))
        #expect(key.publicKey.description == publicKey)
        #expect(try key.sign(bytes(message)) == bytes(signature))
        #expect(Ed25519.isValid(signature: bytes(signature), message: bytes(message), publicKey: key.publicKey))
    }

    @Test func everyBitOfSignatureMessageAndKeyMatters() throws {
        let key = try Ed25519.PrivateKey(seed: try #require(SHA256Digest(Array(0..<32))))
        let message = Array("a message".utf8)
        let signature = try key.sign(message)
        let publicKey = key.publicKey.bytes
        func isValid(_ bytes: [UInt8]) throws -> Bool {
            Ed25519.isValid(
                signature: Array(bytes[..<64]),
                message: Array(bytes[64..<64 + message.count]),
                publicKey: try #require(SHA256Digest(bytes[(64 + message.count)...]))
            )
        }
        let all = signature + message + publicKey
        #expect(try isValid(all))
        for bit in 0..<all.count * 8 {
            var flipped = all
            flipped[bit / 8] ^= 1 << (bit % 8)
            #expect(try !isValid(flipped), "bit \(bit)")
        }
        #expect(!Ed25519.isValid(signature: signature + [0], message: message, publicKey: key.publicKey))
    }

    @Test(arguments: [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ])
    func aKeyForWhichAnybodyCanSignIsNone(key: String) throws {
        // With the identity as R and 0 as S the equation holds for each of them at one message of eight or sooner.
        let signature = [1] + [UInt8](repeating: 0, count: 63)
        for sign in [UInt8(0), 0x80] {
            var encoded = bytes(key)
            encoded[31] |= sign
            let publicKey = try #require(SHA256Digest(encoded))
            #expect(!Ed25519.isSound(publicKey: publicKey))
            for message in UInt8(0)..<64 {
                #expect(!Ed25519.isValid(signature: signature, message: [message], publicKey: publicKey))
            }
        }
        #expect(Ed25519.isSound(publicKey: try Ed25519.PrivateKey(seed: .zero).publicKey))
    }

    @Test func aDigestIsThirtyTwoBytes() {
        #expect(SHA256Digest([UInt8](repeating: 1, count: 31)) == nil)
        #expect(SHA256Digest([UInt8](repeating: 1, count: 33)) == nil)
        #expect(SHA256Digest([UInt8](repeating: 1, count: 32))?.bytes == [UInt8](repeating: 1, count: 32))
        #expect(SHA256Digest([UInt8](repeating: 0, count: 32)) == .zero)
    }

    private func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = hexadecimal.compactMap { $0.hexDigitValue.map(UInt8.init) }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
