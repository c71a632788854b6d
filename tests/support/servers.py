"""Honest servers: nginx, apache2, openssl s_server and gnutls-serv, and proxies: squid, tinyproxy; each a context manager.

    with servers.nginx(workspace, certs["server"]) as server:
        peel("--cacert", certs.ca, server.url("/file"))

Each listens on a free port of the loopback, is waited for by connecting, and is stopped by its process id on the way out.
What it serves lies in workspace.root (a Workspace is a directory that an unprivileged server can read).
"""

import contextlib
import hashlib
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time

READY_SECONDS = 20      # far more than any of them needs; a machine may be busy
TRIES = 5               # new ports, when somebody else was quicker


class ServerFailed(Exception):
    pass


class Workspace:
    """A directory for one server: root/ is what it serves, the rest its configuration and logs."""

    def __init__(self, path, root=None):
        self.path = str(path)
        self.root = str(root) if root else os.path.join(self.path, "root")
        os.makedirs(self.root, exist_ok=True)

    def file(self, name, content=None):
        path = os.path.join(self.path, name)
        if content is not None:
            with open(path, "w") as file:
                file.write(content)
        return path


@contextlib.contextmanager
def temporary_directory():
    """Readable by everybody, unlike pytest's own: apache2 gives up root before it opens a file."""
    path = tempfile.mkdtemp(prefix="peel-test-")
    os.chmod(path, 0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


class Server:
    def __init__(self, process, port, log_path, host="localhost"):
        self.process, self.port, self.log_path, self.host = process, port, log_path, host
        self.pid = process.pid

    def url(self, path="/", host=None):
        return f"https://{host or self.host}:{self.port}{path}"

    def log(self):
        with open(self.log_path, errors="replace") as file:
            return file.read()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()


def free_port(family=socket.AF_INET):
    with socket.socket(family) as probe:
        probe.bind(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(process, ready, what):
    """Asks ready() until it says yes; between two questions waits for the process to die, 10 ms at a time."""
    deadline = time.monotonic() + READY_SECONDS
    watch = select.poll()
    watched = os.pidfd_open(process.pid)
    watch.register(watched, select.POLLIN)
    try:
        while time.monotonic() < deadline:
            answer = ready()
            if answer:
                return answer
            if watch.poll(10):
                break
        return None
    finally:
        os.close(watched)


def accepts(port, host="127.0.0.1"):
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        return probe.connect_ex((host, port)) == 0


def spawn(command, log_path, cwd=None, stdin=subprocess.DEVNULL):
    with open(log_path, "wb") as log:
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}
        return subprocess.Popen(command, cwd=cwd, stdin=stdin, stdout=log, stderr=subprocess.STDOUT, env=environment,
                                start_new_session=True)


@contextlib.contextmanager
def started(name, workspace, command_for_port, cwd=None, stdin=subprocess.DEVNULL):
    """Starts what command_for_port(port) says on one free port after the other until it listens there."""
    log_path = workspace.file(name + ".log")
    for _ in range(TRIES):
        port = free_port()
        server = Server(spawn(command_for_port(port), log_path, cwd, stdin), port, log_path)
        if wait_until(server.process, lambda: accepts(port), name) and server.process.poll() is None:
            break
        server.stop()
    else:
        raise ServerFailed(f"{name} did not start:\n{server.log()}")
    try:
        yield server
    finally:
        server.stop()


def tls_versions(tls, words):
    """tls is "1.2", "1.3" or None for both; words are the server's own for the two."""
    return " ".join(words) if tls is None else words[("1.2", "1.3").index(tls)]


NGINX = """
daemon off;
master_process off;
worker_processes 1;
pid {path}/nginx.pid;
error_log stderr notice;
events {{ worker_connections 256; }}
http {{
    access_log {path}/access.log;
    client_body_temp_path {path}/tmp-body;
    proxy_temp_path {path}/tmp-proxy;
    fastcgi_temp_path {path}/tmp-fastcgi;
    uwsgi_temp_path {path}/tmp-uwsgi;
    scgi_temp_path {path}/tmp-scgi;
    default_type application/octet-stream;
    sendfile on;
    output_buffers 4 256k;
    ssi_min_file_chunk 1m;
    {http}
    server {{
        {listen}
        ssl_certificate {chain};
        ssl_certificate_key {key};
        ssl_protocols {protocols};
        root {root};
        location / {{ }}
        location /chunked/ {{ alias {root}/; ssi on; ssi_types *; }}
        location /until-close/ {{ alias {root}/; ssi on; ssi_types *; chunked_transfer_encoding off; }}
        {extra}
    }}
}}
"""


def nginx(workspace, identity, tls=None, extra="", http="", ipv6=False):
    """/NAME comes with a Content-Length, /chunked/NAME in chunks, /until-close/NAME until the connection ends.
    extra: more lines inside `server { }`, http: inside `http { }`."""

    def command(port):
        listen = f"listen 127.0.0.1:{port} ssl;" + (f" listen [::1]:{port} ssl;" if ipv6 else "")
        config = NGINX.format(path=workspace.path, root=workspace.root, chain=identity.chain, key=identity.key,
                              listen=listen, protocols=tls_versions(tls, ("TLSv1.2", "TLSv1.3")), extra=extra, http=http)
        return ["nginx", "-p", workspace.path, "-e", "stderr", "-c", workspace.file("nginx.conf", config)]

    return started("nginx", workspace, command)


APACHE_MODULES = "mpm_event ssl env setenvif authz_core headers alias lua socache_shmcb".split()

APACHE = """
{modules}
ServerRoot {path}
ServerName localhost
PidFile {path}/apache2.pid
ErrorLog {path}/apache2-error.log
DefaultRuntimeDir {path}
Mutex file:{path} default
{user}
Listen 127.0.0.1:{port}
StartServers 1
ServerLimit 1
ThreadsPerChild 8
MaxRequestWorkers 8
DocumentRoot {root}
<Directory />
    Require all granted
    AllowOverride None
</Directory>
SSLEngine on
SSLProtocol {protocols}
SSLCertificateFile {chain}
SSLCertificateKeyFile {key}
SSLSessionCache none
LuaMapHandler ^/(chunked|until-close)/ {path}/stream.lua stream
SetEnvIf Request_URI ^/until-close/ downgrade-1.0 force-response-1.0 nokeepalive
{extra}
"""


# Given a body of known length, apache2 always finds the length out; a flush before the first byte denies it that.
APACHE_STREAM = """
function stream(r)
    r:flush()
    r:sendfile("{root}/" .. r.uri:match("[^/]*$"))
    return apache2.OK
end
"""


def apache(workspace, identity, tls=None, extra=""):
    """The same paths as nginx."""
    modules = "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in APACHE_MODULES)
    user = "User www-data\nGroup www-data" if os.geteuid() == 0 else ""

    def command(port):
        workspace.file("stream.lua", APACHE_STREAM.format(root=workspace.root))
        config = APACHE.format(path=workspace.path, root=workspace.root, port=port, modules=modules, user=user, extra=extra,
                               protocols=tls_versions(tls, ("+TLSv1.2", "+TLSv1.3")), chain=identity.chain,
                               key=identity.key)
        return ["apache2", "-f", workspace.file("apache2.conf", config), "-D", "FOREGROUND"]

    return started("apache2", workspace, command)


SQUID = """
http_port 127.0.0.1:{port}
pid_filename none
cache_log {logs}/cache.log
access_log stdio:{logs}/access.log
coredump_dir {logs}
cache deny all
cache_mem 8 MB
netdb_filename none
pinger_enable off
shutdown_lifetime 0 seconds
visible_hostname localhost
hosts_file {hosts}
{extra}
http_access allow all
"""

SQUID_LOGIN = """
auth_param {scheme} program /usr/lib/squid/{program}
auth_param {scheme} realm squid
auth_param {scheme} children 1
acl known proxy_auth REQUIRED
http_access deny !known
"""


def writable(workspace, name):
    """A folder for a server that gives up root."""
    path = os.path.join(workspace.path, name)
    os.makedirs(path, exist_ok=True)
    os.chmod(path, 0o777)
    return path


def squid(workspace, login=None, extra=""):
    """login: None, "basic" or "digest"; the user is ada, her password love."""
    hashed = hashlib.md5(b"ada:squid:love").hexdigest()
    crypted = subprocess.run(["openssl", "passwd", "-apr1", "love"], capture_output=True, text=True, check=True).stdout.strip()
    if login == "digest":
        program = "digest_file_auth -c " + workspace.file("digest", f"ada:squid:{hashed}\n")
        extra += SQUID_LOGIN.format(scheme=login, program=program)
    if login == "basic":
        program = "basic_ncsa_auth " + workspace.file("basic", f"ada:{crypted}\n")
        extra += SQUID_LOGIN.format(scheme=login, program=program)

    def command(port):
        # As the machine's may have ::1 as well, where no test's server listens.
        hosts = workspace.file("hosts", "127.0.0.1 localhost\n")
        config = SQUID.format(port=port, logs=writable(workspace, "squid"), hosts=hosts, extra=extra)
        # Its shared memory has the name of the service, in one /dev/shm for all: two of one name, of two users, and the second
        # ends at once. What it has to say of that goes to its own log, and with -d here too.
        service = "peel" + os.urandom(8).hex()
        return ["squid", "-n", service, "-N", "-d", "1", "-f", workspace.file("squid.conf", config)]

    return started("squid", workspace, command)


TINYPROXY = """
Port {port}
Listen 127.0.0.1
{user}
Timeout 30
LogLevel Connect
MaxClients 20
Allow 127.0.0.1
{extra}
"""


def tinyproxy(workspace, login=False):
    """login: only for ada, whose password is love."""
    user = "User nobody\nGroup nogroup" if os.geteuid() == 0 else ""

    def command(port):
        config = TINYPROXY.format(port=port, user=user, extra="BasicAuth ada love" if login else "")
        return ["tinyproxy", "-d", "-c", workspace.file("tinyproxy.conf", config)]

    return started("tinyproxy", workspace, command)


@contextlib.contextmanager
def s_server(workspace, identity, *options, mode="-WWW", tls=None):
    """openssl s_server. -WWW serves root/NAME until close, -HTTP sends root/NAME as it is, head and all, mode=None neither.
    It picks its port itself and says which."""
    command = ["openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", identity.cert, "-key", identity.key,
               "-cert_chain", identity.chain, *options]
    command += [mode] if mode else []
    command += ["-tls" + tls.replace(".", "_")] if tls else []
    log_path = workspace.file("s_server.log")
    # Without a mode it reads its standard input, and would end where that does.
    server = Server(spawn(command, log_path, cwd=workspace.root, stdin=subprocess.PIPE), 0, log_path)
    said = wait_until(server.process, lambda: re.search(r"^ACCEPT .*:(\d+)\s*$", server.log(), re.M), "s_server")
    if not said:
        server.stop()
        raise ServerFailed("s_server did not start:\n" + server.log())
    server.port = int(said.group(1))
    try:
        yield server
    finally:
        server.stop()
        server.process.stdin.close()


GNUTLS_PRIORITY = {None: "NORMAL", "1.2": "NORMAL:-VERS-ALL:+VERS-TLS1.2", "1.3": "NORMAL:-VERS-ALL:+VERS-TLS1.3"}


def gnutls_serv(workspace, identity, *options, mode="--http", tls=None):
    """gnutls-serv: --http answers each GET with a page about the session, --echo sends back what it got."""

    def command(port):
        return ["gnutls-serv", mode, "--port", str(port), "--x509certfile", identity.chain, "--x509keyfile", identity.key,
                "--priority", GNUTLS_PRIORITY[tls], "--disable-client-cert", *options]

    return started("gnutls-serv", workspace, command)
