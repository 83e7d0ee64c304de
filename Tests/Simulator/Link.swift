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
        case cardGet
        case digest
    }

    let role: SocketRole
    let channel: EmbeddedChannel
    private let gate: ReadGate
    /// Under way to the server.
    var toServer: [UInt8] = []
    /// Under way to the client.
    var toClient: [UInt8] = []
    /// Come to the client, and not a whole frame yet.
    var received: [UInt8] = []
    /// What the server has put out and nobody has checked; less than a frame.
    var unchecked: [UInt8] = []
    var isGreeted = false
    /// Whether the client sends no more.
    var isFinished = false
    var isInputEndTold = false
    /// Whether the network has spoilt bytes on it.
    var isSpoilt = false
    var waiting: [UInt64: Purpose] = [:]
    private var lastCorrelationID: UInt64 = 0

    init(_ role: SocketRole, handler: any ChannelHandler, loop: EmbeddedEventLoop) throws {
        self.role = role
        gate = ReadGate()
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

    /// The socket takes bytes, or takes no more.
    func setWritable(_ isWritable: Bool) {
        guard channel.isWritable != isWritable, isOpen else { return }
        channel.isWritable = isWritable
        channel.pipeline.fireChannelWritabilityChanged()
    }

    /// Ends the connection on the server's side.
    func close() { if isOpen { channel.close(promise: nil) } }
}

/// Notes that the connection asks for bytes: it reads by demand alone.
private final class ReadGate: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    var isReadWanted = false

    func read(context: ChannelHandlerContext) { isReadWanted = true }
}
