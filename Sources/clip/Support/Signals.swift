import Foundation

/// What the tool inherits from its parent and must not.
enum Signals {
    /// Lets Ctrl-C and a request to end arrive, and lets a reader that goes away end the tool without a word.
    static func restore() {
        signal(SIGPIPE, SIG_DFL)
        // A file that grows beyond the limit of its size is an error of the write, as on a full disk, and no sudden end.
        signal(SIGXFSZ, SIG_IGN)
        // A program that starts the tool from one of its worker threads hands down that thread's mask.
        var blocked = sigset_t()
        sigemptyset(&blocked)
        for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { sigaddset(&blocked, number) }
        pthread_sigmask(SIG_UNBLOCK, &blocked, nil)
    }

    /// For work that must not be lost with its audience: a `tee` behind the tool dies of the same Ctrl-C that
    /// asks a run to save, and the next line of progress would then end the run before it has saved.
    static func outliveReaders() {
        signal(SIGPIPE, SIG_IGN)
    }
}
