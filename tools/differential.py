#!/usr/bin/env python3
"""Lays what our readers see beside what other programs see, over a folder that `outlines` wrote (`readings.jsonl`, the
released outputs and the archives that passed the strict pass), and prints every difference. Exit code 1 if there is one.

Others: Python's `zipfile` and libarchive (by the directory, and as a stream) for ZIP and packages; Python's `email` and
Perl's MIME::Parser for mail; qpdf and poppler for PDF. Nothing of the content is printed but names and paths.

    tools/differential.py FOLDER
"""
import collections, concurrent.futures, email, email.policy, hashlib, io, json, locale, logging, pathlib, re, subprocess, sys, tempfile
import zipfile

import libarchive

locale.setlocale(locale.LC_ALL, "C.UTF-8")  # libarchive decodes names by it
logging.getLogger("libarchive").setLevel(logging.CRITICAL)
PERL = pathlib.Path(__file__).with_name("mime-tree.pl")
# Names of what a PDF of ours never has (ISO 32000, 12.6 and 7.11).
ACTIVE = {"/JavaScript", "/JS", "/AA", "/OpenAction", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/XFA", "/RichMedia", "/SubmitForm",
          "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie", "/Sound", "/3D", "/Encrypt"}


def digest(data):
    return hashlib.sha256(data).hexdigest()


def run(*command, data=None):
    return subprocess.run(command, input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)


class Case:
    """One file; its differences, and how often each reader was asked."""

    def __init__(self, path):
        self.path, self.differences, self.asked = path, [], collections.Counter()
        # Hashes of texts, and the hashes they have with line feeds alone.
        self.lines = {}

    def same(self, reader, what, ours, theirs):
        if ours != theirs:
            self.differences.append(f"{reader}: {what}: ours {shorten(ours)}, theirs {shorten(theirs)}")

    def asks(self, reader, function, *arguments):
        """Calls another reader; that it cannot read is a difference too."""
        self.asked[reader] += 1
        try:
            return function(*arguments)
        except Exception as error:
            self.differences.append(f"{reader}: cannot read it: {type(error).__name__} {shorten(str(error))}")
            return None


def shorten(value):
    text = repr(value)
    return text if len(text) < 160 else text[:157] + "..."


# --- ZIP --------------------------------------------------------------------------------------------------------------

def by_zipfile(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            content = None if info.flag_bits & 1 else archive.read(info)
            yield info.filename, info.file_size, info.is_dir(), content


def by_libarchive(data):
    with libarchive.memory_reader(data, format_name="zip", filter_name="none") as archive:
        yield from entries_of(archive)


def by_libarchive_stream(data):
    # Without a way to seek it goes by the local headers and never sees the directory.
    with libarchive.stream_reader(Pipe(data), format_name="zip", filter_name="none") as archive:
        yield from entries_of(archive)


class Pipe:
    """A file that cannot seek."""

    def __init__(self, data):
        self.inner = io.BytesIO(data)

    def seekable(self):
        return False

    def readinto(self, buffer):
        return self.inner.readinto(buffer)


def entries_of(archive):
    for entry in archive:
        content = b"".join(entry.get_blocks())
        yield entry.pathname, len(content), entry.isdir, content


def zip_output(case, outline, data):
    """An output: everything must be the same, in the same order."""
    ours = [(part["name"], part["size"], part["name"].endswith("/"), part["sha256"]) for part in outline.get("parts", [])]
    members = {}
    for reader, read in (("zipfile", by_zipfile), ("libarchive", by_libarchive), ("libarchive stream", by_libarchive_stream)):
        found = case.asks(reader, lambda: list(read(data)))
        if found is None:
            continue
        case.same(reader, "members", ours, [(name, size, directory, digest(content)) for name, size, directory, content in found])
        members = members or {name: content for name, _, _, content in found}
    for part in outline.get("parts", []):
        compare(case, part, members.get(part["name"]))


def zip_input(case, entries, data):
    """An input that passed the strict pass. Members that we could not decode either (encrypted, damaged) are held: of them
    only the name counts."""
    whole = all(entry["sha256"] or entry["directory"] for entry in entries)
    for reader, read in (("zipfile", by_zipfile), ("libarchive", by_libarchive)):
        try:
            found = list(read(data))
        except Exception as error:
            if whole:
                case.differences.append(f"{reader}: cannot read the input: {type(error).__name__} {shorten(str(error))}")
            continue
        case.asked[f"{reader}, inputs"] += 1
        case.same(reader, "number of entries of the input", len(entries), len(found))
        # As sets: libarchive goes by where the data lie, which need not be the order of the directory.
        mine = collections.Counter((entry["size"], entry["directory"], entry["sha256"]) for entry in entries if entry["sha256"])
        his = collections.Counter((size, directory, digest(content)) for _, size, directory, content in found if content is not None)
        case.same(reader, "entries of the input", [], list(mine - his))
        # Which charset the other names are in no header says for sure.
        mine = collections.Counter(entry["name"] for entry in entries if entry["name"].isascii())
        his = collections.Counter(textual(name).replace("\\", "/") for name, *_ in found)
        case.same(reader, "ASCII names of the input", [], list(mine - his))


def textual(name):
    return name.decode("latin-1") if isinstance(name, bytes) else name or ""


# --- mail -------------------------------------------------------------------------------------------------------------

def mail(case, outline, data):
    message = case.asks("email", lambda: email.message_from_bytes(data, policy=email.policy.default))
    if message is not None:
        message_by_email(case, outline, message)
    tree = case.asks("MIME::Parser", by_perl, data)
    if tree is not None:
        part_by_perl(case, outline["parts"][0], tree)


def message_by_email(case, outline, message):
    case.same("email", "defects", [], [str(defect) for part in message.walk() for defect in part.defects])
    for name, value in outline["header"].items():
        case.same("email", f"field {name}", plain(value), plain(str(message[name])))
    case.same("email", "fields", sorted(outline["header"]), sorted(set(message.keys()) - OF_CONTENT))
    part_by_email(case, outline["parts"][0], message)


OF_CONTENT = {"Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "MIME-Version", "Received"}


def plain(value):
    """Without what a list of addresses may be written with or without."""
    return re.sub(r'[\s"\\]', "", value)


def part_by_email(case, outline, part):
    case.same("email", "media type", outline["media"], part.get_content_type())
    case.same("email", "file name", outline.get("name"), part.get_filename())
    kind = part.get_content_type()
    if kind == "message/rfc822":
        message_by_email(case, outline, part.get_payload(0))
    elif kind == "message/delivery-status":
        pass  # its groups are messages to `email`; the test of bounces in sanitizer-cli compares them
    elif part.is_multipart():
        children = list(part.iter_parts())
        case.same("email", "number of parts", len(outline["parts"]), len(children))
        for ours, theirs in zip(outline["parts"], children):
            part_by_email(case, ours, theirs)
    else:
        content = part.get_payload(decode=True)
        case.lines[digest(content)] = digest(content.replace(b"\r\n", b"\n"))
        case.same("email", "content", outline["sha256"], digest(content))
        if part.get_content_maintype() == "text":
            case.same("email", "text", outline["sha256"], digest(part.get_content().encode()))
        compare(case, outline, content)


def by_perl(data):
    with tempfile.TemporaryDirectory() as folder:
        done = run("perl", str(PERL), folder, data=data)
        if done.returncode != 0:
            raise ValueError(done.stderr.decode(errors="replace"))
        return json.loads(done.stdout)


def part_by_perl(case, outline, part):
    case.same("MIME::Parser", "media type", outline["media"], part["media"])
    case.same("MIME::Parser", "file name", outline.get("name"), part["name"])
    if part["media"] == "message/rfc822":
        part_by_perl(case, outline["parts"][0], part["parts"][0])
    elif part["media"].startswith("multipart/"):
        case.same("MIME::Parser", "number of parts", len(outline["parts"]), len(part["parts"]))
        for ours, theirs in zip(outline["parts"], part["parts"]):
            part_by_perl(case, ours, theirs)
    else:
        # It turns most line ends of text that is not encoded into line feeds.
        text = part["media"].startswith("text/")
        ours = case.lines.get(outline["sha256"]) if text else outline["sha256"]
        if part["media"] != "message/delivery-status":
            case.same("MIME::Parser", "content", ours, part["lines" if text else "sha256"])


# --- PDF --------------------------------------------------------------------------------------------------------------

def pdf(case, outline, data):
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(data)
        file.flush()
        case.asks("qpdf", by_qpdf, case, outline, file.name)
        case.asks("poppler", by_poppler, case, outline, file.name)


def by_qpdf(case, outline, path):
    checked = run("qpdf", "--check", path)
    case.same("qpdf", "check", 0, checked.returncode)
    # Names need not be UTF-8, and are written as they are.
    document = json.loads(run("qpdf", "--json=2", "--json-stream-data=none", path).stdout.decode(errors="replace"))
    objects = document["qpdf"][1]
    case.same("qpdf", "number of pages", len(outline["pages"]), len(document["pages"]))
    case.same("qpdf", "--show-npages", str(len(outline["pages"])), run("qpdf", "--show-npages", path).stdout.decode().strip())
    case.same("qpdf", "active names", [], sorted(names_in(objects) & ACTIVE))
    for number, (ours, page) in enumerate(zip(outline["pages"], document["pages"]), 1):
        value = lambda key: inherited(objects, page["object"], key)
        media = edges(value("/MediaBox"))
        case.same("qpdf", f"MediaBox of page {number}", ours["media"], media)
        case.same("qpdf", f"CropBox of page {number}", ours["crop"], edges(value("/CropBox")) or media)
        case.same("qpdf", f"Rotate of page {number}", ours["rotate"], (value("/Rotate") or 0) % 360)


def edges(box):
    if box is None:
        return None
    a, b, c, d = (round(value * 1000) for value in box)
    return [min(a, c), min(b, d), max(a, c), max(b, d)]


def inherited(objects, reference, key):
    for _ in range(64):
        node = objects[f"obj:{reference}"]["value"]
        if key in node:
            value = node[key]
            return objects[f"obj:{value}"]["value"] if isinstance(value, str) and value.endswith(" R") else value
        if "/Parent" not in node:
            return None
        reference = node["/Parent"]
    raise ValueError("a page tree without a top")


def names_in(value):
    """Keys of dictionaries, and names that are values."""
    if isinstance(value, dict):
        return set(value).union(*map(names_in, value.values()))
    if isinstance(value, list):
        return set().union(*map(names_in, value))
    return {value} if isinstance(value, str) and value.startswith("/") else set()


def by_poppler(case, outline, path):
    count = len(outline["pages"])
    info = run("pdfinfo", "-box", "-f", "1", "-l", str(count), path).stdout.decode(errors="replace")
    case.same("poppler", "number of pages", [str(count)], re.findall(r"^Pages:\s+(\d+)$", info, re.M))
    for key, name in (("media", "MediaBox"), ("crop", "CropBox")):
        theirs = [[float(edge) for edge in box] for box in
                  re.findall(rf"^Page\s+\d+\s+{name}:\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)$", info, re.M)]
        # pdfinfo prints hundredths.
        near = len(theirs) == count and all(abs(mine / 1000 - his) < 0.006 for page, box in zip(outline["pages"], theirs)
                                            for mine, his in zip(page[key], box))
        if not near:
            case.same("poppler", name, [page[key] for page in outline["pages"]], theirs)
    silent = silent_pages(outline, path)
    if silent:
        # What stands outside of its page poppler does not tell: once more with larger pages.
        expanded = run("qpdf", "--qdf", "--object-streams=disable", path, "-").stdout
        grown = re.sub(rb"/(Media|Crop)Box \[[^\]]*\]", rb"/\1Box [ -9000 -9000 9000 9000 ]", expanded)
        pathlib.Path(path).write_bytes(run("fix-qdf", data=grown).stdout)
        case.same("poppler", "pages with text in which it finds none", [], silent_pages(outline, path))


def silent_pages(outline, path):
    pages = run("pdftotext", "-enc", "UTF-8", path, "-").stdout.decode(errors="replace").split("\f")
    return [number for number, (ours, theirs) in enumerate(zip(outline["pages"], pages), 1) if ours["texts"] and not theirs.strip()]


# --- all --------------------------------------------------------------------------------------------------------------

def compare(case, outline, data):
    if data is None:
        return
    case.same("hash", "bytes", outline["sha256"], digest(data))
    read = {"zip": zip_output, "docx": zip_output, "xlsx": zip_output, "mail": mail, "pdf": pdf}.get(outline.get("format"))
    if read:
        case.asked[outline["format"]] += 1
        read(case, outline, data)


def check(folder, line):
    reading = json.loads(line)
    case = Case(reading["input"])
    outline = reading["outline"]
    if outline and "refused" in outline:
        case.differences.append(f"the verifier refuses what it released: {outline['refused']}")
    elif outline:
        compare(case, outline, (folder / reading["output"]).read_bytes())
    if reading["entries"] is not None:
        case.asked["archives that came in"] += 1
        zip_input(case, reading["entries"], (folder / reading["archive"]).read_bytes())
    return case


def main():
    folder = pathlib.Path(sys.argv[1])
    lines = (folder / "readings.jsonl").read_text().splitlines()
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        cases = list(pool.map(check, [folder] * len(lines), lines, chunksize=8))
    asked = sum((case.asked for case in cases), collections.Counter())
    different = [case for case in cases if case.differences]
    for case in different:
        for difference in case.differences[:20]:
            print(f"DIFFERENT {case.path}: {difference}")
    released = sum(json.loads(line)["output"] is not None for line in lines)
    print(f"{len(lines)} inputs, {released} released, {len(different)} different; " + ", ".join(f"{name} {count}" for name, count in sorted(asked.items())))
    sys.exit(1 if different or not asked else 0)


if __name__ == "__main__":
    main()
