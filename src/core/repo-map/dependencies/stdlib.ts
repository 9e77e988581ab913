/** Top-level modules of Python's standard library, 3.6 to 3.14 together. */
const NAMES = `__future__ __main__ _thread _collections_abc _pickle abc aifc annotationlib antigravity argparse array ast asynchat asyncio asyncore atexit
audioop base64 bdb binascii binhex bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys
compileall compression concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes curses dataclasses datetime dbm decimal
difflib dis distutils doctest dummy_threading email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch formatter
fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp
importlib inspect io ipaddress itertools json keyword lib2to3 linecache locale logging lzma macpath mailbox mailcap marshal math mimetypes mmap
modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers opcode operator optparse os ossaudiodev parser pathlib
pdb pickle pickletools pipes pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pyexpat queue
quopri random re readline reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site smtpd smtplib sndhdr
socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep struct subprocess sunau symbol symtable
sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios test textwrap this threading time timeit tkinter token tokenize tomllib trace
traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser winreg winsound
wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo`;

/** Standard modules of Python 2 that are gone. */
const PYTHON2 = `cPickle cStringIO StringIO Queue ConfigParser urllib2 urlparse httplib cookielib Tkinter tkMessageBox __builtin__ commands sets
HTMLParser SocketServer BaseHTTPServer SimpleHTTPServer CGIHTTPServer copy_reg thread dummy_thread md5 sha exceptions anydbm dbhash whichdb
dumbdb gdbm htmlentitydefs xmlrpclib SimpleXMLRPCServer DocXMLRPCServer UserDict UserList UserString robotparser rfc822 mimetools
MimeWriter mimify multifile popen2 posixfile sre tkFileDialog tkSimpleDialog tkFont tkColorChooser ttk ScrolledText compiler hotshot imputil
new statvfs stringold strop toaiff user ihooks Bastion rexec htmllib sgmllib future_builtins bsddb dircache fpformat mutex os2emxpath`;

const STDLIB = new Set(NAMES.split(/\s+/));
const OLD = new Set(PYTHON2.split(/\s+/));

/** True for a module that comes with Python, old or new. */
export function isStandardModule(topLevel: string): boolean {
  return STDLIB.has(topLevel) || OLD.has(topLevel);
}

/** True for a standard module that only Python 2 has. */
export function isPython2Module(topLevel: string): boolean {
  return OLD.has(topLevel) && !STDLIB.has(topLevel);
}

/** Modules of the standard library under whose name an index also has a backport, so that asking for it makes sense. */
const BACKPORTS = new Set(
  'argparse dataclasses typing pathlib asyncio configparser contextvars uuid enum statistics ipaddress selectors unittest2 importlib'.split(
    ' ',
  ),
);

/** True for a name that people write into lists of requirements although it comes with Python and no index has it. */
export function isStandardName(name: string): boolean {
  const module = name.replaceAll('-', '_');
  return isStandardModule(module) && !BACKPORTS.has(module);
}
