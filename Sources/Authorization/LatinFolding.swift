/// The plain upper-case letters of Latin letters with diacritics, ligatures and variants, after the decompositions of
/// the Unicode Character Database (UnicodeData.txt, field 5) and, for letters that do not decompose, by their look.
///
/// Two characters a code point: the letters, filled up with `.`; `..` where the letter is kept as it is, `__` where it
/// is a sign and counts as a space.
enum LatinFolding {
    /// U+00C0 to U+024F: Latin-1 Supplement, Latin Extended-A and -B.
    static let basicRange: ClosedRange<UInt32> = 0xC0...0x24F
    /// U+1E00 to U+1EFF: Latin Extended Additional.
    static let additionalRange: ClosedRange<UInt32> = 0x1E00...0x1EFF

    /// The table of `basicRange`.
    static var basic: StaticString {
        """
        A.A.A.A.A.A.AEC.E.E.E.E.I.I.I.I.D.N.O.O.O.O.O.__O.U.U.U.U.Y.THSSA.A.A.A.A.A.AEC.E.E.E.E.I.I.I.I.\
        D.N.O.O.O.O.O.__O.U.U.U.U.Y.THY.A.A.A.A.A.A.C.C.C.C.C.C.C.C.D.D.D.D.E.E.E.E.E.E.E.E.E.E.G.G.G.G.\
        G.G.G.G.H.H.H.H.I.I.I.I.I.I.I.I.I.I.IJIJJ.J.K.K.K.L.L.L.L.L.L.L.L.L.L.N.N.N.N.N.N.N.NGNGO.O.O.O.\
        O.O.OEOER.R.R.R.R.R.S.S.S.S.S.S.S.S.T.T.T.T.T.T.U.U.U.U.U.U.U.U.U.U.U.U.W.W.Y.Y.Y.Z.Z.Z.Z.Z.Z.S.\
        B.B.B.B.....O.C.C.D.D.D.D.....A...F.F.G.......I.K.K.L.....N.N.O.O.O.....P.P...........T.T.T.T.U.\
        U...V.Y.Y.Z.Z...........................DZDZDZLJLJLJNJNJNJA.A.I.I.O.O.U.U.U.U.U.U.U.U.U.U...A.A.\
        A.A.AEAEG.G.G.G.K.K.O.O.O.O.....J.DZDZDZG.G.....N.N.A.A.AEAEO.O.A.A.A.A.E.E.E.E.I.I.I.I.O.O.O.O.\
        R.R.R.R.U.U.U.U.S.S.T.T.....H.H.N.D.....Z.Z.A.A.E.E.O.O.O.O.O.O.O.O.Y.Y.L.N.T.J.....A.C.C.L.T.S.\
        Z.....B.U...E.E.J.J.....R.R.Y.Y.
        """
    }

    /// The table of `additionalRange`.
    static var additional: StaticString {
        """
        A.A.B.B.B.B.B.B.C.C.D.D.D.D.D.D.D.D.D.D.E.E.E.E.E.E.E.E.E.E.F.F.G.G.H.H.H.H.H.H.H.H.H.H.I.I.I.I.\
        K.K.K.K.K.K.L.L.L.L.L.L.L.L.M.M.M.M.M.M.N.N.N.N.N.N.N.N.O.O.O.O.O.O.O.O.P.P.P.P.R.R.R.R.R.R.R.R.\
        S.S.S.S.S.S.S.S.S.S.T.T.T.T.T.T.T.T.U.U.U.U.U.U.U.U.U.U.V.V.V.V.W.W.W.W.W.W.W.W.W.W.X.X.X.X.Y.Y.\
        Z.Z.Z.Z.Z.Z.H.T.W.Y.A.S.S.S.SS..A.A.A.A.A.A.A.A.A.A.A.A.A.A.A.A.A.A.A.A.A.A.A.A.E.E.E.E.E.E.E.E.\
        E.E.E.E.E.E.E.E.I.I.I.I.O.O.O.O.O.O.O.O.O.O.O.O.O.O.O.O.O.O.O.O.O.O.O.O.U.U.U.U.U.U.U.U.U.U.U.U.\
        U.U.Y.Y.Y.Y.Y.Y.Y.Y.............
        """
    }
}
