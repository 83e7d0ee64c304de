import Testing

@testable import Client

@Suite struct ReceiveBufferTests {
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func bytesComeOutAsTheyWentIn(seed: UInt64) {
        var state = seed
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var buffer = ReceiveBuffer(capacity: 16)
        var written: UInt8 = 0
        var read: UInt8 = 0
        for _ in 0..<2_000 {
            let needed = random(3) == 0 ? random(20_000) : 0
            let room = buffer.makeRoom(needed)
            #expect(buffer.count + room >= needed, "seed \(seed)")
            let count = random(min(room, 5_000) + 1)
            buffer.withRoom { bytes in
                for index in 0..<count {
                    bytes[index] = written
                    written &+= 1
                }
            }
            buffer.wrote(count)
            let taken = random(buffer.count + 1)
            let expected = (0..<taken).map { read &+ UInt8(truncatingIfNeeded: $0) }
            #expect(buffer.withBytes { Array($0.prefix(taken)) } == expected, "seed \(seed)")
            read &+= UInt8(truncatingIfNeeded: taken)
            buffer.drop(taken)
        }
    }
}
