import NIOCore
import NIOEmbedded
import Wire

/// One connection: the server's channel, the bytes under way in both directions, and what the client waits for.
final class Link {
    /// What a frame was sent for.
    enum Purpose {
        case request(Int, wasAnswered: Bool)
        case conflict(Int)
        case query(Int, wasAnswered: Bool)
        /// After an id that nobody ever used.
        case strangeQuery
        case cardGet
        case digest
    }

    let role: SocketRole
    let channel: EmbeddedChannel
    private let gate: SocketGate
    /// Under way to the server.
    var toServer: [UInt8] = []
    /// Under way to the client.
    var toClient: [UInt8] = []
    /// Nothing of what is under way arrives before this.
    var stillUntil: Int64 = 0
    /// When the first of the requests under way was sent, in the order of all connections.
    private(set) var firstSent = 0
    /// Come to the client, and not a whole frame yet.
    var received: [UInt8] = []
    /// What the server has put out and nobody has checked; less than a frame.
    var unchecked: [UInt8] = []
    var isGreeted = false
    /// Whether the client sends no more.
    var isFinished = false
    var isInputEndTold = false
    /// Whether nothing that the server still sends arrives.
    var isCut = false
    /// Whether the network has spoilt bytes on it.
    var isSpoilt = false
    var waiting: [UInt64: Purpose] = [:]
    private var lastCorrelationID: UInt64 = 0

    init(_ role: SocketRole, handler: any ChannelHandler, loop: EmbeddedEventLoop) throws {
        self.role = role
        gate = SocketGate()
        channel = EmbeddedChannel(loop: loop)
        try channel.pipeline.syncOperations.addHandlers([gate, handler])
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
    }

    /// Whether the server still has the connection.
    var isOpen: Bool { channel.isActive }

    /// Whether nothing comes or goes on it any more.
    var isOver: Bool { isFinished && toClient.isEmpty && !isOpen }

    /// Whether the server asked for bytes.
    var isReadWanted: Bool { gate.isReadWanted && isOpen }

    func nextCorrelationID() -> UInt64 {
        lastCorrelationID += 1
        return lastCorrelationID
    }

    /// Puts a frame on its way to the server.
    ///
    /// - Parameter number: How many were sent before on all connections.
    func send(_ frame: [UInt8], number: Int) {
        if toServer.isEmpty { firstSent = number }
        toServer += frame
    }

    /// Hands bytes to the server, as one read.
    func deliver(_ bytes: ArraySlice<UInt8>) {
        gate.isReadWanted = false
        channel.pipeline.fireChannelRead(ByteBuffer(bytes: bytes))
        channel.pipeline.fireChannelReadComplete()
    }

    /// Tells the server that the client sends no more.
    func deliverEnd() {
        isInputEndTold = true
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    }

    /// Takes what the server has sent.
    func takeOutput() throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) { bytes += buffer.readableBytesView }
        return bytes
    }

    /// Whether the socket takes bytes.
    var isWritable: Bool { channel.isWritable }

    /// The socket takes bytes, or takes no more: then what the server writes stays with the server.
    func setWritable(_ isWritable: Bool) {
        guard channel.isWritable != isWritable, isOpen else { return }
        gate.isFull = !isWritable
        channel.isWritable = isWritable
        if isWritable { channel.pipeline.flush() }
        channel.pipeline.fireChannelWritabilityChanged()
    }

    /// Ends the connection on the server's side.
    func close() { if isOpen { channel.close(promise: nil) } }
}

/// Notes that the connection asks for bytes, since it reads by demand, and keeps what a full socket does not take.
private final class SocketGate: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    var isReadWanted = false
    var isFull = false

    func read(context: ChannelHandlerContext) { isReadWanted = true }

    func flush(context: ChannelHandlerContext) { if !isFull { context.flush() } }

    /// Whatever was written may leave with the end of the connection.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if isFull {
            isFull = false
            context.flush()
        }
        context.close(mode: mode, promise: promise)
    }
}
