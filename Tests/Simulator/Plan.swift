/// What a seed draws: how much is done, how the scheduler leans, and what goes wrong how often.
///
/// Each kind of fault is on in some seeds and off in others, since faults hide each other.
struct Plan {
    /// How often each kind of step is taken, beside the others.
    var weights: [Simulation.Action: Int] = [:]
    /// Requests to be carried out.
    var operationCount: Int
    var cardCount: Int
    var gatewayLinkCount: Int
    /// One step in so many; 0 for never.
    var cutOneIn = 0
    var spoilOneIn = 0
    var finishOneIn = 0
    var stallOneIn = 0
    var delayOneIn = 0
    /// One turn of a client in so many asks for much at once.
    var burstOneIn = 0
    var killOneIn = 0
    var powerOneIn = 0
    var stopOneIn = 0
    var callFailsOneIn = 0
    var callEndsOneIn = 0
    var fullOneIn = 0
    var pauseOneIn = 0
    var clockSetOneIn = 0
    var daysOneIn = 0
    var rotOneIn = 0
    /// One synchronization in so many is slow.
    var slowOneIn = 0
    /// One restart in so many.
    var damageOneIn = 0
    var openFailsOneIn = 0
    /// One step of the snapshots' thread in so many begins a snapshot.
    var snapshotOneIn = 0
    /// One finished snapshot in so many is followed by removing old segments.
    var removeOneIn = 0
    /// Whether closed payments leave memory.
    var archives = true
    var archiveQuietMicroseconds: Int64
    /// What is broken on purpose.
    let canary: Simulation.Canary?
    /// One frame in so many.
    var duplicateOneIn: Int
    var deadlineOneIn = 0
    var wantedCredit: UInt32
    /// Requests that one connection may have in flight.
    var creditMax: UInt32 = 32
    /// Bytes that one connection may have waiting.
    var pendingByteCountMax: Int
    var segmentByteCount: UInt64
    /// How many requests are remembered.
    var rememberedCount: Int
    /// Whether there are very many requests, and many of them at once.
    var floods = false

    /// Whether more requests may come than are remembered.
    var forgets: Bool { rememberedCount < 4_096 }

    init(_ random: inout SeededRandom, _ canary: Simulation.Canary?) {
        self.canary = canary
        for action in Simulation.Action.allCases { weights[action] = random.pick([1, 4, 4, 16]) }
        weights[.tick] = 1
        weights[.prepare] = random.pick([1, 1, 2])
        weights[.work] = random.pick([1, 4, 8])
        weights[.snapshot] = random.pick([1, 2, 8])
        weights[.archive] = random.pick([1, 2, 4])
        weights[.expire] = 1
        weights[.follow] = random.pick([1, 4])
        operationCount = random.pick([60, 120, 120, 240])
        archiveQuietMicroseconds = Int64(random.pick([0, 1_000, 200_000]))
        archives = !random.oneIn(8)
        rememberedCount = random.pick([4_096, 4_096, 4_096, 64, 160])
        cardCount = random.within(2...6)
        gatewayLinkCount = random.within(1...4)
        duplicateOneIn = random.pick([3, 10, 50])
        wantedCredit = UInt32(random.pick([1, 4, 32, 0]))
        pendingByteCountMax = random.pick([65_536, 65_536, 1 << 20])
        segmentByteCount = UInt64(4_096 * random.pick([17, 18, 33]))
        func sometimes(_ rates: [Int]) -> Int { random.oneIn(2) ? random.pick(rates) : 0 }
        cutOneIn = sometimes([100, 400])
        spoilOneIn = sometimes([300, 1_000])
        finishOneIn = sometimes([300, 1_000])
        stallOneIn = sometimes([100, 300])
        delayOneIn = sometimes([100, 300])
        burstOneIn = sometimes([100, 400])
        killOneIn = sometimes([300, 1_000])
        powerOneIn = sometimes([300, 1_000])
        stopOneIn = sometimes([1_000, 3_000])
        callFailsOneIn = sometimes([1_000])
        callEndsOneIn = sometimes([300, 1_000])
        fullOneIn = sometimes([200, 500])
        pauseOneIn = sometimes([300, 1_000])
        clockSetOneIn = sometimes([300])
        daysOneIn = sometimes([300, 1_000])
        rotOneIn = random.oneIn(4) ? 1_000 : 0
        slowOneIn = sometimes([3, 20])
        snapshotOneIn = sometimes([3, 20, 100])
        removeOneIn = sometimes([1, 2])
        damageOneIn = sometimes([1, 2])
        openFailsOneIn = sometimes([2, 4])
        deadlineOneIn = sometimes([5, 20])
        if random.oneIn(60) {
            floods = true
            operationCount = 1_500
            rememberedCount = min(rememberedCount, 512)
            wantedCredit = 0
            duplicateOneIn = 50
            killOneIn *= 10
            powerOneIn *= 10
        }
    }
}
