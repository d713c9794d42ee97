"""The include rule: a folder is a library and its links are the law (ARCHITECTURE.md).

Two tables say it all. To allow an include, change the table here, the folder's CMakeLists.txt and
ARCHITECTURE.md together, and record why in docs/decisions.
"""

import re

from findings import Finding, Tree

# Folder of src → the folders of src that it may include, beside itself.
MAY_INCLUDE = {
    "base": set(),
    "model": {"base"},
    "engine": {"base", "model"},
    "sqlite": {"base"},
    "postgres": {"base"},
    "store": {"base", "model", "sqlite"},
    "worker": {"base", "model", "engine", "store"},
    "transport": {"base", "model", "worker"},
    "http": {"base"},
    "jwt": {"base", "model"},
    "local_api": {"base", "model", "engine", "store", "worker", "http"},
    "cloud": {"base", "model", "sqlite", "postgres", "http", "jwt"},
    "conformance": {"base", "model", "transport"},
}
EVERYTHING = set(MAY_INCLUDE) | {"app"}
MAY_INCLUDE["app"] = EVERYTHING

# Outside src: the simulator never meets a socket; the rest may look at everything.
OUTSIDE = {
    "sim": {"base", "model", "engine", "sqlite", "store", "worker", "transport", "cloud"},
    "test": EVERYTHING,
    "bench": EVERYTHING,
    "examples": EVERYTHING,
}

# What a header of others begins with → the homes that may name it, as beginnings of paths.
# A test may name any: it stands outside of the house.
HOMES = {
    "boost/asio": ("src/http/",),
    "boost/beast": ("src/http/",),
    "boost/url": ("src/http/",),
    "boost/json": ("src/model/", "src/http/"),
    "boost/uuid": ("src/model/",),
    "boost/": (),
    "sqlite3": ("src/sqlite/", "sim/"),
    "cjose/": ("src/jwt/",),
    "openssl/": ("src/http/",),
    "curl/": ("src/transport/", "src/jwt/"),
    "zlib.h": ("src/http/", "src/transport/"),
    "sodium": ("src/cloud/", "src/app/", "src/local_api/"),
    "spdlog/": ("src/app/", "src/local_api/"),
    "toml++/": ("src/app/",),
    "CLI/": ("src/app/", "examples/", "sim/"),
    "libpq-fe.h": ("src/postgres/",),
    "prometheus/": ("src/app/", "src/local_api/", "src/cloud/"),
    "sys/socket.h": ("src/http/", "src/transport/"),
    "netinet/": ("src/http/", "src/transport/"),
    "arpa/": ("src/http/", "src/transport/"),
}

INSTEAD = {
    "boost/json": 'include "model/json.h"',
    "boost/asio": 'use "http/loop.h" or "http/server.h"',
    "boost/beast": 'use "http/server.h"',
    "sqlite3": 'use "sqlite/sqlite.h"',
    "libpq-fe.h": 'use "postgres/postgres.h"',
    "spdlog/": "return what happened; app and local_api write the log",
}

# Time and chance are arguments: these folders are told what time it is.
TOLD_THE_TIME = ("src/base/", "src/model/", "src/engine/", "src/sqlite/", "src/store/")
CLOCK = re.compile(
    r"\b(?:system_clock|steady_clock|high_resolution_clock)::now\b|\brandom_device\b"
    r"|\bstd::(?:uniform_\w+_distribution|mt19937\w*)\b|\bclock_gettime\b"
)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
CPP_ENDINGS = (".h", ".hpp", ".cpp", ".cc")


def check(tree: Tree) -> list[Finding]:
    findings = []
    for path in tree.with_ending(*CPP_ENDINGS):
        top, _, rest = path.partition("/")
        folder = rest.split("/")[0] if top == "src" else None
        if top == "src" and folder not in MAY_INCLUDE:
            text = f"folder src/{folder} is not in the include table: add it to scripts/lint/includes.py"
            findings.append(Finding(path, 1, text))
            continue
        findings += _of_file(tree, path, top, folder)
    return findings


def _of_file(tree: Tree, path: str, top: str, folder: str | None) -> list[Finding]:
    allowed = MAY_INCLUDE[folder] | {folder} if folder else OUTSIDE.get(top, EVERYTHING)
    findings = []
    for number, line in enumerate(tree.lines(path), 1):
        include = INCLUDE.match(line)
        if include:
            quote, name = include.groups()
            text = _local(name, folder or top, allowed) if quote == '"' else _foreign(path, name)
            if text:
                findings.append(Finding(path, number, text))
        elif path.startswith(TOLD_THE_TIME) and CLOCK.search(line.split("//")[0]):
            text = f"{CLOCK.search(line).group()}: time and chance are arguments here; take a Now or a Random"
            findings.append(Finding(path, number, text))
    return findings


def _local(name: str, who: str, allowed: set[str]) -> str | None:
    target = name.split("/")[0]
    if "/" not in name or target not in EVERYTHING or target in allowed:
        return _foreign_in_quotes(name)
    listed = ", ".join(sorted(allowed - {who})) or "only the standard library"
    return f'{who} may not include "{name}": it may include {listed} (ARCHITECTURE.md)'


def _foreign_in_quotes(name: str) -> str | None:
    prefix = _home_of(name)
    return f"<{name}> is not ours: write it in angle brackets" if prefix else None


def _foreign(path: str, name: str) -> str | None:
    prefix = _home_of(name)
    if prefix is None or path.startswith(("test/", "bench/") + HOMES[prefix]):
        return None
    homes = ", ".join(home.rstrip("/") for home in HOMES[prefix]) or "none yet"
    instead = f"; {INSTEAD[prefix]}" if prefix in INSTEAD else ""
    return f"<{name}> has its home elsewhere ({homes}){instead}"


def _home_of(name: str) -> str | None:
    """The longest beginning that fits, so that boost/json is not judged as boost/."""
    fits = [prefix for prefix in HOMES if name.startswith(prefix)]
    return max(fits, key=len) if fits else None
