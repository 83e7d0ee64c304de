/// A part of the dissector that does not depend on the schema: how frames, groups and texts are dissected.
let luaFrames = #"""
    -- Texts and groups: each returns the next place, or nil where the body ends too early.
    local function show_text(tree, prefix, field, body, at)
        if at + field.width > body:len() then return nil, complain(tree, 303, field.name .. " is missing") end
        local count = body(at, field.width):le_uint()
        local start = at + field.width
        if count > field.maximum then return nil, complain(tree, 306, field.name .. " has more bytes than allowed") end
        if start + count > body:len() then return nil, complain(tree, 303, field.name .. " ends after the body") end
        local text = count > 0 and body(start, count):raw() or ""
        local range = body(at, field.width + count)
        local item = tree:add(fields[prefix .. "." .. field.name], range, printable(text, field.multiline))
        if not is_text(text, field.multiline) then complain(item, 306, "not UTF-8 without control characters") end
        return start + count
    end

    local function show_group(tree, prefix, group, body, at)
        if at + 4 > body:len() then return nil, complain(tree, 303, group.name .. " is missing") end
        local block, count = body(at, 2):le_uint(), body(at + 2, 2):le_uint()
        local branch = tree:add(assent, body(at), group.name .. ": " .. count)
        branch:add_le(header.group_block, body(at, 2))
        branch:add_le(header.group_count, body(at + 2, 2))
        if block < group.block then return nil, complain(branch, 303, "blocks are too short") end
        if count > group.maximum then return nil, complain(branch, 303, "more entries than allowed") end
        at = at + 4
        for index = 1, count do
            if at + block > body:len() then return nil, complain(branch, 303, "entries end after the body") end
            local entry = branch:add(assent, body(at), group.name .. " " .. index)
            if group.block > 0 then show_block(entry, prefix .. "." .. group.name, group.fields, body(at, block)) end
            at = at + block
            for _, field in ipairs(group.data) do
                at = show_text(entry, prefix .. "." .. group.name, field, body, at)
                if not at then return nil end
            end
        end
        return at
    end

    local function show_message(tree, message, body, block_length, version)
        if version < message.since then return complain(tree, 301, "came with version " .. message.since) end
        local block = message.block
        for index = #message.growth, 1, -1 do
            if version < message.growth[index].since then block = message.growth[index].before end
        end
        if block_length < block then return complain(tree, 303, "the block is too short") end
        local count = body and body:len() or 0
        if block_length > count then return complain(tree, 303, "the block ends after the body") end
        local prefix, at = "assent." .. message.name, block_length
        if body then
            if block > 0 then show_block(tree, prefix, message.fields, body(0, block), version) end
            if block_length > block then tree:add(header.unknown, body(block, block_length - block)) end
            for _, group in ipairs(message.groups) do
                at = show_group(tree, prefix, group, body, at)
                if not at then return end
            end
            for _, field in ipairs(message.data) do
                at = show_text(tree, prefix, field, body, at)
                if not at then return end
            end
        elseif #message.groups + #message.data > 0 then
            return complain(tree, 303, "there is no body")
        end
        if at < count and version > SCHEMA_VERSION then
            tree:add(header.unknown, body(at))
        elseif at < count then
            complain(tree, 303, (count - at) .. " bytes are left")
        end
    end

    -- Which frame asked and which answered, by stream and correlation id.
    local asked, answered = {}, {}
    function assent.init() asked, answered = {}, {} end

    local stream_field = Field.new("tcp.stream")

    local function link(tree, pinfo, name, correlation)
        local stream = stream_field()
        if not stream or not name then return end
        local key = tostring(stream.value) .. "/" .. correlation
        local is_answer = name:find("Reply$") or name == "Pong" or name == "Reject"
        local book = is_answer and answered or asked
        if not pinfo.visited and not book[key] then book[key] = { number = pinfo.number, time = pinfo.rel_ts } end
        if is_answer and asked[key] then
            tree:add(header.answer_to, asked[key].number):set_generated()
            local microseconds = math.floor((pinfo.rel_ts - asked[key].time) * 1e6 + 0.5)
            local passed = NSTime.new(math.floor(microseconds / 1e6), microseconds % 1e6 * 1000)
            tree:add(header.answer_time, passed):set_generated()
        elseif not is_answer and answered[key] then
            tree:add(header.answer_in, answered[key].number):set_generated()
        end
    end

    local function is_frame(tvb, offset)
        return tvb(offset + 4, 2):le_uint() == MAGIC and tvb(offset + 6, 1):uint() == FRAME_VERSION
            and tvb(offset, 4):le_uint() >= HEADER and tvb(offset, 4):le_uint() <= FRAME_MAX
    end

    local function dissect_frame(tvb, pinfo, root)
        pinfo.cols.protocol = "Assent"
        local tree = root:add(assent, tvb())
        if tvb:len() < 7 or not is_frame(tvb, 0) then
            if tvb:len() < 7 or tvb(4, 2):le_uint() ~= MAGIC then
                complain(tree, 101, "bytes 4 and 5 are not 50 eb")
            elseif tvb(6, 1):uint() ~= FRAME_VERSION then
                complain(tree, 104, "frame version " .. tvb(6, 1):uint())
            else
                complain(tree, 102, "frame length " .. tvb(0, 4):le_uint())
            end
            return tvb:len()
        end
        tree:add_le(header.length, tvb(0, 4))
        tree:add_le(header.magic, tvb(4, 2))
        tree:add_le(header.frame_version, tvb(6, 1))
        local flags = tree:add_le(header.flags, tvb(7, 1))
        if tvb(7, 1):uint() ~= 0 then complain(flags, 106, "flags are reserved") end
        tree:add_le(header.correlation_id, tvb(8, 8))
        tree:add(header.push, tvb(15, 1), tvb(15, 1):uint() >= 128)
        tree:add_le(header.deadline, tvb(16, 4))
        local checksum = tree:add_le(header.checksum, tvb(20, 4))
        local computed = frame_checksum(tvb:bytes())
        local good = computed == tvb(20, 4):le_uint()
        tree:add(header.checksum_good, tvb(20, 4), good):set_generated()
        if not good then complain(checksum, 103, string.format("it should be 0x%08x", computed)) end
        tree:add_le(header.block_length, tvb(24, 2))
        tree:add_le(header.template, tvb(26, 2))
        tree:add_le(header.schema, tvb(28, 2))
        tree:add_le(header.version, tvb(30, 2))

        local message = messages[tvb(26, 2):le_uint()]
        local name = message and message.name
        tree:append_text(", " .. (name or "unknown template"))
        pinfo.cols.info:append((tostring(pinfo.cols.info):find("^Assent: ") and ", " or "Assent: ") .. (name or "?"))
        link(tree, pinfo, name, tostring(tvb(8, 8):le_uint64()))
        if not message then
            complain(tree, 301, "unknown template")
        elseif tvb(28, 2):le_uint() ~= SCHEMA_ID or tvb(30, 2):le_uint() == 0 then
            complain(tree, 302, "another schema")
        else
            local body = tvb:len() > HEADER and tvb(HEADER):tvb() or nil
            show_message(tree, message, body, tvb(24, 2):le_uint(), tvb(30, 2):le_uint())
        end
        return tvb:len()
    end

    -- What is no frame takes the rest of the segment, so that the stream is not waited for in vain.
    local function frame_length(tvb, _, offset)
        if is_frame(tvb, offset) then return tvb(offset, 4):le_uint() end
        return tvb:len() - offset
    end

    function assent.dissector(tvb, pinfo, tree)
        pinfo.cols.info = ""
        return dissect_tcp_pdus(tvb, tree, 7, frame_length, dissect_frame, true)
    end

    local function heuristic(tvb, pinfo, tree)
        if tvb:len() < 7 or not is_frame(tvb, 0) then return false end
        pinfo.conversation = assent
        assent.dissector(tvb, pinfo, tree)
        return true
    end

    assent:register_heuristic("tcp", heuristic)
    DissectorTable.get("tcp.port"):add_for_decode_as(assent)

    """#
