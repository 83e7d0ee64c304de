/// A part of the dissector that does not depend on the schema: how fields are registered and shown.
let luaFields = #"""
    -- From here on nothing is generated from the schema: this reads the tables above.

    local HEADER, FRAME_MAX, MAGIC, FRAME_VERSION = 32, 1048576, 0xEB50, 1

    local assent = Proto("assent", "Assent card authorization")

    local template_names = {}
    for id, message in pairs(messages) do template_names[id] = message.name end

    local header = {
        length = ProtoField.uint32("assent.length", "Frame length"),
        magic = ProtoField.uint16("assent.magic", "Magic", base.HEX),
        frame_version = ProtoField.uint8("assent.frame_version", "Frame version"),
        flags = ProtoField.uint8("assent.flags", "Flags", base.HEX),
        correlation_id = ProtoField.uint64("assent.correlation_id", "Correlation id"),
        push = ProtoField.bool("assent.push", "Sent by the server on its own"),
        deadline = ProtoField.uint32("assent.deadline", "Deadline (microseconds)"),
        checksum = ProtoField.uint32("assent.checksum", "CRC-32C", base.HEX),
        checksum_good = ProtoField.bool("assent.checksum_good", "CRC-32C matches"),
        block_length = ProtoField.uint16("assent.block_length", "Block length"),
        template = ProtoField.uint16("assent.template", "Template", base.HEX, template_names),
        schema = ProtoField.uint16("assent.schema", "Schema"),
        version = ProtoField.uint16("assent.version", "Schema version"),
        unknown = ProtoField.bytes("assent.unknown", "Bytes of a later version"),
        group_block = ProtoField.uint16("assent.group_block", "Block length of an entry"),
        group_count = ProtoField.uint16("assent.group_count", "Entries"),
        answer_in = ProtoField.framenum("assent.answer_in", "Answered in", base.NONE, frametype.RESPONSE),
        answer_to = ProtoField.framenum("assent.answer_to", "Answers", base.NONE, frametype.REQUEST),
        answer_time = ProtoField.relative_time("assent.answer_time", "Time to answer"),
    }

    -- One expert item for each code of a Reject, so that `assent.error.305` finds what a server would refuse with 305.
    local experts = {}
    for code, name in pairs(types.rejectCode.values) do
        if code < 200 or (code >= 300 and code < 320) then
            experts[code] = ProtoExpert.new("assent.error." .. code, name, expert.group.PROTOCOL, expert.severity.ERROR)
        end
    end

    local function complain(tree, code, text)
        tree:add_proto_expert_info(experts[code], text .. " (" .. code .. " " .. types.rejectCode.values[code] .. ")")
    end

    -- Fields are named after the schema: assent.Authorize.amount, assent.decision.lsn, assent.CardListReply.cards.card.
    local fields, registered = {}, {}
    for _, field in pairs(header) do registered[#registered + 1] = field end

    local NUMBERS = {
        int64 = ProtoField.int64, uint64 = ProtoField.uint64, uint32 = ProtoField.uint32, uint16 = ProtoField.uint16,
        uint8 = ProtoField.uint8,
    }

    local function proto_field(abbreviation, name, type)
        if type.kind == "number" then return NUMBERS[type.primitive](abbreviation, name) end
        if type.kind == "month" then return ProtoField.uint16(abbreviation, name) end
        if type.kind == "time" then return ProtoField.absolute_time(abbreviation, name, base.UTC) end
        if type.kind == "enum" then
            return (type.size == 2 and ProtoField.uint16 or ProtoField.uint8)(abbreviation, name, base.DEC, type.values)
        end
        if type.kind == "set" then
            local sizes = { [1] = ProtoField.uint8, [4] = ProtoField.uint32, [8] = ProtoField.uint64 }
            return sizes[type.size](abbreviation, name, base.HEX)
        end
        if type.kind == "bytes" or type.kind == "reserved" then return ProtoField.bytes(abbreviation, name) end
        if type.kind == "composite" then return ProtoField.none(abbreviation, name) end
        return ProtoField.string(abbreviation, name)
    end

    local function register(prefix, list)
        for _, field in ipairs(list) do
            local abbreviation = prefix .. "." .. field.name
            local made = proto_field(abbreviation, field.name, types[field.type])
            fields[abbreviation], registered[#registered + 1] = made, made
        end
    end

    local function register_texts(prefix, list)
        for _, field in ipairs(list) do
            local abbreviation = prefix .. "." .. field.name
            local made = ProtoField.string(abbreviation, field.name)
            fields[abbreviation], registered[#registered + 1] = made, made
        end
    end

    for name, list in pairs(composites) do register("assent." .. name, list) end
    for _, message in pairs(messages) do
        local prefix = "assent." .. message.name
        register(prefix, message.fields)
        register_texts(prefix, message.data)
        for _, group in ipairs(message.groups) do
            register(prefix .. "." .. group.name, group.fields)
            register_texts(prefix .. "." .. group.name, group.data)
        end
    end
    assent.fields = registered
    local expert_list = {}
    for _, item in pairs(experts) do expert_list[#expert_list + 1] = item end
    assent.experts = expert_list

    -- CRC-32C (Castagnoli), by the byte. The operators differ between Lua 5.1, 5.2 and 5.4.
    local xor = (bit and bit.bxor) or (bit32 and bit32.bxor) or load("return function(a, b) return a ~ b end")()
    local crc_table = {}
    for index = 0, 255 do
        local value = index
        for _ = 1, 8 do
            if value % 2 == 1 then value = xor((value - 1) / 2, 0x82F63B78) % 4294967296 else value = value / 2 end
        end
        crc_table[index] = value
    end

    local function frame_checksum(bytes)
        local crc = 4294967295
        for index = 0, bytes:len() - 1 do
            local byte = (index >= 20 and index < 24) and 0 or bytes:get_index(index)
            local low = crc % 256
            crc = xor(crc_table[xor(low, byte) % 256], (crc - low) / 256) % 4294967296
        end
        return 4294967295 - crc
    end

    local function all_zero(range)
        local bytes = range:bytes()
        for index = 0, bytes:len() - 1 do if bytes:get_index(index) ~= 0 then return false end end
        return true
    end

    -- The length of the UTF-8 sequence (Unicode table 3-7) at a place in a string; nil for none and control characters.
    local function sequence_length(text, at, multiline)
        local a, b = text:byte(at), text:byte(at + 1) or 0
        if a < 0x80 then
            local fine = a >= 0x20 and a ~= 0x7F or multiline and (a == 0x0A or a == 0x09)
            return fine and 1 or nil
        end
        local size, low, high
        if a == 0xC2 then size, low, high = 2, 0xA0, 0xBF
        elseif a >= 0xC3 and a <= 0xDF then size, low, high = 2, 0x80, 0xBF
        elseif a == 0xE0 then size, low, high = 3, 0xA0, 0xBF
        elseif a == 0xED then size, low, high = 3, 0x80, 0x9F
        elseif a >= 0xE1 and a <= 0xEF then size, low, high = 3, 0x80, 0xBF
        elseif a == 0xF0 then size, low, high = 4, 0x90, 0xBF
        elseif a >= 0xF1 and a <= 0xF3 then size, low, high = 4, 0x80, 0xBF
        elseif a == 0xF4 then size, low, high = 4, 0x80, 0x8F
        else return nil end
        if b < low or b > high then return nil end
        for place = at + 2, at + size - 1 do
            local byte = text:byte(place) or 0
            if byte < 0x80 or byte > 0xBF then return nil end
        end
        return size
    end

    local function is_text(text, multiline)
        local at = 1
        while at <= #text do
            local size = sequence_length(text, at, multiline)
            if not size then return false end
            at = at + size
        end
        return true
    end

    -- What is no text is shown with question marks, so that what reads our output still gets UTF-8.
    local function printable(text, multiline)
        if is_text(text, multiline) then return text end
        return (text:gsub("[^\32-\126]", "?"))
    end

    local function uuid(range)
        local text = range(0, 8):le_uint64():tohex() .. range(8, 8):le_uint64():tohex()
        return text:sub(1, 8) .. "-" .. text:sub(9, 12) .. "-" .. text:sub(13, 16) .. "-" .. text:sub(17, 20) .. "-"
            .. text:sub(21)
    end

    local NULL = Int64.new(0, 0x80000000)
    local TIME_MAX = Int64.new(0xCC735FFF, 0x0384440C)

    local show = {}

    function show.number(tree, proto, range, type)
        local item = tree:add_le(proto, range)
        local value
        if type.primitive == "int64" then
            value = range:le_int64()
            if type.null and value == NULL then
                item:append_text(" (null)")
                return
            end
            value = value:tonumber()
        elseif type.size <= 4 then
            value = range:le_uint()
        else
            return
        end
        if (type.minimum and value < type.minimum) or (type.maximum and value > type.maximum) then
            complain(item, 305, "not from " .. (type.minimum or 0) .. " to " .. type.maximum)
        end
    end

    function show.month(tree, proto, range)
        local item, value = tree:add_le(proto, range), range:le_uint()
        if value == 0 then
            item:append_text(" (none)")
        elseif value < 24000 or value > 25199 then
            complain(item, 305, "not 0 or from 24000 to 25199")
        else
            item:append_text(string.format(" (%04d-%02d)", math.floor(value / 12), value % 12 + 1))
        end
    end

    function show.time(tree, proto, range, type)
        local value = range:le_int64()
        if type.null and value == NULL then
            tree:add(proto, range, NSTime.new(0, 0)):set_text("(null)")
            return
        end
        local fine = value >= Int64.new(0, 0) and value <= TIME_MAX
        local seconds = fine and (value / 1000000):tonumber() or 0
        local item = tree:add(proto, range, NSTime.new(seconds, fine and (value % 1000000):tonumber() * 1000 or 0))
        if not fine then complain(item, 305, "not from 1970 to 9999") end
    end

    function show.enum(tree, proto, range, type, field)
        local item, value = tree:add_le(proto, range), range:le_uint()
        if field.optional and value == (type.size == 2 and 65535 or 255) then
            item:append_text(" (null)")
        elseif not type.values[value] then
            complain(item, 305, "not a value of this enumeration")
        end
    end

    function show.set(tree, proto, range, type)
        local item, names = tree:add_le(proto, range), {}
        for place = 0, type.size - 1 do
            local byte = range(place, 1):uint()
            for number = 0, 7 do
                local name = type.bits[8 * place + number]
                if byte % 2 == 1 then names[#names + 1] = name or ("bit" .. 8 * place + number) end
                if byte % 2 == 1 and type.strict and not name then complain(item, 304, "a reserved bit is set") end
                byte = (byte - byte % 2) / 2
            end
        end
        item:append_text(" (" .. table.concat(names, ", ") .. ")")
    end

    function show.id(tree, proto, range, _, field)
        local item = tree:add(proto, range, uuid(range))
        if all_zero(range) and field.optional then
            item:append_text(" (none)")
        elseif all_zero(range) then
            complain(item, field.name == "requestId" and 310 or 305, "the identifier is zero")
        end
    end

    function show.chars(tree, proto, range, type)
        local padded = range:raw()
        local text = padded:gsub("%z+$", "")
        local fits = not type.pattern or text:find(type.pattern) or (type.null and text == "")
        local fine = fits and not text:find("[^\32-\126]")
        local item = tree:add(proto, range, (text:gsub(" +$", ""):gsub("[^\32-\126]", "?")))
        if type.absent and text == "" then item:append_text(" (none)") end
        if not fine then complain(item, 306, "characters that the field does not take") end
    end

    function show.text(tree, proto, range)
        local text = range:raw():gsub("%z+$", "")
        local item = tree:add(proto, range, printable(text))
        if not is_text(text) then complain(item, 306, "not UTF-8 without control characters") end
    end

    function show.bytes(tree, proto, range) tree:add(proto, range) end

    function show.reserved(tree, proto, range)
        if not all_zero(range) then complain(tree:add(proto, range), 304, "reserved and not zero") end
    end

    local show_block

    function show.composite(tree, proto, range, _, field)
        local branch = tree:add(proto, range)
        if field.optional and all_zero(range) then
            branch:append_text(" (none)")
        else
            show_block(branch, "assent." .. field.type, composites[field.type], range)
        end
    end

    -- Fields that came after the frame's version are not shown: their bytes, if any, say something else.
    function show_block(tree, prefix, list, range, version)
        for _, field in ipairs(list) do
            if (field.since or 1) <= (version or SCHEMA_VERSION) then
                local type = types[field.type]
                show[type.kind](tree, fields[prefix .. "." .. field.name], range(field.at, type.size), type, field)
            end
        end
    end

    """#
