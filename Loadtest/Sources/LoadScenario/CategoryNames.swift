/// Short names of merchant categories that city purchasing cards meet often (ISO 18245), for tables only.
enum CategoryNames {
    private static let names: [UInt16: String] = [
        1520: "general contractors", 4111: "local transport", 4816: "computer network services",
        5046: "commercial equipment",
        5051: "metal service centres", 5065: "electrical parts", 5085: "industrial supplies", 5200: "home supply",
        5211: "lumber and building", 5231: "glass, paint, wallpaper", 5251: "hardware", 5261: "garden supply",
        5310: "discount stores", 5331: "variety stores", 5411: "groceries", 5533: "car parts", 5541: "service stations",
        5712: "furniture", 5732: "electronics", 5812: "restaurants", 5814: "fast food", 5912: "drug stores",
        5941: "sporting goods", 5943: "office supplies", 5945: "hobby and toys", 5947: "gift shops",
        5970: "artists' supplies",
        5996: "swimming pools", 5999: "speciality retail", 7011: "hotels", 7311: "advertising",
        7394: "equipment rental",
        7399: "business services", 7523: "parking", 7996: "amusement parks", 8220: "colleges", 8299: "schools",
        8398: "charities", 8699: "membership organizations", 8999: "professional services", 9222: "fines",
        9399: "government services",
    ]

    static func text(_ code: UInt16) -> String {
        let digits = String(10_000 + Int(code)).dropFirst()
        return names[code].map { "\(digits) \($0)" } ?? String(digits)
    }
}
