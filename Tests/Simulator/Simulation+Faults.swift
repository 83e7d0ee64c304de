import Domain
import Engine
import Journal
import NIOEmbedded
import Platform
import Service
import Transport

// What goes wrong.

extension Simulation {
    /// How a life of the process ends.
    enum End {
        /// The process alone, in the middle of anything.
        case killed
        /// Everything that was not synchronized, too.
        case powerLost
        /// The journal failed, or the process ended inside a call to the disk.
        case ended
        /// In order.
        case stopped
    }

    /// At times, one of the seed's faults.
    func misfortune() throws {
        if random.oneIn(plan.killOneIn) { return try restart(.killed) }
        if random.oneIn(plan.powerOneIn) { return try restart(.powerLost) }
        if random.oneIn(plan.stopOneIn) { return try restart(.stopped) }
        if random.oneIn(plan.callFailsOneIn) {
            note("failing disk call armed")
            disk.arm(.error, after: random.below(6))
        }
        if random.oneIn(plan.callEndsOneIn) {
            note("end inside a disk call armed")
            disk.arm(.end, after: random.below(12))
        }
        if random.oneIn(plan.fullOneIn) {
            disk.isFull.toggle()
            if disk.isFull { note("full disk") }
        }
        if random.oneIn(plan.pauseOneIn) {
            note("long pause")
            clock.advance(Int64(random.pick([50_000, 2_000_000, 20_000_000])))
        }
        if random.oneIn(plan.daysOneIn) {
            note("days passing")
            CoverageMark.reach("clock: days went by")
            clock.advance(86_400_000_000 * Int64(random.within(1...12)))
        }
        if random.oneIn(plan.rotOneIn), rot == nil, let damage = damageJournal(isLastSpared: true) {
            note("damage while serving")
            CoverageMark.reach("damage: it came while serving")
            rot = damage
        }
        if random.oneIn(plan.clockSetOneIn) {
            note("wall clock set")
            CoverageMark.reach("clock: the wall clock was set")
            clock.setWall(by: Int64(random.pick([-30_000_000, -1_000, 1_000, 8_000_000])))
        }
        guard !links.isEmpty else { return }
        let link = random.pick(links)
        if random.oneIn(plan.cutOneIn) {
            note("connection cut")
            CoverageMark.reach("network: a connection was cut")
            cut(link)
        }
        if random.oneIn(plan.finishOneIn) {
            note("client closed its side")
            link.isFinished = true
        }
        if random.oneIn(plan.stallOneIn) {
            note("stalled reader")
            link.setWritable(random.oneIn(2))
        }
        if random.oneIn(plan.delayOneIn) {
            note("delay")
            CoverageMark.reach("network: what was under way was delayed")
            link.stillUntil = clock.now + Int64(random.pick([2_000, 20_000, 200_000]))
        }
        if random.oneIn(plan.spoilOneIn) { spoil(link) }
    }

    /// Changes a bit under way.
    private func spoil(_ link: Link) {
        if random.oneIn(2) {
            guard !link.toServer.isEmpty else { return }
            link.toServer[random.below(link.toServer.count)] ^= 1 << UInt8(random.below(8))
        } else {
            guard !link.toClient.isEmpty else { return }
            link.toClient[random.below(link.toClient.count)] ^= 1 << UInt8(random.below(8))
        }
        link.isSpoilt = true
        note("bit changed under way")
        CoverageMark.reach("network: a bit was changed")
    }

    /// Counts a fault.
    func note(_ kind: String) { faults[kind, default: 0] += 1 }

    /// Ends a connection for both sides; part of what was under way still arrives at the client.
    func cut(_ link: Link) {
        link.close()
        if !link.toServer.isEmpty { CoverageMark.reach("network: requests under way were dropped") }
        link.toServer = []
        let kept = random.below(link.toClient.count + 1)
        if kept < link.toClient.count { CoverageMark.reach("network: answers under way were dropped") }
        link.toClient = Array(link.toClient.prefix(kept))
        link.isFinished = true
        link.isCut = true
    }
}
