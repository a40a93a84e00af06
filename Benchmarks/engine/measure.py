"""Processes and what they take, the machine, and the page cache."""

import os
import platform
import shlex
import subprocess
import sys
import tempfile
import time


def say(text):
    print(text, file=sys.stderr, flush=True)


class Finished:
    """A process that ended: seconds of wall clock and of processor, bytes read from disk, largest resident size."""

    def __init__(self, seconds, usage, status, output, errors):
        self.seconds, self.status, self.output, self.errors = seconds, status, output, errors
        self.cpu_seconds = usage.ru_utime + usage.ru_stime
        self.disk_bytes = usage.ru_inblock * 512
        self.peak_bytes = usage.ru_maxrss * 1024

    def figures(self):
        return {"seconds": self.seconds, "cpu_seconds": self.cpu_seconds, "disk_bytes": self.disk_bytes,
                "peak_rss_bytes": self.peak_bytes}


class Running:
    """A process with its output in temporary files, which never block it."""

    def __init__(self, command, environment=None):
        self.command = command
        self.output, self.errors = tempfile.TemporaryFile("w+"), tempfile.TemporaryFile("w+")
        self.started = time.monotonic()
        self.process = subprocess.Popen(command, stdout=self.output, stderr=self.errors, stdin=subprocess.DEVNULL,
                                        env={**os.environ, **(environment or {})})

    def poll(self):
        """The process's end, or None while it runs."""
        return self._ended(os.WNOHANG)

    def wait(self):
        return self._ended(0)

    def _ended(self, options):
        number, status, usage = os.wait4(self.process.pid, options)
        if number == 0:
            return None
        seconds = time.monotonic() - self.started
        self.process.returncode = os.waitstatus_to_exitcode(status)
        texts = []
        for file in (self.output, self.errors):
            file.seek(0)
            texts.append(file.read())
            file.close()
        return Finished(seconds, usage, self.process.returncode, *texts)


def run(command, environment=None, allowed=(0,)):
    finished = Running(command, environment).wait()
    if finished.status not in allowed:
        fail(command, finished)
    return finished


def fail(command, finished):
    sys.exit(f"{shlex.join(command)} ended with {finished.status}:\n{finished.errors[-3000:]}")


def memory(pid):
    """VmRSS, RssAnon, RssFile of a process in bytes and its threads, or None where it has ended."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
            pairs = dict(line.split(":", 1) for line in file if ":" in line)
        sizes = {name: int(pairs[name].split()[0]) * 1024 for name in ("VmRSS", "RssAnon", "RssFile")}
        return {**sizes, "Threads": int(pairs["Threads"])}
    except (OSError, KeyError):
        return None


def forget(paths):
    """Drops files from the page cache; says by which way. A host's cache below a virtual machine stays."""
    os.sync()
    try:
        with open("/proc/sys/vm/drop_caches", "w", encoding="ascii") as file:
            file.write("3\n")
        return "drop_caches"
    except OSError:
        pass
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)
    return "posix_fadvise of each shard (drop_caches is not permitted)"


def first_field(path, name, fallback):
    try:
        with open(path, encoding="utf-8") as file:
            return next(line.split(":", 1)[1].strip() for line in file if line.startswith(name))
    except (OSError, StopIteration):
        return fallback


def machine():
    return {
        "cpu": first_field("/proc/cpuinfo", "model name", platform.processor() or platform.machine()),
        "cores": os.cpu_count(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": platform.platform(),
    }


def commit(root):
    described = subprocess.run(["git", "describe", "--always", "--dirty", "--abbrev=12"], cwd=root, capture_output=True,
                               text=True)
    return described.stdout.strip() or "unknown"


def slope(points):
    """The least-squares slope of (x, y) points; 0 for fewer than two."""
    if len(points) < 2:
        return 0.0
    x_mean = sum(x for x, _ in points) / len(points)
    y_mean = sum(y for _, y in points) / len(points)
    spread = sum((x - x_mean) ** 2 for x, _ in points)
    return sum((x - x_mean) * (y - y_mean) for x, y in points) / spread if spread else 0.0
