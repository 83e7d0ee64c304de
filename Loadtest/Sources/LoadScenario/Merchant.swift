/// A merchant of the demonstration: what it sells, when it is open and what its prices are like.
public struct Merchant: Sendable {
    /// As it stands on the card statement.
    public let name: String
    /// Where it is.
    public let city: String
    /// ISO 18245.
    public let category: UInt16
    /// ISO 3166-1.
    public let country: String
    /// Hours of the day in which it sells, from the first to before the last.
    public let hours: Range<Int>
    /// How often it is chosen, relative to the others.
    public let weight: Double
    /// The middle price in cents.
    public let medianCents: Double
    /// How wide prices spread: the standard deviation of the logarithm.
    public let spread: Double
    /// Whether it sells over the internet.
    public let isOnline: Bool

    init(
        _ name: String,
        _ city: String,
        _ category: UInt16,
        _ hours: Range<Int>,
        _ weight: Double,
        _ median: Double,
        _ spread: Double,
        country: String = "DE",
        online: Bool = false
    ) {
        self.name = name
        self.city = city
        self.category = category
        self.country = country
        self.hours = hours
        self.weight = weight
        medianCents = median * 100
        self.spread = spread
        isOnline = online
    }

    /// The merchants of the demonstration's town, and those that it buys from over the internet.
    public static let town: [Merchant] = [
        Merchant("BAECKEREI SONNENKORN", "HAMBURG", 5462, 6..<18, 9, 5.4, 0.5),
        Merchant("BACKSTUBE AM MARKT", "LUEBECK", 5462, 6..<17, 4, 4.8, 0.5),
        Merchant("CAFE ELBBLICK", "HAMBURG", 5814, 7..<20, 6, 7.9, 0.5),
        Merchant("KAFFEEROESTEREI NORD", "HAMBURG", 5814, 7..<19, 5, 6.2, 0.4),
        Merchant("FRISCHMARKT OTTENSEN", "HAMBURG", 5411, 7..<22, 14, 24.5, 0.7),
        Merchant("SUPERMARKT HAFENCITY", "HAMBURG", 5411, 7..<23, 12, 19.8, 0.8),
        Merchant("BIOLADEN WURZELWERK", "HAMBURG", 5411, 9..<20, 4, 31.0, 0.6),
        Merchant("DISCOUNT 24 BARMBEK", "HAMBURG", 5411, 7..<21, 8, 16.9, 0.7),
        Merchant("WOCHENMARKT ISESTRASSE", "HAMBURG", 5499, 8..<14, 3, 14.2, 0.6),
        Merchant("APOTHEKE ZUM ANKER", "HAMBURG", 5912, 8..<19, 4, 18.4, 0.7),
        Merchant("DROGERIE BLANK", "HAMBURG", 5912, 9..<20, 5, 15.3, 0.6),
        Merchant("TANKSTELLE A7 OST", "HAMBURG", 5541, 0..<24, 6, 62.0, 0.3),
        Merchant("TANKPUNKT HARBURG", "HAMBURG", 5541, 5..<23, 5, 58.0, 0.3),
        Merchant("AUTOMATENTANKEN BILLSTEDT", "HAMBURG", 5542, 0..<24, 2, 55.0, 0.3),
        Merchant("STADTBAHN TICKETS", "HAMBURG", 4111, 5..<24, 10, 3.8, 0.3),
        Merchant("FAEHRE ELBE", "HAMBURG", 4111, 6..<22, 2, 7.2, 0.3),
        Merchant("TAXI HANSE FUNK", "HAMBURG", 4121, 0..<24, 3, 21.5, 0.5),
        Merchant("NORDBAHN FERNVERKEHR", "BERLIN", 4112, 5..<23, 3, 49.9, 0.7),
        Merchant("PARKHAUS RATHAUS", "HAMBURG", 7523, 6..<24, 4, 8.5, 0.5),
        Merchant("RISTORANTE DA CARLA", "HAMBURG", 5812, 12..<23, 5, 46.0, 0.5),
        Merchant("SUSHI KAIKO", "HAMBURG", 5812, 12..<22, 4, 38.0, 0.4),
        Merchant("KANTINE SPEICHERSTADT", "HAMBURG", 5812, 11..<15, 7, 9.8, 0.2),
        Merchant("IMBISS LANDUNGSBRUECKEN", "HAMBURG", 5814, 10..<24, 6, 8.9, 0.4),
        Merchant("PIZZA EXPRESS ALTONA", "HAMBURG", 5814, 11..<23, 5, 14.6, 0.4),
        Merchant("BAR ZUM SEEMANN", "HAMBURG", 5813, 17..<24, 3, 26.0, 0.6),
        Merchant("BUCHHANDLUNG LESEZEIT", "HAMBURG", 5942, 9..<20, 3, 19.9, 0.6),
        Merchant("MODEHAUS ALSTER", "HAMBURG", 5651, 10..<20, 4, 69.0, 0.7),
        Merchant("SCHUHE LAUFGUT", "HAMBURG", 5661, 10..<20, 2, 89.0, 0.5),
        Merchant("BAUMARKT WERKHAUS", "HAMBURG", 5200, 7..<20, 4, 37.0, 0.9),
        Merchant("ELEKTRO BLITZ", "HAMBURG", 5732, 10..<20, 3, 129.0, 0.9),
        Merchant("MOEBEL NORDLICHT", "HAMBURG", 5712, 10..<20, 1, 389.0, 0.8),
        Merchant("OPTIK SCHARFBLICK", "HAMBURG", 8043, 9..<18, 1, 249.0, 0.6),
        Merchant("FRISEUR HAARGENAU", "HAMBURG", 7230, 9..<19, 2, 42.0, 0.4),
        Merchant("FITNESS HAFENKRAFT", "HAMBURG", 7997, 6..<22, 1, 34.9, 0.1),
        Merchant("KINO PASSAGE", "HAMBURG", 7832, 14..<23, 3, 23.0, 0.4),
        Merchant("STADTTHEATER KASSE", "HAMBURG", 7922, 11..<20, 1, 58.0, 0.4),
        Merchant("HOTEL FLEETINSEL", "HAMBURG", 7011, 0..<24, 1, 164.0, 0.4),
        Merchant("BLUMEN ROSENROT", "HAMBURG", 5992, 8..<19, 2, 22.0, 0.4),
        Merchant("TIERBEDARF PFOTE", "HAMBURG", 5995, 9..<20, 2, 27.0, 0.6),
        Merchant("POSTPUNKT ALTONA", "HAMBURG", 9402, 9..<18, 2, 9.9, 0.6),
        Merchant("VERSANDHAUS FUCHS", "LEIPZIG", 5964, 0..<24, 9, 34.0, 0.9, online: true),
        Merchant("BUECHER PER POST", "STUTTGART", 5942, 0..<24, 3, 21.0, 0.5, online: true),
        Merchant("STROM UND GAS NORD", "KIEL", 4900, 6..<10, 2, 96.0, 0.3, online: true),
        Merchant("MOBILFUNK WELLE", "BONN", 4814, 6..<12, 2, 19.99, 0.2, online: true),
        Merchant("MUSIK UND SERIEN ABO", "DUBLIN", 5815, 2..<8, 3, 12.99, 0.2, country: "IE", online: true),
        Merchant("SPIELE DOWNLOAD", "LUXEMBOURG", 5816, 10..<24, 2, 24.9, 0.7, country: "LU", online: true),
        Merchant("REISEPORTAL WEITWEG", "AMSTERDAM", 4722, 8..<23, 1, 420.0, 0.6, country: "NL", online: true),
        Merchant("FAHRRADTEILE DIREKT", "GENT", 5940, 0..<24, 1, 47.0, 0.7, country: "BE", online: true),
    ]

    /// Where the day's attacks and mishaps happen.
    static let tester = Merchant("GLOBAL DONATE NOW", "RIGA", 8398, 0..<24, 0, 1.2, 0.3, country: "LV", online: true)
    static let blocked = Merchant(
        "LUCKY SEVENS CASINO ONLINE",
        "WILLEMSTAD",
        7995,
        0..<24,
        0,
        150,
        0.5,
        country: "CW",
        online: true
    )
    static let gadgets = Merchant("GADGET OUTLET 24", "PRAHA", 5732, 0..<24, 0, 480, 0.4, country: "CZ", online: true)
    static let jeweller = Merchant("JUWELIER GOLDADER", "HAMBURG", 5944, 10..<19, 0, 6_480, 0.1)
    static let concert = Merchant("KONZERTKASSE ARENA", "HAMBURG", 7922, 0..<24, 0, 20, 0, online: true)
}
