@main
struct Assentd {
    static func main() {}
}
