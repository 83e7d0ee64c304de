extension Currency {
    /// Whether the code stands for money (ISO 4217, list one, of 2026): not for metals, bond units, tests or nothing.
    /// Two codes that were withdrawn in 2025 and 2026 are among them, because clearings and disputes name them for
    /// years: `ANG` and `BGN`.
    ///
    /// - Complexity: O(log n), without allocation.
    public var isAssigned: Bool {
        Self.assigned.withUTF8Buffer { codes in
            var low = 0
            var high = codes.count / 3
            while low < high {
                let middle = (low + high) / 2
                let place = 3 * middle
                let code = UInt32(codes[place]) << 16 | UInt32(codes[place + 1]) << 8 | UInt32(codes[place + 2])
                if code == packed { return true }
                if code < packed { low = middle + 1 } else { high = middle }
            }
            return false
        }
    }

    /// All of them, three letters each, in ascending order.
    private static var assigned: StaticString {
        """
        AEDAFNALLAMDANGAOAARSAUDAWGAZNBAMBBDBDTBGNBHDBIFBMDBNDBOBBOVBRLBSDBTNBWPBYNBZDCADCDFCHECHFCHWCLFCLPCNYCOPCOUCRC\
        CUPCVECZKDJFDKKDOPDZDEGPERNETBEURFJDFKPGBPGELGHSGIPGMDGNFGTQGYDHKDHNLHTGHUFIDRILSINRIQDIRRISKJMDJODJPYKESKGSKHR\
        KMFKPWKRWKWDKYDKZTLAKLBPLKRLRDLSLLYDMADMDLMGAMKDMMKMNTMOPMRUMURMVRMWKMXNMXVMYRMZNNADNGNNIONOKNPRNZDOMRPABPENPGK\
        PHPPKRPLNPYGQARRONRSDRUBRWFSARSBDSCRSDGSEKSGDSHPSLESOSSRDSSPSTNSVCSYPSZLTHBTJSTMTTNDTOPTRYTTDTWDTZSUAHUGXUSDUSN\
        UYIUYUUYWUZSVEDVESVNDVUVWSTXAFXCDXCGXOFXPFYERZARZMWZWG
        """
    }
}
