#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""`bootrig serve` by https, with a certificate and a key out of files, over a veth between two namespaces.

Goal: curl and openssl s_client get whole files from it and trust it by the authority that signed;
one key is RSA, the other elliptic, with an intermediate between; what the files lack is said in one
line. Needs openssl; root and ip(8) too but for the last; skipped, with a reason, without.
"""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import serve_real_clients as real  # noqa: E402 pylint: disable=wrong-import-position

tap = real.tap
NAME = "boot.example"
AUTHORITY = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n"
LEAF = f"basicConstraints=CA:FALSE\nsubjectAltName=IP:{real.SERVER},DNS:{NAME}\n"
RSA, EC = ("-newkey", "rsa:2048"), ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
SIZE = (5 << 20) + 3


def made(folder, name, by, extensions, kind):
    """NAME.key and NAME.pem, signed by BY or by itself."""
    (folder / "extensions").write_text(extensions)
    real.must(["openssl", "req", "-new", *kind, "-nodes", "-keyout", f"{folder}/{name}.key", "-out",
               f"{folder}/{name}.csr", "-subj", f"/CN={name}"])
    signer = ["-CA", f"{folder}/{by}.pem", "-CAkey", f"{folder}/{by}.key", "-CAcreateserial"] if by \
        else ["-signkey", f"{folder}/{name}.key"]
    real.must(["openssl", "x509", "-req", "-in", f"{folder}/{name}.csr", "-out", f"{folder}/{name}.pem", "-days", "30",
               "-extfile", f"{folder}/extensions", *signer])


def make_identities(folder):
    made(folder, "root", None, AUTHORITY, RSA)
    made(folder, "between", "root", AUTHORITY, EC)
    made(folder, "rsa", "root", LEAF, RSA)
    made(folder, "ec", "between", LEAF, EC)
    made(folder, "other", "root", LEAF, EC)
    (folder / "chain.pem").write_bytes((folder / "ec.pem").read_bytes() + (folder / "between.pem").read_bytes())
    real.must(["openssl", "rsa", "-in", f"{folder}/rsa.key", "-traditional", "-out", f"{folder}/rsa1.key"])
    real.must(["openssl", "ec", "-in", f"{folder}/ec.key", "-out", f"{folder}/ec1.key"])


def whole(net, folder, want, *more):
    target = folder / "got"
    target.unlink(missing_ok=True)
    done = net.at_client(["curl", "-sSf", "--noproxy", "*", "--cacert", folder / "root.pem", "-o", target, *more])
    return done.returncode == 0 and target.exists() and real.sha(target) == want, done.stderr


def by_files(net, folder, root, want):
    """A configuration file names them."""
    config = folder / "serve.toml"
    config.write_text('role = ["http"]\n[serve]\n'
                      f'root = "{root}"\ntls-certificate = "{folder}/chain.pem"\ntls-key = "{folder}/ec.key"\n')
    with real.Server(net, folder, "--config", config) as server:
        tap.claim("by https too" in server.log(), "it says that it serves by https", server.log())
        good, why = whole(net, folder, want, f"https://{real.SERVER}/f5m")
        tap.claim(good, "curl: a whole file by https, an elliptic key behind an intermediate", why + server.log())
        good, why = whole(net, folder, want, f"http://{real.SERVER}/f5m")
        tap.claim(good, "... and by http beside it", why)
        good, why = whole(net, folder, want, "--resolve", f"{NAME}:443:{real.SERVER}", f"https://{NAME}/f5m")
        tap.claim(good, "... and by the name it has", why)
        good, why = whole(net, folder, want, "--resolve", f"other.example:443:{real.SERVER}",
                          "https://other.example/f5m")
        tap.claim(not good, "... and by no other")
        done = net.at_client(["openssl", "s_client", "-connect", f"{real.SERVER}:443", "-CAfile", folder / "root.pem",
                              "-verify_ip", real.SERVER], input="HEAD /f5m HTTP/1.0\n\n")
        tap.claim("Verify return code: 0 (ok)" in done.stdout and "TLSv1.2" in done.stdout,
                  "s_client: TLS 1.2, verified", done.stdout[-900:] + done.stderr)
        done = net.at_client(["openssl", "s_client", "-connect", f"{real.SERVER}:443", "-tls1_1", "-cipher",
                              "ALL:@SECLEVEL=0"], input="")
        tap.claim("Cipher is (NONE)" in done.stdout, "s_client: no TLS 1.1", done.stdout[-900:])


def by_words(net, folder, root, want):
    """An RSA key, at another port; two starts draw different keys."""
    words = ("--root", root, "role=http", "--seed", "7", "--tls-port", "8443",
             "--tls-certificate", folder / "rsa.pem", "--tls-key", folder / "rsa1.key")
    said = []
    for _ in range(2):
        with real.Server(net, folder, *words) as server:
            good, why = whole(net, folder, want, "--tls-max", "1.2", "--ciphers", "AES256-GCM-SHA384",
                              f"https://{real.SERVER}:8443/f5m")
            tap.claim(good, "curl: a whole file, by the RSA key exchange of OVMF 2022.11", why + server.log())
            done = net.at_client(["openssl", "s_client", "-connect", f"{real.SERVER}:8443", "-trace"], input="")
            said.append("".join(line for line in done.stdout.splitlines() if "random_bytes" in line)[-64:])
    tap.claim(len(said[0]) == 64 and said[0] != said[1], "with one --seed two starts say different random octets",
              str(said))


def common_name(net):
    done = net.at_client(["openssl", "s_client", "-connect", f"{real.SERVER}:443"], input="")
    return done.stdout.partition("subject=")[2].partition("\n")[0].replace(" ", "")


def read_again(net, folder, root, want):
    """SIGHUP, as to others' servers: a new certificate from then on, and a bad one changes nothing."""
    pair = [folder / "now.pem", folder / "now.key"]

    def become(name):
        for path, suffix in zip(pair, ("pem", "key")):
            path.write_bytes((folder / f"{name}.{suffix}").read_bytes())
            path.chmod(0o644)

    become("rsa")
    words = ("--root", root, "role=http", "--tls-certificate", pair[0], "--tls-key", pair[1])
    fetch = ["ip", "netns", "exec", net.client, "curl", "-sSf", "--noproxy", "*", "--cacert", folder / "root.pem",
             "--limit-rate", "2M", "-o", folder / "slow", f"https://{real.SERVER}/f5m"]
    with real.Server(net, folder, *words) as server, subprocess.Popen(fetch) as slow:
        tap.wait_until(lambda: (folder / "slow").exists() and (folder / "slow").stat().st_size > 0, "octets")
        names = [common_name(net)]
        for name, says in (("other", "Z reloaded: "), ("text", "Z not reloaded: "), ("rsa", "Z reloaded: ")):
            before = server.log().count(says)
            if name == "text":
                pair[1].write_text("nothing\n")
            else:
                become(name)
            server.process.send_signal(signal.SIGHUP)
            tap.wait_until(lambda says=says, before=before: server.log().count(says) > before, says)
            names.append(common_name(net))
        tap.claim(names == ["CN=rsa", "CN=other", "CN=other", "CN=rsa"],
                  "SIGHUP reads both files again, and bad ones change nothing", (names, server.log()))
        tap.claim("now.key: expected a private key" in server.log(), "... and why is told", server.log())
        tap.claim(slow.wait(real.LIMIT) == 0 and real.sha(folder / "slow") == want,
                  "who is connected gets its file to the end", server.log())


def refused(folder):
    """One line, and 2. No interface is opened for it."""
    (folder / "text").write_text("nothing\n")
    cases = [
        (("--tls-key", folder / "rsa.key"), "--tls-certificate is missing"),
        (("--tls-certificate", folder / "rsa.pem"), "--tls-key is missing"),
        (("--tls-port", "8443"), "does nothing without --tls-certificate"),
        (("--tls-certificate", folder / "rsa.pem", "--tls-key", folder / "rsa.key", "--tls-port", "80"),
         "--tls-port 80 is that of http"),
        (("--tls-certificate", folder / "rsa.pem", "--tls-key", folder / "rsa.key", "role=tftp"),
         "does nothing without role=http"),
    ]
    for words, want in cases:
        done = real.run([str(real.BOOTRIG), "serve", "lo", "--address", "10.77.0.1/24", "--root", str(folder),
                         *map(str, words)])
        tap.claim(done.returncode == 2 and want in done.stderr and done.stderr.count("\n") <= 2,
                  f"refused: {want}", done.stderr)


def refused_files(net, folder):
    cases = [
        (folder / "text", folder / "rsa.key", "expected a certificate"),
        (folder / "rsa.pem", folder / "text", "expected a private key"),
        (folder / "rsa.pem", folder / "ec.key", "not that of the first certificate"),
        (folder / "rsa.pem", folder / "root.key", "not that of the first certificate"),
        (folder / "none", folder / "rsa.key", "none: No such file"),
    ]
    for certificate, key, want in cases:
        done = net.at_server([real.BOOTRIG, "serve", "eth0", "--address", "10.77.0.1/24", "--root", folder,
                              "--tls-certificate", certificate, "--tls-key", key])
        tap.claim(done.returncode == 2 and want in done.stderr and done.stderr.count("\n") == 1,
                  f"{certificate.name} with {key.name}: {want}", done.stderr)


def main():
    if not shutil.which("openssl") or not shutil.which("curl"):
        tap.skip_all("no openssl or curl here")
    net = real.Net()
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        root = folder / "root"
        root.mkdir()
        (root / "f5m").write_bytes(os.urandom(SIZE))
        folder.chmod(0o755)
        make_identities(folder)
        refused(folder)
        try:
            net.make()
        except (RuntimeError, OSError) as error:
            tap.skip("https over a veth", str(error))
            return tap.end()
        try:
            real.must(["ip", "-n", net.client, "addr", "add", "10.77.0.150/24", "dev", "eth0"])
            want = real.sha(root / "f5m")
            by_files(net, folder, root, want)
            by_words(net, folder, root, want)
            read_again(net, folder, root, want)
            refused_files(net, folder)
        except subprocess.TimeoutExpired as error:
            tap.claim(False, "everything in time", str(error))
        finally:
            net.remove()
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
