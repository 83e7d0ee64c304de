import Domain
import Score
import Testing

@testable import assent_train

@Suite struct PaymentFileTests {
    private func parse(_ text: String) throws(Failure) -> [Payment] { try PaymentFile.parse(Array(text.utf8)) }

    private func message(_ text: String) -> String? {
        do throws(Failure) {
            _ = try parse(text)
            return nil
        } catch {
            #expect(error.status == .malformed)
            return error.message
        }
    }

    @Test func columnsMayComeInAnyOrderAndOthersArePassedOver() throws {
        let payments = try parse(
            "is_fraud,note,amount_cents,country,customer_id,merchant,unix_seconds,terminal_id\r\n"
                + "1,x,1250,DE,c-7,shop,1500000000,T1\r\n0,,5,,c-8,,1500000000,\r\n0,,6,FR,c-7,shop,1500000001,T1\n"
        )
        #expect(payments.map(\.isFraud) == [true, false, false])
        #expect(payments.map(\.facts.card.low) == [0, 1, 0])
        #expect(payments.map(\.facts.amount) == [1_250, 5, 6])
        #expect(payments.map(\.facts.country) == [Country("DE"), nil, Country("FR")])
        #expect(payments.map(\.facts.terminal) == [Text16("T1"), Text16(), Text16("T1")])
        #expect(payments.map(\.facts.merchant) == [Text16("shop"), Text16(), Text16("shop")])
        #expect(payments[2].facts.time == Instant("2017-07-14T02:40:01Z"))
    }

    @Test func whatIsWrongIsNamedWithItsLine() {
        let header = "unix_seconds,card,amount_cents,is_fraud,terminal,country\n"
        #expect(message("") == "the data is empty")
        #expect(message("time,card,fraud\n")?.hasPrefix("no column is named amount_cents or") == true)
        #expect(message(header + "1,a,1,0,t\n") == "line 2 has 5 fields, the header has 6")
        #expect(
            message(header + "1,a,1,0,t,DE\n-1,a,1,0,t,DE\n")
                == "line 3: unix_seconds is '-1', not seconds since 1970"
        )
        #expect(
            message(header + "1,a,1.5,0,t,DE\n")
                == "line 2: amount_cents is '1.5', not a whole number of minor units"
        )
        #expect(message(header + "1,a,1,2,t,DE\n") == "line 2: is_fraud is '2', not 0 or 1")
        #expect(
            message(header + "1,a,1,0,12345678901234567,DE\n")
                == "line 2: terminal is '12345678901234567', not up to 16 characters of ASCII"
        )
        #expect(message(header + "1,a,1,0,t,de\n") == "line 2: country is 'de', not a country of two letters")
        #expect(message(header + "2,a,1,0,t,\n1,a,1,0,t,\n") == "line 3 is of an earlier time than the line before it")
        #expect(message("\u{FD}7zXZ") != nil)
        let compressed: [UInt8] = [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]
        #expect(throws: Failure.self) { try PaymentFile.parse(compressed) }
    }

    @Test func aFileThatIsNotThereIsSaidSo() {
        #expect(throws: Failure.self) { try PaymentFile.read("/nowhere/at all.csv") }
    }
}
