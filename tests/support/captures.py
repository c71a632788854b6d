"""What tshark reads in a capture file.

    capture = Capture(path)
    capture.fields("http.request", "http.request.uri")      [["/a"], ["/b"]]
    capture.without_secrets(keylog=path)                    the same, opened by a key log beside it
"""
import os
import subprocess

PREFERENCES = ["-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"]
# Of the home of whoever runs the tests nothing may count.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/nonexistent", "WIRESHARK_CONFIG_DIR": "/nonexistent"}


def output_of(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT, timeout=60, check=False)
    assert done.returncode == 0, (done.stdout, done.stderr)
    return done.stdout.decode()


class Capture:
    def __init__(self, path, keylog=None):
        self.path = str(path)
        self.preferences = [*PREFERENCES, "-o", f"tls.keylog_file:{keylog or ''}"]
        self.protocols = []
        self.protocols = self._protocols()

    def _protocols(self):
        """What is spoken on each port, by the first byte that went there. tshark may know a free port for another protocol,
        or take the random bytes of a hello for one."""
        spoken = {}
        for port, payload in self.fields("tcp.len > 0 && tcp.seq == 1 && tcp.ack == 1", "tcp.dstport", "tcp.payload"):
            spoken.setdefault(port, "tls" if payload.startswith("16") else "http")
        return [word for port, protocol in spoken.items() for word in ("-d", f"tcp.port=={port},{protocol}")]

    def fields(self, what, *names):
        """A row for each packet that the filter lets pass, with the values of those fields."""
        command = ["tshark", "-n", *self.preferences, *self.protocols, "-r", self.path, "-Y", what, "-T", "fields"]
        for name in names:
            command += ["-e", name]
        return [line.split("\t") for line in output_of(*command).splitlines()]

    def values(self, what, name):
        return [row[0] for row in self.fields(what, name)]

    def faults(self):
        """What is wrong with the invented layers: checksums, sequence numbers, anything that the experts remark on."""
        wrong = "tcp.checksum.status == 0 || ip.checksum.status == 0 || tcp.analysis.flags || _ws.malformed"
        return self.fields(wrong, "frame.number", "_ws.expert.message")

    def information(self):
        """What capinfos says: it reads each block, and fails where one is wrong."""
        lines = [line.partition(":") for line in output_of("capinfos", "-M", self.path).splitlines()]
        return {name.strip(): value.strip() for name, _, value in lines}

    def without_secrets(self, keylog=None):
        path = self.path + ".bare"
        output_of("editcap", "--discard-all-secrets", self.path, path)
        return Capture(path, keylog)

    def mode(self):
        return os.stat(self.path).st_mode & 0o777
