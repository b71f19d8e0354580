"""Full installs by SWUpdate and RAUC of one image onto a loop device: CPU seconds, peak memory, bytes.

    peers.py IMAGE WORK      prints one JSON line for each way of each peer

Both verify a signature (CMS, one self-signed certificate) and, as they do in the field, the digest of the image. The
result is compared byte by byte. CPU seconds are those of the process that installs, its children included.
"""
import hashlib
import json
import os
import resource
import subprocess
import sys
import time

MIB = 1 << 20


def run(*command, **more):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **more)


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def certificate(work):
    key, cert = f"{work}/key.pem", f"{work}/cert.pem"
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=bench",
        "-addext", "extendedKeyUsage=emailProtection,codeSigning", "-keyout", key, "-out", cert)
    return key, cert


class Loop:
    """A file of the image's size behind a loop device."""

    def __init__(self, work, name, size):
        self.file = f"{work}/{name}"
        with open(self.file, "wb") as file:
            file.truncate(size)
        self.device = subprocess.run(
            ["losetup", "--find", "--show", self.file], check=True, capture_output=True, text=True).stdout.strip()

    def close(self):
        subprocess.run(["losetup", "--detach", self.device], check=False)


def measured(command, **more):
    """CPU seconds and peak bytes of a command and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    done = subprocess.run(["/usr/bin/time", "--quiet", "-f", "%M", *command], capture_output=True, text=True, **more)
    wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}\nended with {done.returncode}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return round(cpu, 2), int(done.stderr.split()[-1]) << 10, round(wall, 1)


def tell(method, size, cpu, rss, wall, exact):
    print(json.dumps({"method": method, "bytes": size, "cpu_s": cpu, "peak_bytes": rss, "wall_s": wall, "exact": exact}),
          flush=True)


def swupdate(image, work, key, cert):
    for label, packing in (("zstd -3", "zstd"), ("not packed", "")):
        payload = f"{work}/image{'.zst' if packing else ''}"
        if packing:
            run("zstd", "-q", "-f", "-3", image, "-o", payload)
        elif not os.path.exists(payload):
            os.link(image, payload) if os.stat(image).st_dev == os.stat(work).st_dev else run("cp", image, payload)
        loop = Loop(work, "swupdate.target", os.path.getsize(image))
        try:
            name = os.path.basename(payload)
            packed = f'compressed = "{packing}";' if packing else ""
            with open(f"{work}/sw-description", "w") as file:
                file.write(f'''software = {{ version = "1"; hardware-compatibility: [ "1.0" ];
  images: ( {{ filename = "{name}"; device = "{loop.device}"; type = "raw"; {packed} sha256 = "{sha256(payload)}"; }} ); }}
''')
            run("openssl", "cms", "-sign", "-in", f"{work}/sw-description", "-out", f"{work}/sw-description.sig",
                "-signer", cert, "-inkey", key, "-outform", "DER", "-nosmimecap", "-binary")
            names = "\n".join(["sw-description", "sw-description.sig", name])
            with open(f"{work}/image.swu", "wb") as out:
                subprocess.run(["cpio", "--quiet", "-o", "-H", "crc"], input=names.encode(), stdout=out, cwd=work, check=True)
            cpu, rss, wall = measured(
                ["swupdate", "-i", f"{work}/image.swu", "-k", cert, "-H", "bench:1.0", "-M", "-m"], cwd=work)
            os.sync()
            tell(f"swupdate, raw, {label}", os.path.getsize(f"{work}/image.swu"), cpu, rss, wall,
                 sha256(loop.file) == sha256(image))
        finally:
            loop.close()
            os.unlink(payload)


BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
"""


def cpu_of(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return sum(int(fields[i]) for i in (11, 12, 13, 14)) / os.sysconf("SC_CLK_TCK")


def peak_of(pid):
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) << 10 for line in file if line.startswith("VmHWM"))


def rauc(image, work, key, cert):
    size = os.path.getsize(image)
    first, second = Loop(work, "rauc.a", size), Loop(work, "rauc.b", size)
    os.makedirs(f"{work}/mount", exist_ok=True)
    os.makedirs(f"{work}/content", exist_ok=True)
    with open(f"{work}/system.conf", "w") as file:
        file.write(f"""[system]
compatible=bench
bootloader=noop
mountprefix={work}/mount
[keyring]
path={cert}
[slot.rootfs.0]
device={first.device}
type=raw
bootname=A
[slot.rootfs.1]
device={second.device}
type=raw
bootname=B
""")
    with open(f"{work}/content/manifest.raucm", "w") as file:
        file.write("[update]\ncompatible=bench\nversion=1\n[image.rootfs]\nfilename=rootfs.img\n")
    run("cp", image, f"{work}/content/rootfs.img")
    bundle = f"{work}/bench.raucb"
    if os.path.exists(bundle):
        os.unlink(bundle)
    run("rauc", "bundle", f"--cert={cert}", f"--key={key}", f"{work}/content", bundle)
    socket = f"{work}/bus"
    with open(f"{work}/bus.conf", "w") as file:
        file.write(BUS.format(socket=socket))
    environment = dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS=f"unix:path={socket}")
    bus = subprocess.Popen(["dbus-daemon", f"--config-file={work}/bus.conf", "--nofork"])
    service = None
    try:
        while not os.path.exists(socket):
            time.sleep(0.05)
        service = subprocess.Popen(
            ["rauc", "service", f"--conf={work}/system.conf", "--override-boot-slot=A"],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while subprocess.run(["rauc", "status"], env=environment, capture_output=True).returncode != 0:
            if service.poll() is not None:
                raise SystemExit("rauc service ended")
            time.sleep(0.1)
        before = cpu_of(service.pid)
        cpu, _, wall = measured(["rauc", "install", bundle], env=environment)
        cpu = round(cpu + cpu_of(service.pid) - before, 2)
        rss = peak_of(service.pid)
        os.sync()
        tell("rauc install, plain bundle", os.path.getsize(bundle), cpu, rss, wall, sha256(second.file) == sha256(image))
    finally:
        for process in (service, bus):
            if process is not None:
                process.terminate()
                process.wait()
        first.close()
        second.close()


def main():
    image, work = sys.argv[1:3]
    key, cert = certificate(work)
    swupdate(image, work, key, cert)
    rauc(image, work, key, cert)


if __name__ == "__main__":
    main()
