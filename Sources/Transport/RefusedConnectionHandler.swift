internal import NIOCore
internal import Wire

/// A connection that is not let in: it is told why, its output is closed, and it goes when the peer closes or after the
/// linger time. Their number is limited.
final class RefusedConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let refusal: ConnectionRefusal
    private let shared: ServerShared
    private var isGone = false

    init(_ refusal: ConnectionRefusal, shared: ServerShared) {
        self.refusal = refusal
        self.shared = shared
    }

    func channelActive(context: ChannelHandlerContext) {
        shared.rejects.note(refusal.code)
        let frame = ByteBuffer(bytes: refusal.reject().encodedFrame(correlationID: FrameHeader.pushBit))
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
        context.close(mode: .output, promise: nil)
        context.read()
        let channel = context.channel
        context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(shared.limits.lingerMilliseconds)) {
            channel.close(promise: nil)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) { context.read() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // What it sends is of no interest.
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelInactive(context: ChannelHandlerContext) { leave() }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    private func leave() {
        guard !isGone else { return }
        isGone = true
        shared.ledger.refusedLeaves()
    }
}
