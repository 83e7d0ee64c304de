@main
struct Protocolgen {
    static func main() {}
}
