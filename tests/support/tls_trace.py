"""TLS handshakes as three programs tell them, each brought to one form: what `peel -vvvv` shows, what `openssl s_server
-trace` shows of the same bytes, and what tshark reads in a ClientHello.

A message is a dict: "name", "is_sent" (by the client), and facts such as "ciphers", "extensions", "groups". A fact that a
message does not have is not there.
"""

import re
import struct
import subprocess

# The one program's name for a group, by its number; the other's is ours.
GROUPS = {23: "P-256", 24: "P-384", 25: "P-521", 29: "x25519", 30: "x448", 256: "ffdhe2048", 257: "ffdhe3072",
          258: "ffdhe4096", 259: "ffdhe6144", 260: "ffdhe8192", 4587: "SecP256r1MLKEM768", 4588: "X25519MLKEM768",
          4589: "SecP384r1MLKEM1024"}
# Where s_server has another name than the registry.
EXTENSIONS = {"renegotiate": "renegotiation_info", "psk": "pre_shared_key"}


# ---- peel -vvvv

HEAD = re.compile(r"^\* TLS +\+[\d.]+ ms ([<>]) (\S+) +(\d+)(?:  .*)?$")
ROW = re.compile(r"^\*      ([0-9a-f]{4,}): ((?:[0-9a-f]{2} ){1,16})")


def peel_messages(text):
    """All messages in what -vvvv said; "bytes" is the message, "fields" a list of (label, value) as they stand there."""
    messages = []
    for line in text.splitlines():
        head, row = HEAD.match(line), ROW.match(line)
        if head:
            messages.append({"name": head[2], "is_sent": head[1] == ">", "size": int(head[3]), "fields": [], "bytes": b""})
        elif row and messages:
            messages[-1]["bytes"] += bytes.fromhex(row[2])
        elif line.startswith("*      ") and messages:
            label = re.sub(r" \(\d+\)$", "", line[7:24].strip() if line[24:25] == " " else line[7:].split("  ")[0])
            messages[-1]["fields"].append((label, line[25:]))
        elif not line.startswith("* TLS"):
            continue
    for message in messages:
        assert len(message["bytes"]) == message["size"], message
        message.update(facts_of_peel(message))
    return messages


def names_with_sizes(value):
    return [(name, int(size)) for name, size in re.findall(r"(\S+) \((\d+) bytes?\)", value)]


def facts_of_peel(message):
    facts = {}
    lists = {"ciphers": "ciphers", "groups": "groups", "signatures": "signatures", "versions": "versions", "ALPN": "ALPN"}
    for label, value in message["fields"]:
        if label in lists and value != "none chosen":
            facts[lists[label]] = value.split(", ")
        elif label == "extensions":
            facts["extensions"] = names_with_sizes(value)
        elif label == "key share":
            facts["key share"] = names_with_sizes(value)
        elif label == "wants key share":
            facts["key share"] = [(value, None)]
        elif label == "version":
            facts["versions"] = [value]
        elif label == "cipher":
            facts["ciphers"] = [value]
        elif label in ("random", "session id", "verify data", "nonce"):
            facts[label] = "" if value == "empty" else value
        elif label == "age add":
            facts[label] = int(value, 16)
        elif label == "lifetime":
            facts[label] = int(value.split(" ")[0])
        elif label == "ticket" and value.endswith(" bytes"):
            facts[label] = int(value.split(" ")[0])
        elif label.startswith("certificate "):
            facts.setdefault("certificates", []).append(int(re.search(r"\((\d+) bytes\)$", value)[1]))
        elif label == "signature":
            facts["signature"] = names_with_sizes(value)[0]
        elif label == "record" and value != "the one before holds it too":
            facts["record"] = re.findall(r"(\w+), TLS (\S+) \((\d+) bytes?\)", value)[-1]
        elif label in ("JA3 fingerprint", "JA4 fingerprint"):
            facts[label[:3]] = value
    return facts


# ---- openssl s_server -trace

CONTENT = {"20": "change_cipher_spec", "21": "alert", "22": "handshake", "23": "application_data"}
MESSAGE = re.compile(r"^    (\w+), Length=(\d+)$")


def openssl_messages(text, codes):
    """The handshake messages in the trace of a server. codes: gathers ("cipher", name): number and the like."""
    messages, lines, header, is_received = [], None, {}, False
    for line in text.splitlines():
        if re.match(r"(Sent|Received) (TLS )?Record", line):
            header, is_received, lines = {}, line.startswith("Received"), None
        found = re.match(r"  (Version|Content Type|Length) = (?:.*\()?(?:0x)?(\w+)\)?$", line)
        if found and lines is None:
            header[found[1]] = found[2]
        found = MESSAGE.match(line)
        if found:
            lines = []
            messages.append({"name": found[1], "is_sent": is_received, "size": int(found[2]) + 4, "lines": lines})
            if header:
                messages[-1]["record"] = (CONTENT[header["Content Type"]], "1." + str(int(header["Version"], 16) - 0x301),
                                          header["Length"])
                header = {}
        elif lines is not None:
            lines.append(line.strip())
    for message in messages:
        message.update(facts_of_openssl(message, codes))
        if message["name"] == "ServerHello" and message.get("random", "").startswith("cf21ad74e59a6111"):
            message["name"] = "HelloRetryRequest"
    return messages


def facts_of_openssl(message, codes):
    facts, extension = {}, None
    text = "\n".join(message["lines"])
    random = re.search(r"gmt_unix_time=0x(\w+)\nrandom_bytes \(len=28\): (\w+)", text)
    if random:
        facts["random"] = (random[1] + random[2]).lower()
    for line in message["lines"]:
        found = re.match(r"extension_type=(.*)\((\d+)\), length=(\d+)$", line)
        if found:
            extension = int(found[2])
            name = EXTENSIONS.get(found[1], found[1])
            codes["extension", name] = extension
            facts.setdefault("extensions", []).append((name, int(found[3])))
            continue
        found = re.match(r"(?:cipher_suite )?\{0x(..), 0x(..)\} (\S+)$", line)
        if found:
            facts.setdefault("ciphers", []).append(found[3])
            codes["cipher", found[3]] = int(found[1] + found[2], 16)
        found = re.match(r"(\S+) \(0x(....)\)$", line)
        if found and (extension == 13 or message["name"] == "CertificateRequest"):
            facts.setdefault("signatures", []).append(found[1])
            codes["signature", found[1]] = int(found[2], 16)
        found = re.match(r".* \((\d+)\)$", line)
        if found and extension == 10:
            facts.setdefault("groups", []).append(GROUPS[int(found[1])])
            codes["group", GROUPS[int(found[1])]] = int(found[1])
        found = re.match(r"(TLS \S+) \((\d+)\)$", line)
        if found and extension == 43:
            facts.setdefault("versions", []).append(found[1])
        found = re.match(r"(?:NamedGroup|named_curve): .* \((\d+)\)$", line)
        if found:
            facts.setdefault("key share", []).append((GROUPS[int(found[1])], None))
        found = re.match(r"(?:key_exchange: |point) \(len=(\d+)\)", line)
        if found and facts.get("key share"):
            facts["key share"][-1] = (facts["key share"][-1][0], int(found[1]))
        if extension == 16 and re.match(r"\S+$", line):
            facts.setdefault("ALPN", []).append(line)
        found = re.match(r"Signature Algorithm: (\S+) \(0x", line)
        if found:
            facts["signature"] = (found[1], None)
        found = re.match(r"Signature \(len=(\d+)\)", line)
        if found:
            facts["signature"] = (facts["signature"][0], int(found[1]))
        found = re.match(r"(session_id|verify_data|ticket_nonce) \(len=\d+\): ?(\w*)", line)
        if found:
            facts[{"session_id": "session id", "verify_data": "verify data", "ticket_nonce": "nonce"}[found[1]]] = \
                found[2].lower()
        found = re.match(r"ticket \(len=(\d+)\)", line)
        if found and message["name"] == "NewSessionTicket":
            facts["ticket"] = int(found[1])
        found = re.match(r"ticket_(lifetime_hint|age_add)=(\d+)", line)
        if found:
            facts[{"lifetime_hint": "lifetime", "age_add": "age add"}[found[1]]] = int(found[2])
        found = re.match(r"ASN\.1Cert, length=(\d+)", line)
        if found:
            facts.setdefault("certificates", []).append(int(found[1]))
    return facts


# ---- tshark

TSHARK_FIELDS = ["tls.handshake.ja3", "tls.handshake.ciphersuite", "tls.handshake.extension.type",
                 "tls.handshake.extensions_supported_group", "tls.handshake.sig_hash_alg",
                 "tls.handshake.extensions.supported_version", "tls.handshake.extensions_alpn_str",
                 "tls.handshake.extensions_server_name", "tls.handshake.extensions_key_share_group", "tls.handshake.ja4"]


def capture(path, hellos):
    """A capture with each hello as the first bytes of a connection of its own, in segments of 1400 bytes."""
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
        for number, hello in enumerate(hellos):
            data = b"\x16\x03\x01" + struct.pack(">H", len(hello)) + hello
            for at in range(0, len(data), 1400):
                piece = data[at:at + 1400]
                tcp = struct.pack(">HHIIBBHHH", 10000 + number, 443, 1 + at, 1, 0x50, 0x18, 65535, 0, 0)
                ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40 + len(piece), number, 0, 64, 6, 0, b"\x7f\0\0\1", b"\x7f\0\0\2")
                packet = ip + tcp + piece
                file.write(struct.pack("<IIII", number, at, len(packet), len(packet)) + packet)


def tshark(path, fields):
    command = ["tshark", "-n", "-r", path, "-Y", "tls.handshake.type == 1", "-T", "fields", "-E", "separator=/t",
               "-E", "aggregator= "]
    for field in fields:
        command += ["-e", field]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    if done.returncode != 0:
        return None
    return [dict(zip(fields, line.split("\t"))) for line in done.stdout.decode().splitlines()]


def tshark_hellos(path, hellos):
    """What tshark reads in each hello; without ja4 where it is too old for that."""
    capture(path, hellos)
    found = tshark(path, TSHARK_FIELDS) or tshark(path, TSHARK_FIELDS[:-1])
    assert found and len(found) == len(hellos), found
    return found
