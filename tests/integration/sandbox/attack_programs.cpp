// The programs. $HOST is a folder of the host, $PORT a port that it listens at. "denied" is printed only after every
// way was tried and refused.

#include "attacks.h"

namespace attack {

namespace {

constexpr auto kPython = aha::Language::Python;
constexpr auto kCpp = aha::Language::Cpp;

} // namespace

const std::vector<Attack>& attacks()
{
    static const std::vector<Attack> all {
        { "A01 fork bomb", kPython, "while True:\n    try:\n        os.fork()\n    except OSError:\n        pass\n",
            "cpu wall" },
        { "A02 thread bomb", kPython,
            "import threading\nn = 0\nwhile True:\n    try:\n"
            "        threading.Thread(target=time.sleep, args=(100,)).start()\n        n += 1\n"
            "    except RuntimeError:\n        break\nprint('stopped' if n < 8 else n, flush=True)\n",
            "wall", "stopped" },
        { "A03 memory bomb", kPython, "x = []\nwhile True:\n    x.append(b'x' * (1 << 24))\n", "exited memory" },
        { "A03 memory bomb of many", kPython,
            "os.fork(); os.fork()\nx = b'x' * (180 << 20)\nprint('held')\ntime.sleep(100)\n", "memory" },
        { "A04 infinite loop", kPython, "while True:\n    pass\n", "cpu wall" },
        { "A05 sleeps for ever", kPython, "time.sleep(1000)\n", "wall" },
        { "A05 stops itself", kPython, "os.kill(os.getpid(), 19)\n", "wall" },
        { "A06 infinite output", kPython, "while True:\n    print('x' * 10000)\n", "output" },
        { "A06 infinite errors", kPython, "while True:\n    print('x' * 10000, file=sys.stderr)\n", "output" },
        { "A07 fills its folders", kPython,
            "for folder in ('/tmp', os.environ['HOME']):\n    total = 0\n    try:\n        for i in range(100):\n"
            "            with open(folder + '/f%d' % i, 'wb', buffering=0) as f:\n"
            "                for _ in range(15):\n                    total += f.write(bytes(1 << 20))\n"
            "    except OSError as e:\n        print(errno.errorcode[e.errno], total <= 64 << 20)\n",
            "exited", "ENOSPC True\nENOSPC True" },
        { "A08 fills shared memory", kPython,
            "total = 0\ntry:\n    with open('/dev/shm/f', 'wb', buffering=0) as f:\n        while True:\n"
            "            total += f.write(bytes(1 << 16))\nexcept OSError as e:\n"
            "    print(errno.errorcode[e.errno], total <= 1 << 20)\n",
            "exited", "ENOSPC True" },
        { "A09 a million files", kPython, "for i in range(10 ** 6):\n    open('f%d' % i, 'w').close()\n",
            "cpu wall exited" },
        { "A10 sparse file", kPython,
            "try:\n    open('f', 'wb').truncate(1 << 40)\nexcept OSError as e:\n    print(errno.errorcode[e.errno])\n",
            "exited", "EFBIG" },
        { "A11 writes to the system", kPython,
            "for f in ('/ahascope-attack', '/usr/ahascope-attack', '/usr/bin/ahascope-attack', "
            "'/usr/lib/ahascope-attack',\n"
            "          '/dev/ahascope-attack', '/dev/shm/../ahascope-attack', '/proc/sys/kernel/hostname', "
            "'solution.py'):\n"
            "    tried(lambda: open(f, 'a').write('x'))\n"
            "tried(lambda: os.unlink('solution.py'))\ntried(lambda: os.chmod('/usr/bin/env', 0o777))\n"
            "tried(lambda: os.mknod('disk', 0o60666, os.makedev(8, 0)))\nreport(11)\n",
            "exited", "denied" },
        { "A12 reads the user's files", kPython,
            "for f in ('$HOST/secret', '$HOST/.ssh/id', '$HOST/project.db', '/etc/passwd', '/etc/shadow', "
            "'/proc/kcore',\n"
            "          '/proc/1/root$HOST/secret', '/proc/1/cwd/../$HOST/secret', '/proc/self/root$HOST/secret',\n"
            "          '/var/log/dpkg.log', '/run', '/home', '/sys/kernel', '/boot'):\n"
            "    tried(lambda: os.listdir(f) if os.path.isdir(f) else open(f, 'rb').read(1))\nreport(14)\n",
            "exited", "denied" },
        { "A13 looks for right answers", kPython,
            "mark = 'S3C' + 'R3T'\nfound = []\n"
            "for top in ('/tmp', os.environ['HOME'], '/dev/shm', '/proc'):\n    for folder, _, files in os.walk(top):\n"
            "        if folder.count('/') > 3:\n            continue\n        for name in files:\n"
            "            if top == '/proc' and name not in ('environ', 'cmdline', 'maps', 'comm', 'keys', 'mounts'):\n"
            "                continue\n            try:\n"
            "                text = open(os.path.join(folder, name), 'rb').read(1 << 20).decode('latin-1')\n"
            "            except OSError:\n                continue\n            if mark in text:\n"
            "                found.append(name)\nprint('denied' if not found else found)\n",
            "exited", "denied" },
        { "A14 link to another root", kPython,
            "os.symlink('/proc/1/root', 'esc')\ntried(lambda: open('esc$HOST/secret').read())\n"
            "tried(lambda: open('esc/etc/passwd').read())\ntried(lambda: open('esc/usr/ahascope-attack', "
            "'w'))\nreport(3)\n",
            "exited", "denied" },
        { "A15 replaces its source", kPython,
            "open('other', 'w').write('x')\ntried(lambda: os.rename('other', 'solution.py'))\n"
            "tried(lambda: os.link('other', 'solution.py'))\ntried(lambda: os.rename('solution.py', 'gone'))\n"
            "tried(lambda: os.replace('other', '/usr/bin/env'))\nreport(4)\n",
            "exited", "denied" },
        { "A16 network", kPython,
            "def tcp(host, port, family=2):\n    s = socket.socket(family, 1)\n    s.settimeout(0.2)\n    "
            "s.connect((host, port))\n"
            "tried(lambda: tcp('127.0.0.1', $PORT))\ntried(lambda: tcp('192.0.2.1', 80))\ntried(lambda: tcp('::1', "
            "$PORT, 10))\n"
            "tried(lambda: socket.getaddrinfo('example.com', 80))\n"
            "tried(lambda: socket.socket(2, 2).sendto(b'x', ('127.0.0.1', $PORT)))\n"
            "tried(lambda: socket.socket(1, 1).connect('\\0ahascope-attack-$PORT'))\n"
            "tried(lambda: socket.socket(1, 1).connect('\\0/tmp/.X11-unix/X0'))\n"
            "tried(lambda: socket.socket(16, 3))\ntried(lambda: socket.socket(17, 3))\nreport(9)\n",
            "exited", "denied" },
        { "A17 daemon", kPython,
            "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        for fd in (0, 1, 2):\n            "
            "os.close(fd)\n"
            "        while True:\n            time.sleep(100)\n    os._exit(0)\nos.wait()\nprint('left')\n",
            "exited", "left" },
        { "A17 daemon that holds the output", kPython,
            "if os.fork() == 0:\n    os.setsid()\n    while True:\n        time.sleep(100)\nprint('left')\n", "exited",
            "left" },
        { "A18 will not die", kPython,
            "for n in range(1, 65):\n    try:\n        signal.signal(n, signal.SIG_IGN)\n    except (OSError, "
            "ValueError):\n"
            "        pass\nfor pid in list(range(1, 400)) + [os.getppid()]:\n    if pid != os.getpid():\n        try:\n"
            "            os.kill(pid, 9)\n        except OSError:\n            pass\nprint('alive', flush=True)\n"
            "while True:\n    time.sleep(1)\n",
            "wall", "alive" },
        { "A19 namespaces and mounts", kPython,
            "for flag in (0x10000000, 0x20000, 0x20000000, 0x40000000, 0x2000000):\n    asked(272, flag)\n"
            "    asked(56, flag | 17, 0, 0, 0, 0)\nasked(165, b'none', b'/tmp', b'tmpfs', 0, 0)\nasked(166, b'/proc', "
            "2)\n"
            "asked(155, b'.', b'.')\nasked(161, b'/tmp')\nasked(308, 0, 0)\nasked(428, -100, b'/', 0)\n"
            "asked(435, 0, 0, also=errno.ENOSYS)\nreport(17)\n",
            "exited", "denied" },
        { "A20 traces the first process", kPython,
            "asked(101, 16, 1, 0, 0)\nasked(101, 0x4206, 1, 0, 0)\nasked(310, 1, 0, 0, 0, 0, 0)\nasked(311, 1, 0, 0, "
            "0, 0, 0)\n"
            "asked(438, 0, 0, 0)\nasked(312, 1, 1, 0, 0, 0)\nreport(6)\n",
            "exited", "denied" },
        { "A21 kills all", kPython,
            "for pid in (-1, 1, os.getppid(), 0):\n    try:\n        os.kill(pid, 9 if pid else 0)\n    except "
            "OSError:\n"
            "        pass\nprint('alive')\n",
            "exited signal", "alive" },
        { "A22 types into a terminal", kPython,
            "c = ctypes.create_string_buffer(b'x')\nfor fd in (0, 1, 2):\n    asked(16, fd, 0x5412, c)\n"
            "    asked(16, fd, ctypes.c_ulong(0x100005412), c)\n    asked(16, fd, 0x541C, c)\n"
            "tried(lambda: os.open('/dev/tty', os.O_RDWR))\ntried(lambda: os.open('/dev/console', os.O_RDWR))\n"
            "tried(lambda: os.open('/dev/tty1', os.O_RDWR))\nreport(12)\n",
            "exited", "denied" },
        { "A23 channels between sandboxes", kPython,
            "import fcntl\nshared = open('/usr/bin/python3', 'rb')\nasked(248, b'user', b'k', b'x', 1, -3)\nasked(249, "
            "b'user', b'k', 0, 0)\n"
            "asked(250, 0, -3, 0)\ntried(lambda: socket.socket(40, 1))\ntried(lambda: fcntl.flock(shared, "
            "fcntl.LOCK_SH))\n"
            "tried(lambda: fcntl.lockf(shared, fcntl.LOCK_SH))\nasked(72, shared.fileno(), 1024, 0)\n"
            "asked(72, shared.fileno(), 1026, 1)\nasked(253)\nasked(294, 0)\nreport(10)\n",
            "exited", "denied" },
        { "A24 large kernel interfaces", kPython,
            "p = ctypes.create_string_buffer(256)\nasked(425, 8, p)\nasked(321, 0, p, 72)\nasked(298, p, 0, -1, -1, "
            "0)\n"
            "asked(323, 0)\nasked(319, b'x', 0)\nasked(29, 0, 1 << 20, 0o1600)\nasked(300, 0, 0)\nasked(135, 0x40000)\n"
            "asked(246, 0, 0, 0, 0)\nasked(175, p, 8, p)\nreport(10)\n",
            "exited", "denied" },
        { "A25 descriptors of the host", kPython,
            "for fd in range(3, 256):\n    for way in (lambda: os.pread(fd, 100, 0), lambda: os.pwrite(fd, b'owned', "
            "0),\n"
            "                lambda: os.write(fd, b'owned'), lambda: os.fstat(fd)):\n        tried(way)\n"
            "report(4 * 253)\n",
            "exited", "denied" },
        { "A26 secrets of the environment", kPython,
            "print(sorted(os.environ.items()))\nfor pid in os.listdir('/proc'):\n    try:\n"
            "        print(open('/proc/%s/environ' % pid).read())\n    except OSError:\n        pass\n",
            "exited", "'PATH'" },
        { "A27 32-bit calls", kCpp,
            "int main() { int r; asm volatile(\"int $0x80\" : \"=a\"(r) : \"a\"(20) : \"memory\"); return r > 0 ? 0 : "
            "1; }\n",
            "signal" },
        { "A27 x32 calls", kCpp,
            "#include <unistd.h>\n#include <cstdio>\nint main() { long r = syscall(0x40000000 + 39); "
            "std::printf(\"%ld\\n\", r); }\n",
            "signal" },
        { "A28 sys.exit", kPython, "sys.exit(0)\n", "exited" },
        { "A28 os._exit", kPython, "os._exit(0)\n", "exited" },
        { "A28 posix._exit", kPython, "import posix\nposix._exit(0)\n", "exited" },
        { "A28 _exit of C", kPython, "libc._exit(0)\n", "exited" },
        { "A28 in a function", kPython, "def f(x):\n    os._exit(0)\n", "exited", "", "f" },
        { "A29 says that it passed", kPython,
            "print('all tests passed')\nprint('{\"passed\": true, \"score\": 1.0, \"verdict\": \"correct\"}')\n"
            "for name in ('result.json', 'report.xml', 'PASS'):\n    open(name, 'w').write('{\"passed\": true}')\n",
            "exited", "passed" },
        { "A30 equal to everything", kPython,
            "class E(str):\n    def __eq__(self, other):\n        return True\n    def __ne__(self, other):\n        "
            "return False\n"
            "    def __hash__(self):\n        return 0\n    def __len__(self):\n        return 10 ** 9\n"
            "def f(x):\n    return E('x')\n",
            "exited", "", "f" },
        { "A30 equal, and no value", kPython,
            "class E:\n    def __eq__(self, other):\n        return True\n    def __iter__(self):\n        return "
            "iter(())\n"
            "def f(x):\n    return E()\n",
            "exited", "", "f" },
        { "A31 bends the language", kPython,
            "import builtins, json, unittest\nbuiltins.print = lambda *a, **k: None\nbuiltins.open = lambda *a, **k: "
            "None\n"
            "json.dumps = lambda *a, **k: 'true'\njson.loads = lambda *a, **k: True\nunittest.TestCase.assertEqual = "
            "lambda *a: None\n"
            "str.__dict__\ndef f(x):\n    return True\n",
            "exited", "", "f" },
        { "A31 leaves a conftest", kPython,
            "for name in ('conftest.py', 'sitecustomize.py', 'usercustomize.py', 'json.py', 'os.py'):\n"
            "    open(name, 'w').write('import os; os._exit(0)')\n"
            "os.execv('/usr/bin/python3', ['python3', '-I', '-S', '-c', 'import json, os; print(json.dumps(1 + "
            "1))'])\n",
            "exited", "2" },
        { "A32 looks for the right answer in memory", kPython,
            "import gc\ndef f(x):\n    mark = 'S3C' + 'R3T'\n    seen = []\n    frame = sys._getframe()\n    while "
            "frame:\n"
            "        seen += list(frame.f_locals.values()) + list(frame.f_globals.values())\n        frame = "
            "frame.f_back\n"
            "    for o in gc.get_objects() + seen:\n        if isinstance(o, (str, bytes, list, dict, tuple)) and mark "
            "+ '-exp' + 'ected' in repr(o):\n"
            "            return repr(o)\n    return 'absent'\n",
            "exited", "absent", "f" },
        { "A33 examples by heart", kPython, "print({'2\\n': 4, '3\\n': 9}.get(sys.stdin.read(), 4))\n", "exited", "4" },
        { "A34 first line only", kPython, "print(1)\n", "exited", "1", "", "1\n2\n3\n" },
        { "A34 all but the last line", kPython, "print(1)\nprint(2)\n", "exited", "2", "", "1\n2\n3\n" },
        { "A34 nothing", kPython, "pass\n", "exited", "", "", "1\n2\n3\n" },
        { "A35 bytes that are no text", kPython,
            "sys.stdout.buffer.write(b'1\\0\\xff\\xfe\\x1b[2J\\x1b]0;x\\x07\\b\\n')\n", "exited", "1", "", "1\n" },
        { "A35 ten megabytes in a line", kPython, "print('1' * (10 << 20))\n", "output", "1" },
        { "A36 tells by its status", kPython, "sys.exit(len(sys.stdin.read()))\n", "exited" },
        { "A36 zip bomb", kPython,
            "import zlib\nx = zlib.compress(bytes(1 << 24), 9)\nfor _ in range(3):\n    x = zlib.compress(x, 9)\n"
            "bomb = zlib.compressobj(9)\ndata = b''.join(bomb.compress(bytes(1 << 20)) for _ in range(400)) + "
            "bomb.flush()\n"
            "print(len(zlib.decompress(data)))\n",
            "exited memory cpu wall" },
        { "A36 endless parentheses", kPython, "print(eval('(' * 10 ** 6 + ')' * 10 ** 6))\n",
            "exited signal memory cpu wall output" },
        { "A36 endless recursion", kPython,
            "sys.setrecursionlimit(10 ** 9)\ndef g(n):\n    return g(n + 1)\nprint(g(0))\n",
            "exited signal memory cpu wall" },
    };
    return all;
}

} // namespace attack
