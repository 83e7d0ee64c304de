import Testing

@testable import Platform

/// Pieces of huge pages.
struct PagePoolTests {
    /// A piece with what was written into it.
    private struct Piece {
        let memory: UnsafeMutableRawPointer
        let byteCount: Int
        let mark: UInt8

        func fill() { memory.initializeMemory(as: UInt8.self, repeating: mark, count: byteCount) }

        var isIntact: Bool {
            UnsafeRawBufferPointer(start: memory, count: byteCount).allSatisfy { $0 == mark }
        }
    }

    @Test(arguments: [(0, 0), (4 << 20, 0), (2 << 20, 16 << 20)])
    func piecesNeverOverlapAndComeBack(readyByteCount: Int, spareByteCount: Int) throws {
        let pool = try PagePool(readyByteCount: readyByteCount, spareByteCount: spareByteCount)
        var generator = SystemRandomNumberGenerator()
        var pieces: [Piece] = []
        for round in 0..<400 {
            if round % 3 == 2, let index = pieces.indices.randomElement(using: &generator) {
                let piece = pieces.remove(at: index)
                #expect(piece.isIntact, "nobody else wrote into it")
                pool.release(piece.memory, byteCount: piece.byteCount)
                continue
            }
            let byteCount = Int.random(in: 1...(1 << Int.random(in: 1...22, using: &generator)), using: &generator)
            let memory = try pool.allocate(byteCount: byteCount)
            #expect(UInt(bitPattern: memory) % 4_096 == 0)
            let piece = Piece(memory: memory, byteCount: byteCount, mark: UInt8(truncatingIfNeeded: round | 1))
            piece.fill()
            pieces.append(piece)
        }
        #expect(pieces.allSatisfy { $0.isIntact })
    }

    @Test func aPieceThatCameBackIsGivenOutAgain() throws {
        let pool = try PagePool(readyByteCount: 0)
        let first = try pool.allocate(byteCount: 65_536)
        pool.release(first, byteCount: 65_536)
        let second = try pool.allocate(byteCount: 40_000)
        #expect(second == first, "40,000 bytes take a piece of 64 KiB")
    }

    @Test func piecesOfAChunkFillItWithoutAGap() throws {
        let pool = try PagePool(readyByteCount: 0)
        let pieces = try (0..<32).map { _ in UInt(bitPattern: try pool.allocate(byteCount: 65_536)) }.sorted()
        #expect(pieces.first.map { $0 % (2 << 20) } == 0)
        #expect(zip(pieces, pieces.dropFirst()).allSatisfy { $1 - $0 == 65_536 })
    }
}
