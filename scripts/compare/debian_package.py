"""Fetches Debian packages for their files and unpacks them without installing anything."""

import glob
import os
import subprocess
import sys


def unpacked(name, cache):
    """The folder that holds the files of Debian package `name`, fetched into `cache` on first use."""
    cache = os.path.abspath(cache)
    folder = f"{cache}/{name}"
    if os.path.exists(f"{folder}.ready"):
        return folder
    os.makedirs(cache, exist_ok=True)
    try:
        for attempt in (0, 1):
            command = ["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", name]
            if subprocess.run(command, cwd=cache, capture_output=attempt == 0).returncode == 0:
                break
            if attempt == 0:  # a fresh machine knows no packages yet
                subprocess.run(["apt-get", "-qq", "update"], check=False)
        archives = glob.glob(f"{cache}/{name}_*.deb")
        if not archives:
            sys.exit(f"{name}: apt-get could not download this Debian package; check the network and the package lists")
        subprocess.run(["dpkg-deb", "-x", archives[0], folder], check=True)
        os.remove(archives[0])
    except FileNotFoundError as error:
        sys.exit(f"{error.filename} is missing: this script takes its data from Debian packages, so it needs Debian or Ubuntu")
    open(f"{folder}.ready", "w").close()
    return folder
