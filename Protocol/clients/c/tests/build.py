"""Compiles the C client for its tests: with every warning, and with address and undefined behaviour sanitizers."""

import os
import shutil
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
CLIENT = os.path.dirname(HERE)
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror"]
SANITIZERS = ["-O1", "-g", "-fno-omit-frame-pointer", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
TLS = ["-DASSENT_OPENSSL"]
TLS_LIBRARIES = ["-lssl", "-lcrypto"]
LANGUAGES = {"C11": ["-x", "c", "-std=c11"], "C++11": ["-x", "c++", "-std=c++11"]}


def compilers():
    """Those of gcc and clang that this machine has."""
    return [name for name in ("gcc", "clang") if shutil.which(name)]


def check(compiler, language, flags, source="assent.c"):
    """What a compiler has to say to a file."""
    done = subprocess.run(
        [compiler, *LANGUAGES[language], *WARNINGS, *flags, "-fsyntax-only", os.path.join(CLIENT, source)],
        capture_output=True, text=True)
    return done.stdout + done.stderr


def build(output, *sources, tls=True, sanitizers=True, compiler=None):
    """Compiles and links a program of files in the client's directory with the client itself."""
    subprocess.run(
        [compiler or compilers()[0], *LANGUAGES["C11"], *WARNINGS, *(SANITIZERS if sanitizers else ["-O2"]),
         *(TLS if tls else []), *(os.path.join(CLIENT, source) for source in ("assent.c", *sources)), "-o", output,
         *(TLS_LIBRARIES if tls else [])], check=True)
    return output
