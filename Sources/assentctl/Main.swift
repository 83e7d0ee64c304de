@main
struct Assentctl {
    static func main() {}
}
