internal import Cryptography
internal import Journal
internal import Merkle

/// A tree that writes its tiles as it grows.
struct GrowingTree: ~Copyable {
    private let files: AuditFiles
    private let origin: String
    private var maker: EntryMaker
    private var builder: TreeBuilder
    /// The entries behind the last full bundle.
    private var bundle: [UInt8]
    /// Full tiles and bundles whose partial ones may go once these are durable.
    private var filled: [Tile] = []
    /// The size at which the edge was stored last.
    private var storedSize: UInt64

    /// How many records it has.
    var size: UInt64 { builder.size }

    init(
        _ options: AuditOptions,
        salts: SaltKey,
        identity: JournalIdentity,
        oldest: UInt64,
        last: UInt64
    ) throws(AuditError) {
        let files = try AuditFiles(options.directory)
        let stored =
            try StoredTree.read(
                files,
                identity: identity,
                isSigned: options.signer != nil,
                oldest: oldest,
                last: last
            ) ?? StoredTree()
        let maker = try EntryMaker(salts, journal: identity, configuration: stored.configuration)
        self.files = files
        self.maker = maker
        origin = options.origin
        bundle = stored.bundle
        storedSize = stored.builder.size
        builder = stored.builder
    }

    /// Takes in the next record.
    mutating func append(_ record: JournalRecordView) throws(AuditError) {
        guard record.lsn == builder.size + 1 else {
            throw .unusable("record \(record.lsn) came after record \(builder.size)")
        }
        let leaf = maker.make(record)
        EntryBundle.append(maker.bytes, to: &bundle)
        if (builder.size + 1) % UInt64(Tile.fullWidth) == 0 {
            let tile = Tile(.entries, index: builder.size / UInt64(Tile.fullWidth), width: Tile.fullWidth)
            try files.replace(tile.path, with: bundle)
            filled.append(tile)
            bundle.removeAll(keepingCapacity: true)
        }
        var full: [TreeBuilder.FullTile] = []
        builder.append(leaf, hasher: maker.hasher) { full.append($0) }
        for tile in full {
            try files.replace(tile.tile.path, with: Tile.bytes(tile.hashes))
            filled.append(tile.tile)
        }
    }

    /// Makes the tree durable as it is now, and says what it is.
    mutating func store() throws(AuditError) -> Checkpoint {
        let head = Checkpoint(origin: origin, size: builder.size, root: builder.root(maker.hasher))
        guard builder.size > storedSize || storedSize == 0 else { return head }
        let width = Int(builder.size % UInt64(Tile.fullWidth))
        if width > 0 {
            let tile = Tile(.entries, index: builder.size / UInt64(Tile.fullWidth), width: width)
            try files.replace(tile.path, with: bundle)
        }
        for (tile, hashes) in builder.partialTiles { try files.replace(tile.path, with: Tile.bytes(hashes)) }
        try files.synchronize()
        try files.replace(AuditFiles.head, with: Array(head.text.utf8), isDurable: true)
        storedSize = builder.size
        for tile in filled { try files.removePartials(of: tile) }
        filled.removeAll(keepingCapacity: true)
        return head
    }
}
