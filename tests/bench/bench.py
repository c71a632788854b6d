#!/usr/bin/python3
"""What peel costs beside the system's curl, on the same server: one table on stdout.

    bench.py PEEL [--pairs N]

nginx on the loopback, TLS 1.3, a file of 1 KiB and a sparse one of 1 GB. The server's authority is put beside the system's own
in /etc/ssl/certs, as seen by this process alone (a mount namespace), so that both programs work with the whole trust store;
where that is not permitted, both run with -k, and the table says so. Instructions, system calls and memory are facts and have
goals; times depend on the machine and are given as a ratio from interleaved pairs. Nothing here fails for being slow.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import certs as certificates    # noqa: E402
import servers                  # noqa: E402

INSIDE = "PEEL_BENCH_INSIDE"
TRUST = "/etc/ssl/certs"
SIZES = {"1k": 1024, "1m": 2**20, "100m": 100 * 2**20, "1g": 10**9}


def can_unshare():
    options = ["--mount"] if os.geteuid() == 0 else ["--user", "--map-root-user", "--mount"]
    if subprocess.run(["unshare", *options, "true"], stderr=subprocess.DEVNULL).returncode == 0:
        return options
    return None


def trust_beside_the_system(directory, certs):
    """The system's store with one authority more, mounted over the system's for this process and its children."""
    store = os.path.join(directory, "trust")
    shutil.copytree(TRUST, store, symlinks=True)
    with open(certs.ca, "rb") as file:
        pem = file.read()
    with open(os.path.join(store, "ca-certificates.crt"), "ab") as bundle:
        bundle.write(pem)
    for name in os.listdir(certs.ca_directory):
        shutil.copy(os.path.join(certs.ca_directory, name), os.path.join(store, name))
    subprocess.run(["mount", "--bind", store, TRUST], check=True)


class Bench:
    def __init__(self, programs, server, options, directory):
        self.programs, self.server, self.options, self.directory = programs, server, options, directory

    def fetch(self, program, size):
        return [program, "-sS", *self.options, self.server.url("/" + size)]

    def into_pipe(self, command):
        """Runs command with its output into `cat`, as a person would; gives what it cost the caller to wait for it."""
        cat = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        start = time.monotonic()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=cat.stdin, stderr=subprocess.PIPE)
        cat.stdin.close()
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        cat.wait()
        if process.returncode != 0:
            sys.exit(f"{' '.join(command)}: exit {process.returncode}\n{said.decode(errors='backslashreplace')}")
        return time.monotonic() - start, usage.ru_utime + usage.ru_stime, said.decode(errors="replace")

    def instructions(self, command):
        said = self.into_pipe(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--trace-children=no", *command])[2]
        return int(re.search(r"Collected : (\d+)", said).group(1))

    def seldom_entered(self, command):
        """What is defined in libseldom.a, see src/meson.build, and is called all the same."""
        program = command[0]
        library = os.path.join(os.path.dirname(program), "src", "libseldom.a")
        listing = subprocess.run(["nm", "--defined-only", library], capture_output=True, text=True, check=True).stdout
        report = os.path.join(self.directory, "callgrind")
        self.into_pipe(["valgrind", "--tool=callgrind", f"--callgrind-out-file={report}", "--compress-strings=no", *command])
        with open(report) as file:
            called = set(re.findall(r"^fn=(\w+)", file.read(), re.M))
        return sorted(called & set(re.findall(r" T (\w+)", listing)))

    def system_calls(self, command):
        report = os.path.join(self.directory, "strace")
        self.into_pipe(["strace", "-f", "-c", "-o", report, *command])
        with open(report) as file:
            return int(re.findall(r"^100\.00\s+\S+\s+(?:\d+\s+)?(\d+)(?:\s+\d+)? total$", file.read(), re.M)[-1])

    def peak_kib(self, command):
        report = os.path.join(self.directory, "time")
        self.into_pipe(["/usr/bin/time", "-f", "%M", "-o", report, *command])
        with open(report) as file:
            return int(file.read().split()[-1])

    def start_ms(self, program, runs=20):
        times = []
        for _ in range(runs):
            start = time.monotonic()
            subprocess.run([program, "-V"], stdout=subprocess.DEVNULL, check=True)
            times.append((time.monotonic() - start) * 1000)
        return statistics.median(times)

    def both(self, measure):
        return [measure(program) for program in self.programs]

    def pairs(self, size, n):
        """[wall ratios], [CPU ratios] of n runs side by side, and the medians in seconds."""
        runs = [[self.into_pipe(self.fetch(program, size))[:2] for program in self.programs] for _ in range(n)]
        wall = [statistics.median(run[i][0] for run in runs) for i in (0, 1)]
        cpu = [statistics.median(run[i][1] for run in runs) for i in (0, 1)]
        return wall, cpu, [run[0][0] / run[1][0] for run in runs], [run[0][1] / run[1][1] for run in runs]


def row(what, goal, mine, theirs, note=""):
    print(f"{what:<46} {goal:>9} {mine:>10} {theirs:>10}  {note}", flush=True)


def verdict(value, limit):
    return "reached" if value <= limit else "MISSED"


def print_table(bench, n_pairs):
    row("", "goal", "peel", "curl")
    mine, theirs = bench.both(lambda program: bench.instructions(bench.fetch(program, "1k")) / 1e6)
    row("1 KiB, full trust store: M instructions", "<= 40", f"{mine:.1f}", f"{theirs:.1f}", verdict(mine, 40))
    names = bench.seldom_entered(bench.fetch(bench.programs[0], "1k"))
    row("1 KiB: functions of libseldom that are called", "0", str(len(names)), "", ", ".join(names) or "reached")
    mine, theirs = bench.both(lambda program: bench.instructions([program, "-V"]) / 1e6)
    row("-V: M instructions", "", f"{mine:.1f}", f"{theirs:.1f}")
    mine, theirs = bench.both(bench.start_ms)
    row("-V: ms", "", f"{mine:.1f}", f"{theirs:.1f}")
    mine, theirs = bench.both(lambda program: bench.system_calls(bench.fetch(program, "1g")))
    row("1 GB into a pipe: system calls", "<= 12000", str(mine), str(theirs), verdict(mine, 12000))
    for size, text in (("1k", "1 KiB"), ("1m", "1 MiB"), ("100m", "100 MiB"), ("1g", "1 GB")):
        mine, theirs = bench.both(lambda program, size=size: bench.peak_kib(bench.fetch(program, size)) / 1024)
        goal = "<= 12" if size == "1g" else ""
        row(f"{text} into a pipe: peak MiB", goal, f"{mine:.1f}", f"{theirs:.1f}", verdict(mine, 12) if goal else "")
    wall, cpu, wall_ratios, cpu_ratios = bench.pairs("1g", n_pairs)
    for what, seconds, ratios in (("wall", wall, wall_ratios), ("CPU", cpu, cpu_ratios)):
        note = f"ratio {statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f}, {n_pairs} pairs)"
        row(f"1 GB into a pipe: s {what}", "", f"{seconds[0]:.2f}", f"{seconds[1]:.2f}", note)


def measure(arguments):
    with servers.temporary_directory() as directory:
        certs = certificates.make(os.path.join(directory, "certs"))
        options = []
        if os.environ.get(INSIDE):
            trust_beside_the_system(directory, certs)
        else:
            options = ["-k"]
            print("No mount namespace here: with -k, so the trust store's cost is not in the numbers.")
        workspace = servers.Workspace(directory)
        for name, size in SIZES.items():
            with open(os.path.join(workspace.root, name), "wb") as file:
                file.truncate(size)
        curl = shutil.which("curl")
        print(subprocess.run([curl, "-V"], capture_output=True, text=True).stdout.splitlines()[0])
        with servers.nginx(workspace, certs["server"], tls="1.3") as server:
            bench = Bench([os.path.abspath(arguments.peel), curl], server, options, directory)
            print_table(bench, arguments.pairs)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("peel")
    parser.add_argument("--pairs", type=int, default=5)
    arguments = parser.parse_args()
    for name in ("http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR",
                 "CURL_CA_BUNDLE"):
        os.environ.pop(name, None)
    options = None if os.environ.get(INSIDE) else can_unshare()
    if options:
        os.environ[INSIDE] = "1"
        os.execvp("unshare", ["unshare", *options, "--propagation", "private", sys.executable, os.path.abspath(__file__),
                              os.path.abspath(arguments.peel), "--pairs", str(arguments.pairs)])
    measure(arguments)


if __name__ == "__main__":
    main()
