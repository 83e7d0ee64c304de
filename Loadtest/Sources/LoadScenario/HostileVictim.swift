internal import CLoadSockets
internal import Cryptography
internal import Foundation
internal import LoadDriver
internal import Platform
internal import Wire

/// A daemon that can be attacked over plain TCP and TLS, and what attackers know of it.
struct HostileVictim {
    let daemon: DaemonProcess
    let gateway: SealedGateway
    let field: HostileField

    /// Connections of honest gateways and of those who look on, at most.
    private static let honestCountMax = 16

    /// Starts it, with a principal that an honest gateway is.
    init(executable: String, data: String, connectionCountMax: Int, options: [String]) throws {
        let directory = try DaemonProcess.freshDirectory(under: data)
        gateway = try SealedGateway(files: directory + "-certificates")
        daemon = try DaemonProcess(
            executable: executable,
            directory: directory,
            isTCP: true,
            options: gateway.options + [
                "--max-connections", "\(connectionCountMax)", "--projection", "off", "--spare-memory", "0",
                // All attackers and all newcomers come from one address, and are to take every place that there is.
                "--max-connections-per-address", "\(connectionCountMax)",
                // So that what is given up for its slowness is given up within an attack.
                "--hello-timeout", "1000", "--frame-timeout", "1000",
            ] + options
        )
        do {
            try daemon.start()
            let key = try Ed25519.PrivateKey.make().key
            try gateway.admit(to: daemon, publicKey: key.publicKey)
            field = try HostileField(
                daemon: daemon,
                gateway: gateway,
                key: key,
                connectionCountMax: connectionCountMax
            )
        } catch {
            daemon.stop()
            daemon.remove()
            gateway.remove()
            throw error
        }
    }

    /// Waits until it has noticed that the attackers are gone: that is none of calm.
    func settle() throws {
        let link = try GatewayLink(to: daemon.administration)
        let deadline = Clock.monotonicNanoseconds() + 10_000_000_000
        while try link.call(Status(), StatusReply.self).connections > Self.honestCountMax,
            Clock.monotonicNanoseconds() < deadline
        {
            cls_pause(20_000_000)
        }
    }

    /// Ends it, and removes all that was its.
    func remove() {
        daemon.stop()
        daemon.remove()
        gateway.remove()
    }
}
