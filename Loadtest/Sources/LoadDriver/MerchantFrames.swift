public import Domain
internal import Wire

/// The Authorize frames that a load's requests are copies of: ordinary merchants of several categories and countries.
public enum MerchantFrames {
    private static let merchants: [(name: String, city: String, category: UInt16, country: String, online: Bool)] = [
        ("FRISCHMARKT OTTENSEN", "HAMBURG", 5411, "DE", false), ("BAECKEREI SONNENKORN", "HAMBURG", 5462, "DE", false),
        ("TANKSTELLE A7 OST", "HAMBURG", 5541, "DE", false), ("STADTBAHN TICKETS", "HAMBURG", 4111, "DE", false),
        ("VERSANDHAUS FUCHS", "LEIPZIG", 5964, "DE", true), ("BUECHER PER POST", "STUTTGART", 5942, "DE", true),
        ("RISTORANTE DA CARLA", "MILANO", 5812, "IT", false), ("CAFE DU PORT", "MARSEILLE", 5814, "FR", false),
        ("HOTEL FLEETINSEL", "HAMBURG", 7011, "DE", false), ("TAXI HANSE FUNK", "HAMBURG", 4121, "DE", false),
        ("MUSIK UND SERIEN ABO", "DUBLIN", 5815, "IE", true), ("APOTHEKE ZUM ANKER", "HAMBURG", 5912, "DE", false),
        ("MODEHAUS ALSTER", "HAMBURG", 5651, "DE", false), ("ELEKTRO BLITZ", "HAMBURG", 5732, "DE", false),
        ("PARKHAUS RATHAUS", "HAMBURG", 7523, "DE", false), ("REISEPORTAL WEITWEG", "AMSTERDAM", 4722, "NL", true),
    ]

    /// The most merchants that `make` knows.
    public static let countMax = 10_000

    /// One frame for each merchant, in this currency.
    ///
    /// - Parameters:
    ///   - count: How many merchants, 1 to `countMax`, by default 16; those behind have names of others and numbers of
    ///     their own.
    ///   - isFinancial: Whether they are Financial messages; those have the block of Authorize.
    public static func make(
        currency: Currency,
        count: Int? = nil,
        isFinancial: Bool = false
    ) -> [[UInt8]] {
        let count = count ?? merchants.count
        precondition((1...countMax).contains(count), "1 to countMax merchants")
        return (0..<count).compactMap { index in
            let merchant = merchants[index % merchants.count]
            guard let country = Country(merchant.country), let category = MerchantCategory(code: merchant.category),
                let merchantID = Text16("LOAD\(1_000_000 + index)"), let terminalID = Text16("T\(1_000 + index)")
            else { return nil }
            let request = Authorize(
                requestID: RequestID(high: 1, low: 1),
                cardToken: CardToken(high: 1, low: 1),
                amount: 1,
                transmissionTime: .epoch,
                merchantID: merchantID,
                terminalID: terminalID,
                currency: currency,
                merchantCountry: country,
                merchantCategory: category,
                presence: merchant.online ? .notPresent : .present,
                entryMode: merchant.online ? .electronicCommerce : .contactless,
                initiator: .cardholder,
                flags: [],
                merchantName: merchant.name,
                merchantCity: merchant.city
            )
            var frame = request.encodedFrame(correlationID: 0)
            if isFinancial {
                frame.withUnsafeMutableBytes {
                    $0.storeBytes(
                        of: FrameLayout.financial.littleEndian,
                        toByteOffset: FrameLayout.templateOffset,
                        as: UInt16.self
                    )
                }
            }
            return frame
        }
    }
}
