"""-vv to -vvvv: what is told of TLS messages, beside two programs that read the same bytes: openssl s_server, which tells
what it got and sent, and tshark."""

import re
import shutil
import ssl
import subprocess
import time
import zlib

import pytest

import runner
import servers
import tls_trace
from origin import Origin, reply

# name: (options of peel, options of s_server, certificate)
HANDSHAKES = {
    "as it comes": ([], [], "server"),
    "rsa key": ([], [], "server-rsa"),
    "a chain": ([], [], "server-through-intermediate"),
    "no tickets": ([], ["-num_tickets", "0"], "server"),
    "only 1.3": (["--tlsv1.3"], [], "server"),
    "only 1.2": (["--tls-max", "1.2"], [], "server"),
    "only 1.2, rsa": (["--tls-max", "1.2"], [], "server-rsa"),
    "server with 1.2": ([], ["-tls1_2"], "server"),
    "no ticket in 1.2": ([], ["-tls1_2", "-no_ticket"], "server"),
    "address, no name": ([], [], "server"),
    "http/1.0": (["-0"], ["-alpn", "http/1.0"], "server"),
    "alpn": ([], ["-alpn", "http/1.1,http/1.0"], "server"),
    "alpn in 1.2": ([], ["-alpn", "http/1.1", "-tls1_2"], "server"),
    "one group": (["--curves", "P-256"], [], "server"),
    "three groups": (["--curves", "P-521:X448:X25519"], [], "server"),
    "retry": ([], ["-groups", "P-384"], "server"),
    "retry with a finite field": ([], ["-groups", "ffdhe3072"], "server-rsa"),
    "retry and a client certificate": (["client"], ["-groups", "P-521", "-Verify", "1"], "server"),
    "one suite": (["--tls13-ciphers", "TLS_AES_128_GCM_SHA256"], [], "server"),
    "suites of 1.2": (["--ciphers", "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-CHACHA20-POLY1305", "--tls-max", "1.2"], [],
                      "server-rsa"),
    "finite field in 1.2": (["--ciphers", "DHE-RSA-AES256-GCM-SHA384", "--tls-max", "1.2"], [], "server-rsa"),
    "no forward secrecy": (["--ciphers", "AES256-GCM-SHA384", "--tls-max", "1.2"], [], "server-rsa"),
    "certificate wanted": ([], ["-verify", "1"], "server"),
    "certificate shown": (["client"], ["-verify", "1"], "server"),
    "certificate shown in 1.2": (["client", "--tls-max", "1.2"], ["-verify", "1"], "server"),
    "certificate wanted in 1.2": (["--tls-max", "1.2"], ["-verify", "1"], "server"),
    "resumption": (["again"], [], "server"),
    "resumption in 1.2": (["again", "--tls-max", "1.2"], [], "server"),
    "four tickets": ([], ["-num_tickets", "4"], "server"),
}

FACTS = ["name", "is_sent", "size", "record", "random", "session id", "ciphers", "extensions", "groups", "signatures",
         "versions", "ALPN", "key share", "certificates", "signature", "verify data", "lifetime", "age add", "nonce",
         "ticket"]
NOT_ALWAYS_TOLD = {"versions", "key share", "signatures", "lifetime", "ticket", "record"}


def options_for(name, certs):
    options, url_count = [], 1
    for option in HANDSHAKES[name][0]:
        if option == "again":
            url_count = 2
        elif option == "client":
            options += ["--cert", certs["client"].cert, "--key", certs["client"].key]
        else:
            options.append(option)
    return options, url_count


def shake_hands(name, certs):
    """What peel told and what the server told, of the same handshakes."""
    options, url_count = options_for(name, certs)
    host = "127.0.0.1" if "address" in name else "localhost"
    with servers.temporary_directory() as path:
        workspace = servers.Workspace(path)
        with open(workspace.root + "/file", "w") as file:
            file.write("content")
        # It ends by itself after so many connections, since only then has it written all that it has to tell.
        with servers.s_server(workspace, certs[HANDSHAKES[name][2]], "-trace", "-msgfile", workspace.file("trace"),
                              "-naccept", str(url_count), "-CAfile", certs.ca, *HANDSHAKES[name][1]) as server:
            urls = [server.url("/file", host=host)] * url_count
            result = runner.run("-sS", "-vvvv", *["--out-null"] * url_count, "--cacert", certs.ca, *options, *urls,
                                env={"COLUMNS": "9999"})
            server.process.wait(servers.READY_SECONDS)
        with open(workspace.file("trace"), encoding="latin-1") as file:
            return result, file.read()


@pytest.fixture(scope="module")
def handshakes(certs):
    return {name: shake_hands(name, certs) for name in HANDSHAKES}


@pytest.fixture(scope="module")
def codes(handshakes):
    """The numbers of the names, as s_server has them."""
    found = {}
    for _, trace in handshakes.values():
        tls_trace.openssl_messages(trace, found)
    return found


def sizes_of_packed(message):
    """The sizes of the certificates in a CompressedCertificate (RFC 8879 section 4): what OpenSSL packs with is zlib."""
    assert message[4:6] == b"\0\1"
    content = zlib.decompress(message[12:])
    rest, sizes = content[1 + content[0] + 3:], []
    while rest:
        length = int.from_bytes(rest[:3], "big")
        sizes.append(length)
        rest = rest[3 + length + 2 + int.from_bytes(rest[3 + length:5 + length], "big"):]
    return sizes


@pytest.mark.parametrize("name", HANDSHAKES)
def test_the_server_read_and_sent_the_same(handshakes, name):
    result, trace = handshakes[name]
    assert result.code == 0, result.text
    told = [m for m in tls_trace.peel_messages(result.text) if m["name"] not in ("Alert", "ChangeCipherSpec")]
    expected = tls_trace.openssl_messages(trace, {})
    assert len(expected) >= 7
    for is_sent in (True, False):
        ours = [m for m in told if m["is_sent"] == is_sent]
        theirs = [m for m in expected if m["is_sent"] == is_sent]
        assert [m["name"] for m in ours] == [m["name"] for m in theirs]
        for our, their in zip(ours, theirs):
            if our["name"] == "CompressedCertificate":  # newer OpenSSL packs it, and leaves it packed here
                their["certificates"] = sizes_of_packed(our["bytes"])
            for fact in FACTS:
                # What s_server does not tell in a message of this kind has nothing to be compared with.
                if fact in their or fact not in NOT_ALWAYS_TOLD:
                    assert our.get(fact) == their.get(fact), (our["name"], fact)


def test_each_fact_is_told_somewhere(handshakes):
    """So that none of them is compared with nothing everywhere."""
    told = {fact for _, trace in handshakes.values() for message in tls_trace.openssl_messages(trace, {}) for fact in message}
    assert set(FACTS) <= told


@pytest.fixture(scope="module")
def read_by_tshark(handshakes, tmp_path_factory):
    hellos = {name: next(m for m in tls_trace.peel_messages(result.text)) for name, (result, _) in handshakes.items()}
    path = str(tmp_path_factory.mktemp("tshark") / "hellos.pcap")
    found = tls_trace.tshark_hellos(path, [hello["bytes"] for hello in hellos.values()])
    return {name: (hello, read) for (name, hello), read in zip(hellos.items(), found)}


@pytest.mark.parametrize("name", HANDSHAKES)
@pytest.mark.skipif(not shutil.which("tshark"), reason="no tshark to compare with")
def test_tshark_reads_the_same(read_by_tshark, codes, name):
    hello, read = read_by_tshark[name]

    def numbers(field):
        return [int(number, 0) for number in read["tls.handshake." + field].split()]

    assert hello["JA3"] == read["tls.handshake.ja3"]
    assert [codes["cipher", cipher] for cipher in hello["ciphers"]] == numbers("ciphersuite")
    assert [codes["extension", extension] for extension, _ in hello["extensions"]] == numbers("extension.type")
    assert [codes["group", group] for group in hello.get("groups", [])] == numbers("extensions_supported_group")
    assert [codes["signature", one] for one in hello.get("signatures", [])] == numbers("sig_hash_alg")
    assert hello.get("ALPN", []) == read["tls.handshake.extensions_alpn_str"].split()
    versions = ["TLS 1.%d" % (number - 0x301) for number in numbers("extensions.supported_version")]
    assert hello["versions"] == (versions or ["TLS 1.2"])
    names = dict(hello["fields"]).get("server name", "")
    assert names == read["tls.handshake.extensions_server_name"]
    assert [codes["group", group] for group, _ in hello.get("key share", [])] == numbers("extensions_key_share_group")
    if "tls.handshake.ja4" in read:
        assert hello["JA4"] == read["tls.handshake.ja4"]


# ---- how it looks


@pytest.fixture(scope="module")
def server(certs):
    with servers.temporary_directory() as path:
        with servers.nginx(servers.Workspace(path), certs["server-through-intermediate"]) as running:
            yield running


def told(certs, server, *options, **environment):
    result = runner.run("-sS", *options, "--out-null", "--cacert", certs.ca, server.url("/"), env=environment)
    assert result.code == 0, result.text
    return result.text.splitlines()


def without_change(lines):
    """Without what differs from one connection to the next."""
    lines = [line for line in lines if not line.startswith("< Date")]
    return [re.sub(r"\+?\d+\.\d( ms)?|#\d+|connection \d+|'[^']*'|\b\d+ bytes?\b| {2,}\d+ | +", " ", line) for line in lines]


def test_more_of_them_only_add(certs, server):
    """What scripts look for in -v stands in -vv to -vvvv as well."""
    once = told(certs, server, "-v")
    assert not any(line.startswith("*      ") for line in once)
    for option in ("-vv", "-vvv", "-vvvv"):
        more = told(certs, server, option)
        assert len(more) > len(once)
        assert without_change(line for line in more if not line.startswith("*      ")) == without_change(once)


def fields_of(lines):
    """The value of each label, all its lines together, without blanks; of several with one label the first."""
    fields, label = {}, ""
    for line in lines:
        if not line.startswith("*      "):
            continue
        if line[7:24].strip():
            label = line[7:24].strip()
            label = label if label not in fields else "another " + label
        fields[label] = fields.get(label, "") + line[25:].replace(" ", "")
    return fields


@pytest.mark.parametrize("width", [60, 80, 200])
def test_lines_are_folded_and_nothing_is_cut(certs, server, width):
    environment = {} if width == 80 else {"COLUMNS": str(width)}
    lines = [line for line in told(certs, server, "-vvv", **environment) if line.startswith("*      ")]
    assert max(map(len, lines)) <= width
    assert max(map(len, lines)) > width - 40
    folded = fields_of(lines)
    whole = fields_of(told(certs, server, "-vvv", COLUMNS="9999"))
    stable = {label for label in whole if re.match("ciphers|groups|versions|certificate|issuer|server name", label)}
    assert len(stable) >= 6
    assert {label: folded.get(label) for label in stable} == {label: whole[label] for label in stable}


def test_a_message_in_several_records(certs):
    """A chain of more than a record holds."""
    with servers.temporary_directory() as path:
        workspace = servers.Workspace(path)
        with open(certs.ca) as file:
            chain = workspace.file("chain", file.read() * 60)
        with servers.s_server(workspace, certs["server"], "-cert_chain", chain, mode="-www") as running:
            text = "\n".join(told(certs, running, "-vvvv", "--tls-max", "1.2", COLUMNS="9999"))
    message = next(m for m in tls_trace.peel_messages(text) if m["name"] == "Certificate")
    assert len(message["certificates"]) == 61
    records = dict(message["fields"])["record"]
    sizes = [int(size) for size in re.findall(r"handshake, TLS 1.2 \((\d+) bytes\)", records)]
    assert len(sizes) > 1 and sizes[0] == 16384 and sum(sizes) == message["size"]


def test_a_retry_is_told_with_its_cost(certs):
    with servers.temporary_directory() as path:
        with servers.s_server(servers.Workspace(path), certs["server"], "-groups", "P-384", mode="-www") as running:
            text = "\n".join(told(certs, running, "-vv"))
    assert re.search(r"< HelloRetryRequest .*\n\*      version +TLS 1.3\n\*      cipher .*\n"
                     r"\*      wants key share   P-384\n\*      cost              one more round trip; this one took [\d.]+ ms\n",
                     text)


def test_a_wanted_certificate_is_compared_with_ours(certs):
    wanted = ["-verify", "1", "-CAfile", certs.ca]
    ours = ["--cert", certs["client"].cert, "--key", certs["client"].key]
    with servers.temporary_directory() as path:
        with servers.s_server(servers.Workspace(path), certs["server"], *wanted, mode="-www") as running:
            without = "\n".join(told(certs, running, "-vv"))
            with_ours = "\n".join(told(certs, running, "-vv", *ours))
    assert re.search(r"\n\*      accepted issuers  .*CN=peel test authority\n", without)
    assert re.search(r"\n\*      ours              none configured\n"
                     r"\*      hint              if the server insists: --cert FILE --key FILE\n", without)
    assert re.search(r"ours              CN=a client\n\*      ours issued by    .*CN=peel test authority\n\* TLS", with_ours)


def test_a_chain_is_told_packed_or_not(certs):
    """Newer OpenSSL has s_server pack its certificates (RFC 8879); what is inside is told as without."""
    usage = subprocess.run(["openssl", "s_server", "-help"], capture_output=True, text=True, check=False).stderr
    packs = ["-cert_comp"] if "-cert_comp" in usage else []
    with servers.temporary_directory() as path:
        with servers.s_server(servers.Workspace(path), certs["server-through-intermediate"], *packs, mode="-www") as running:
            lines = "\n".join(told(certs, running, "-vv"))
    assert re.search(r" < CompressedCertificate +\d+  3 certificates, \w+\n\*      compression " if packs else
                     r" < Certificate +\d+  3 certificates\n", lines)
    assert re.search(r"\n\*      certificate 1     CN=localhost \(\d+ bytes\)\n\*        issuer          .*intermediate\n"
                     r"\*      certificate 2     .*CN=peel test intermediate \(\d+ bytes\)\n", lines)


# ---- -w


TLS_VARIABLES = ["version", "cipher", "group", "sigalg", "alpn", "resumed", "days_left", "pin", "anchor", "ja4"]
TLS_FORMAT = "|".join("%{tls_" + name + "}" for name in TLS_VARIABLES) + "\\n"


def pin_of(identity):
    script = 'openssl x509 -in "$1" -noout -pubkey | openssl pkey -pubin -outform der | openssl sha256 -binary | base64'
    return "sha256//" + subprocess.run(["sh", "-c", script, "sh", identity.cert], capture_output=True, text=True,
                                       check=True).stdout.strip()


def written(*arguments):
    result = runner.run("-sS", "-w", TLS_FORMAT, *arguments)
    return result, [dict(zip(TLS_VARIABLES, line.split("|"))) for line in result.out.decode().splitlines()]


def test_write_out_tells_of_tls(certs, server):
    result, (facts,) = written("--out-null", "--cacert", certs.ca, server.url("/"))
    assert result.code == 0
    shown = dict(tls_trace.peel_messages("\n".join(told(certs, server, "-vvvv", COLUMNS="9999")))[0])
    end = subprocess.run(["openssl", "x509", "-in", certs["server-through-intermediate"].cert, "-noout", "-enddate"],
                         capture_output=True, text=True, check=True).stdout.strip().partition("=")[2]
    days = (ssl.cert_time_to_seconds(end) - time.time()) // 86400
    assert facts.pop("group") in ("x25519", "X25519MLKEM768")
    assert abs(int(facts.pop("days_left")) - days) <= 1
    assert facts == {"version": "TLSv1.3", "cipher": "TLS_AES_256_GCM_SHA384", "sigalg": "ecdsa_secp256r1_sha256",
                     "alpn": "http/1.1", "resumed": "0", "pin": pin_of(certs["server-through-intermediate"]),
                     "anchor": "O=peel tests; CN=peel test authority", "ja4": shown["JA4"]}


@pytest.mark.parametrize("options, identity, expected", [
    (["--tls-max", "1.2"], "server-rsa", {"version": "TLSv1.2", "cipher": "ECDHE-RSA-AES256-GCM-SHA384", "alpn": "",
                                          "sigalg": "rsa_pss_rsae_sha256"}),
    (["--curves", "P-521"], "server", {"group": "secp521r1", "alpn": "", "version": "TLSv1.3"}),
    (["--tls-max", "1.2", "--ciphers", "AES256-GCM-SHA384"], "server-rsa", {"group": "", "sigalg": "", "version": "TLSv1.2"}),
])
def test_write_out_tells_of_other_handshakes(certs, options, identity, expected):
    with servers.temporary_directory() as path:
        with servers.s_server(servers.Workspace(path), certs[identity], mode="-www") as running:
            result, (facts,) = written("--out-null", "--cacert", certs.ca, *options, running.url("/"))
    assert result.code == 0
    assert {name: facts[name] for name in expected} == expected


def test_write_out_tells_of_a_resumed_session(certs):
    with servers.temporary_directory() as path:
        with servers.s_server(servers.Workspace(path), certs["server"], mode="-www") as running:
            url = running.url("/")
            _, (first, second) = written("--out-null", "--out-null", "--cacert", certs.ca, url, url)
    assert (first["resumed"], second["resumed"]) == ("0", "1")
    assert second["pin"] == first["pin"] and second["version"] == first["version"]
    assert first["anchor"] and not second["anchor"]


def test_write_out_tells_of_a_refused_certificate(certs):
    with servers.temporary_directory() as path:
        with servers.nginx(servers.Workspace(path), certs["expired"]) as running:
            result, (facts,) = written("--out-null", "--cacert", certs.ca, running.url("/"))
    assert result.code == 60
    assert int(facts["days_left"]) < 0 and facts["pin"] == pin_of(certs["expired"])
    assert facts["version"] == "TLSv1.3" and facts["ja4"].startswith("t13d")


def test_write_out_without_tls():
    with Origin(lambda request: reply(b"hello")) as origin:
        result = runner.run("-sS", "--out-null", "-w", TLS_FORMAT + "%{json}", origin.url("/"))
    assert result.out.startswith(b"|||||||||\n{")
    assert re.findall(rb'"(tls_[^"]*)":', result.out) == [b"tls_earlydata"]  # curl's own


def test_a_connection_that_nobody_asked_about_is_told_all_the_same(certs, server):
    """The first group wants nothing of it, so only what OpenSSL still has is known of the second's."""
    result = runner.run("-sS", "--out-null", "--cacert", certs.ca, server.url("/"), "--next", "-sS", "--out-null", "-w",
                        TLS_FORMAT, "--cacert", certs.ca, server.url("/"))
    facts = dict(zip(TLS_VARIABLES, result.out.decode().strip("\n").split("|")))
    assert facts["version"] == "TLSv1.3" and facts["pin"] == pin_of(certs["server-through-intermediate"])
    assert facts["ja4"] == "" and facts["anchor"] == ""
