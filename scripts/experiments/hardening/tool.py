"""Runs the tool within limits, and says what no run of it may do."""

import os
import re
import resource
import signal
import subprocess
import time

TRAPS = {132, 133, 134, 136, 138, 139}
TRACE = re.compile(r"Fatal error|\*\*\* Signal|Stack dump|Stack trace|terminate called|Exception raised from|frame #\d+|"
                   r"libc\+\+abi|AddressSanitizer|^Thread \d+ .*crashed|^\d+ +\[ra\]|Illegal instruction", re.MULTILINE)
NOT_FINITE = re.compile(r"error: the loss became|not finite|no longer finite|not a number", re.IGNORECASE)
GIBIBYTE = 1 << 30


class Outcome:
    """How one command ended."""

    def __init__(self, command, code, seconds, out, err, timed_out):
        self.command, self.code, self.seconds = command, code, seconds
        self.out, self.err, self.timed_out = out, err, timed_out

    def details(self):
        command = " ".join(part.decode(errors="backslashreplace") if isinstance(part, bytes) else part
                           for part in self.command)
        return {"command": command, "exit": self.code, "seconds": round(self.seconds, 2), "stderr": self.err[-1500:]}


class Tool:
    """The program under attack, with a home, a cache and a temporary folder of its own."""

    def __init__(self, path, work):
        self.path = os.path.abspath(path)
        self.environment = dict(os.environ, SWIFT_BACKTRACE="enable=no", LC_ALL="C.UTF-8")
        for name, folder in (("HOME", "home"), ("XDG_CACHE_HOME", "cache"), ("TMPDIR", "tmp")):
            self.environment[name] = os.path.join(work, folder)
            os.makedirs(self.environment[name], exist_ok=True)

    def start(self, *arguments, cwd=None, memory=None, prepare=None, cache=None, **options):
        """The running process; `prepare` is called in it before the tool begins."""
        def limits():
            if memory:
                resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
            if prepare:
                prepare()
        environment = dict(self.environment, XDG_CACHE_HOME=cache) if cache else self.environment
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        return subprocess.Popen([self.path, *arguments], cwd=cwd, env=environment, preexec_fn=limits, **options)

    def run(self, *arguments, limit=60, text=None, **options):
        """Runs to the end, or kills after `limit` seconds."""
        if text is not None:
            options["stdin"] = subprocess.PIPE
        began = time.monotonic()
        process = self.start(*arguments, **options)
        timed_out = False
        try:
            out, err = process.communicate(text, timeout=limit)
        except subprocess.TimeoutExpired:
            timed_out = True
            process.kill()
            out, err = process.communicate()
        texts = [(part or b"").decode(errors="backslashreplace") for part in (out, err)]
        return Outcome(["clip", *arguments], process.returncode, time.monotonic() - began, *texts, timed_out)


def kill(process):
    """Ends a process that was started here, and waits for it."""
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    for stream in (process.stdout, process.stderr, process.stdin):
        if stream:
            stream.close()
    process.wait()


def misbehaviour(outcome):
    """What an outcome shows that no input may cause, or None."""
    if outcome.timed_out:
        return f"no end within {outcome.seconds:.0f} s"
    if outcome.code < 0:
        return f"death by {signal.Signals(-outcome.code).name}"
    if outcome.code in TRAPS:
        return f"trap (status {outcome.code})"
    if TRACE.search(outcome.err):
        return "a trace of the stack instead of a message"
    # A run whose loss is no longer finite has this status too, and that is no fault of the tool.
    if outcome.code == 70 and not NOT_FINITE.search(outcome.err):
        return "status 70, a failure inside"
    if outcome.code != 0 and not outcome.err.strip() and not outcome.out.strip():
        return "no message"
    return None
