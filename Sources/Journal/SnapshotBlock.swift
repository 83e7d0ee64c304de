/// What a block of a snapshot says about its payload. The snapshot's owner gives all of it a meaning.
public struct SnapshotBlock: Equatable, Sendable {
    /// What the payload is; 0xFFFF is taken.
    public var kind: UInt16
    /// Which part of the state it belongs to.
    public var part: UInt32
    /// How many items it has.
    public var itemCount: UInt32
    /// The number of the first.
    public var first: UInt64
    /// The record up to which it is complete, or whatever else the kind means by it.
    public var lsn: UInt64

    /// Joins the fields.
    public init(kind: UInt16, part: UInt32 = 0, itemCount: UInt32 = 0, first: UInt64 = 0, lsn: UInt64 = 0) {
        self.kind = kind
        self.part = part
        self.itemCount = itemCount
        self.first = first
        self.lsn = lsn
    }
}
