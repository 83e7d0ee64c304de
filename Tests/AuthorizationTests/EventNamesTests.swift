import Authorization
import Domain
import Testing

@Suite("Event names")
struct EventNamesTests {
    @Test func theyAreThoseOfTheWholeRecord() throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4_096, alignment: 8)
        defer { buffer.deallocate() }
        var world = try makeWorld()
        let event = world.authorize(
            try makeRequest {
                $0.requestID = RequestID(high: 0x0102_0304_0506_0708, low: 9)
                $0.transmissionTime = noon.advanced(byMicroseconds: 123_456_789)
            }
        )
        let byteCount = event.encode(into: buffer)
        let names = try #require(read(.authorization, UnsafeRawBufferPointer(rebasing: buffer[..<byteCount])))
        #expect(names.id == event.request.requestID && names.token == event.request.cardToken)
        #expect(names.transmissionTime == event.request.transmissionTime)

        let message = try makeMessage(.clearing, 700, number: 3) {
            $0.sequenceNumber = 1
            $0.sequenceCount = 2
            $0.transmissionTime = noon.advanced(byMicroseconds: 987_654_321)
        }
        let settled = world.settle(message)
        let settledCount = settled.encode(into: buffer)
        let others = try #require(read(.lifecycle, UnsafeRawBufferPointer(rebasing: buffer[..<settledCount])))
        #expect(others.id == message.requestID && others.token == message.cardToken)
        #expect(others.transmissionTime == message.transmissionTime)
        #expect(read(.authorization, UnsafeRawBufferPointer(rebasing: buffer[..<58])) == nil)
        #expect(read(.configurationChanged, UnsafeRawBufferPointer(rebasing: buffer[..<200])) == nil)
    }

    @Test func theyAreThoseOfEveryCommandOnACard() throws {
        for event in try EventCodingTests.cardEvents() {
            let bytes = encoded(event)
            let names = try #require(bytes.withUnsafeBytes { read(event.kind, $0) }, "\(event.kind)")
            #expect(names.id == event.requestID && names.token == event.token, "\(event.kind)")
            #expect(names.transmissionTime == event.transmissionTime, "\(event.kind)")
            for count in 0..<54 {
                #expect(bytes.prefix(count).withUnsafeBytes { read(event.kind, $0) } == nil)
            }
        }
    }

    private func read(
        _ kind: EventKind,
        _ payload: UnsafeRawBufferPointer
    ) -> (id: RequestID, transmissionTime: Instant, token: CardToken)? {
        EventNames.names(kind: kind, payload: payload)
    }
}
