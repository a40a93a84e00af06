import Foundation

/// What the tool inherits from its parent and must not.
enum Signals {
    /// Lets Ctrl-C and a request to end arrive, and lets a reader that goes away end the tool without a word.
    static func restore() {
        signal(SIGPIPE, SIG_DFL)
        // A program that starts the tool from one of its worker threads hands down that thread's mask.
        var blocked = sigset_t()
        sigemptyset(&blocked)
        for number in [SIGINT, SIGTERM, SIGPIPE] { sigaddset(&blocked, number) }
        pthread_sigmask(SIG_UNBLOCK, &blocked, nil)
    }
}
