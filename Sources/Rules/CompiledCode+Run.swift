extension CompiledCode {
    /// Runs the code that begins at an instruction and returns its value.
    ///
    /// Nothing in it jumps backwards, so it ends after as many steps as there are instructions; nothing allocates. An
    /// error is a value like any other: operators pass on the first that they meet.
    func run<Source: AttributeSource>(
        from start: Int,
        _ workspace: inout RuleWorkspace,
        _ source: inout Source
    ) -> Cell {
        // SAFETY: the builder numbers registers below the count that the workspace was made with, ends all code with
        // `end`, and sets every jump to an instruction of the same code.
        precondition(start >= 0 && start < instructions.count)
        let registers = workspace.registers.base
        var pointer = instructions.base + start
        while true {
            let step = pointer.pointee
            pointer += 1
            let dst = Int(step.dst)
            switch step.opcode {
            case .constant: registers[dst] = Cell(step.immediate)
            case .copy: registers[dst] = registers[Int(step.left)]
            case .text:
                let place = UInt64(bitPattern: step.immediate)
                registers[dst] = Cell(word: place >> 32 | Cell.poolBit, length: UInt32(truncatingIfNeeded: place))
            case .money:
                let amount = money[Int(step.immediate)]
                registers[dst] =
                    amount.isExact(workspace.exponent)
                    ? Cell(amount.floor(workspace.exponent)) : Cell(.inexactAmount)
            case .attribute: registers[dst] = workspace.load(Int(step.immediate), &source)
            case .present: registers[dst] = Cell(workspace.load(Int(step.immediate), &source).isValue)
            case .compareAttribute:
                let value = workspace.load(Int(step.left), &source)
                registers[dst] = value.isValue ? Cell(step.option.holds(value.int, step.immediate)) : value
            case .compareConstant:
                let value = registers[Int(step.left)]
                registers[dst] = value.isValue ? Cell(step.option.holds(value.int, step.immediate)) : value
            case .compareMoney:
                let value = registers[Int(step.left)]
                let amount = money[Int(step.immediate)]
                registers[dst] =
                    value.isValue ? Cell(amount.compare(value.int, step.option, workspace.exponent)) : value
            case .predicate: registers[dst] = predicate(step, &workspace, &source)
            case .jump: pointer = instructions.base + Int(step.immediate)
            case .jumpIfFalse:
                if registers[Int(step.left)].isFalse { pointer = instructions.base + Int(step.immediate) }
            case .jumpIfTrue:
                if registers[Int(step.left)].isTrue { pointer = instructions.base + Int(step.immediate) }
            case .jumpIfError:
                let value = registers[Int(step.left)]
                if !value.isValue {
                    registers[dst] = value
                    pointer = instructions.base + Int(step.immediate)
                }
            case .branch:
                let value = registers[dst]
                if !value.isValue {
                    pointer = instructions.base + Int(step.immediate >> 32)
                } else if value.word == 0 {
                    pointer = instructions.base + Int(step.immediate & 0xFFFF_FFFF)
                }
            case .and:
                let value = registers[Int(step.left)]
                if value.isFalse || registers[dst].isValue { registers[dst] = value }
            case .or:
                let value = registers[Int(step.left)]
                if value.isTrue || registers[dst].isValue { registers[dst] = value }
            case .fail: registers[dst] = Cell(word: 0, state: UInt32(truncatingIfNeeded: step.immediate))
            case .end: return registers[0]
            default: compute(step, registers, workspace)
            }
        }
    }

    /// The instructions that only look at registers.
    @inline(__always)
    private func compute(
        _ step: Instruction,
        _ registers: UnsafeMutablePointer<Cell>,
        _ workspace: borrowing RuleWorkspace
    ) {
        let dst = Int(step.dst)
        let left = registers[Int(step.left)]
        guard left.isValue else {
            if step.opcode != .tally || registers[dst].isValue { registers[dst] = left }
            return
        }
        switch step.opcode {
        case .not: registers[dst] = Cell(word: left.word ^ 1)
        case .negate:
            let (value, overflow) = Int64(0).subtractingReportingOverflow(left.int)
            registers[dst] = overflow ? Cell(.overflow) : Cell(value)
        case .tally: if registers[dst].isValue { registers[dst].word += left.word }
        case .memberNumber: registers[dst] = Cell(has(left.word, in: numberSets[Int(step.immediate)]))
        case .memberText:
            registers[dst] = Cell(payload(of: bytes(left, workspace), in: textSets[Int(step.immediate)]) != nil)
        case .codePoints: registers[dst] = Cell(codePointCount(bytes(left, workspace)))
        case .byteCount: registers[dst] = Cell(Int64(left.length))
        case .intFromUInt: registers[dst] = left.int >= 0 ? left : Cell(.notConvertible)
        case .uintFromInt: registers[dst] = left.int >= 0 ? left : Cell(.notConvertible)
        case .intFromText: registers[dst] = number(bytes(left, workspace), isSigned: true)
        case .uintFromText: registers[dst] = number(bytes(left, workspace), isSigned: false)
        case .textFromBytes:
            registers[dst] = isUTF8(bytes(left, workspace)) ? left : Cell(.notConvertible)
        default:
            let right = registers[Int(step.right)]
            registers[dst] = right.isValue ? combine(step, left, right, workspace) : right
        }
    }

    /// The instructions with two operands.
    @inline(__always)
    private func combine(
        _ step: Instruction,
        _ left: Cell,
        _ right: Cell,
        _ workspace: borrowing RuleWorkspace
    ) -> Cell {
        switch step.opcode {
        case .addInt: return signed(left.int.addingReportingOverflow(right.int))
        case .subtractInt: return signed(left.int.subtractingReportingOverflow(right.int))
        case .multiplyInt: return signed(left.int.multipliedReportingOverflow(by: right.int))
        case .divideInt:
            return right.word == 0 ? Cell(.divisionByZero) : signed(left.int.dividedReportingOverflow(by: right.int))
        case .remainderInt:
            // The least integer has the remainder 0 by -1, though its quotient is none.
            if right.word == 0 { return Cell(.divisionByZero) }
            return right.int == -1 ? Cell(0 as Int64) : Cell(left.int % right.int)
        case .addUInt: return unsigned(left.word.addingReportingOverflow(right.word))
        case .subtractUInt: return unsigned(left.word.subtractingReportingOverflow(right.word))
        case .multiplyUInt: return unsigned(left.word.multipliedReportingOverflow(by: right.word))
        case .divideUInt: return right.word == 0 ? Cell(.divisionByZero) : Cell(word: left.word / right.word)
        case .remainderUInt: return right.word == 0 ? Cell(.divisionByZero) : Cell(word: left.word % right.word)
        case .compareInt: return Cell(step.option.holds(left.int, right.int))
        case .compareUInt: return Cell(step.option.holds(left.word, right.word))
        case .compareIntUInt:
            // A negative int is below every uint.
            let answer = left.int < 0 ? step.option.holds(0, 1) : step.option.holds(left.word, right.word)
            return Cell(answer)
        case .compareUIntInt:
            let answer = right.int < 0 ? step.option.holds(1, 0) : step.option.holds(left.word, right.word)
            return Cell(answer)
        case .compareText:
            return Cell(step.option.holds(order(bytes(left, workspace), bytes(right, workspace)), 0))
        case .contains: return Cell(contains(bytes(left, workspace), bytes(right, workspace)))
        case .startsWith:
            let part = bytes(right, workspace)
            let text = bytes(left, workspace)
            return Cell(text.count >= part.count && matches(text, at: 0, part))
        case .endsWith:
            let part = bytes(right, workspace)
            let text = bytes(left, workspace)
            return Cell(text.count >= part.count && matches(text, at: text.count - part.count, part))
        default: preconditionFailure("an instruction of another kind")
        }
    }

    @inline(__always)
    private func signed(_ result: (partialValue: Int64, overflow: Bool)) -> Cell {
        result.overflow ? Cell(.overflow) : Cell(result.partialValue)
    }

    @inline(__always)
    private func unsigned(_ result: (partialValue: UInt64, overflow: Bool)) -> Cell {
        result.overflow ? Cell(.overflow) : Cell(word: result.partialValue)
    }

    /// Whether a predicate holds, after all of its attribute have been looked at.
    @inline(__always)
    private func predicate<Source: AttributeSource>(
        _ step: Instruction,
        _ workspace: inout RuleWorkspace,
        _ source: inout Source
    ) -> Cell {
        let value = workspace.load(Int(step.left), &source)
        guard value.isValue else { return value }
        look(at: Int(step.left), value, workspace)
        let number = Int(step.immediate)
        return Cell(workspace.predicateBits[number / 64] >> UInt64(number % 64) & 1 == 1)
    }

    /// Finds out, once, which predicates hold of the text in a slot.
    @inline(__always)
    func look(at slot: Int, _ value: Cell, _ workspace: borrowing RuleWorkspace) {
        let place = Int(automata.places[slot])
        guard !workspace.scanned[place] else { return }
        workspace.scanned[place] = true
        let words = workspace.predicateBits.base
        automata.scan(bytes(value, workspace), with: automata.entries[place]) { number in
            // SAFETY: the workspace has a bit for each predicate of the group.
            words[number / 64] |= 1 << UInt64(number % 64)
        }
    }

    /// The bytes of a text.
    @inline(__always)
    func bytes(_ cell: Cell, _ workspace: borrowing RuleWorkspace) -> UnsafeRawBufferPointer {
        let offset = Int(cell.word & ~Cell.poolBit)
        let base: UnsafeMutablePointer<UInt8>
        // SAFETY: texts come from the pool or from the workspace's text, and lie in it whole.
        if cell.word & Cell.poolBit != 0 {
            precondition(offset + Int(cell.length) <= pool.count)
            base = pool.base
        } else {
            precondition(offset + Int(cell.length) <= workspace.text.count)
            base = workspace.text.base
        }
        return UnsafeRawBufferPointer(start: base + offset, count: Int(cell.length))
    }
}

extension RuleWorkspace {
    /// The value of a slot; asks the source the first time.
    @inline(__always)
    mutating func load<Source: AttributeSource>(_ slot: Int, _ source: inout Source) -> Cell {
        let cell = cells[slot]
        if cell.state != Cell.notLoaded { return cell }
        source.load(slot, into: &self)
        if cells[slot].state == Cell.notLoaded { setAbsent(slot) }
        return cells[slot]
    }
}
