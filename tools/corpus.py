#!/usr/bin/env python3
"""Runs a folder of real files through `sanitizer` and prints a table by format: clean, held (by cause), broken, seconds.

Broken means: an independent reader (poppler, qpdf, LibreOffice, Pillow, Python's zipfile, email and csv) cannot read
what we released. Active means: an independent detector (oletools, a scan of the qpdf-expanded PDF) still finds
something in it. Exit code 1 if anything is broken or active. Nothing of the files is printed but their paths.

    tools/corpus.py SANITIZER DIR [--details FILE] [--office]
"""
import argparse, collections, concurrent.futures, csv, email, email.policy, html.parser, io, json, os, pathlib, re, shutil, subprocess
import hashlib, sys, tempfile, time, zipfile

import icalendar, vobject

ACTIVE_PDF = re.compile(rb"/(JavaScript|JS|AA|OpenAction|Launch|EmbeddedFiles?|XFA|RichMedia|SubmitForm|ImportData|GoToR|GoToE)\b")


def run(command, seconds=120, **keywords):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=seconds, **keywords)


def check_pdf(path, problems, active):
    info = run(["pdfinfo", path])
    if info.returncode != 0 or b"Pages:" not in info.stdout:
        problems.append("pdfinfo")
    if run(["qpdf", "--check", path]).returncode != 0:
        problems.append("qpdf --check")
    with tempfile.TemporaryDirectory() as folder:
        expanded = os.path.join(folder, "q.pdf")
        run(["qpdf", "--qdf", "--object-streams=disable", path, expanded])
        text = pathlib.Path(expanded).read_bytes() if os.path.exists(expanded) else b""
        # Content streams may show such words as text: only dictionaries count.
        outside = re.sub(rb"stream\r?\n.*?endstream", b"", text, flags=re.S)
        if ACTIVE_PDF.search(outside):
            active.append("pdf keyword")
        if run(["pdftoppm", "-r", "20", "-l", "1", "-gray", path, os.path.join(folder, "page")]).returncode not in (0, 1):
            problems.append("pdftoppm")


def check_docx(path, problems, active):
    import docx
    try:
        docx.Document(path)
    except Exception:
        problems.append("python-docx")
    check_office(path, active)


def check_xlsx(path, problems, active):
    import openpyxl, warnings
    warnings.simplefilter("ignore")
    try:
        openpyxl.load_workbook(path)
    except Exception:
        problems.append("openpyxl")
    check_office(path, active)


def check_office(path, active):
    from oletools.olevba import VBA_Parser
    try:
        if VBA_Parser(path).detect_vba_macros():
            active.append("olevba")
    except Exception:
        pass
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            data = archive.read(name)
            if data.startswith(b"\xd0\xcf\x11\xe0"):
                active.append("ole object")
            if name.endswith(".rels"):
                for target in re.findall(rb'<Relationship [^>]*TargetMode="External"[^>]*>', data):
                    if not re.search(rb'Target="(https?:|mailto:)', target) or b"/hyperlink" not in target:
                        active.append("external relationship")


def check_picture(path, problems, _active):
    from PIL import Image
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(path) as picture:
            picture.load()
    except Exception:
        problems.append("Pillow")


def check_zip(path, problems, _active):
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.testzip() is not None:
                problems.append("zipfile")
    except Exception:
        problems.append("zipfile")


def check_mail(path, problems, _active):
    message = email.message_from_bytes(pathlib.Path(path).read_bytes(), policy=email.policy.default)
    if any(part.defects for part in message.walk()):
        problems.append("email defects")
    body = message.get_body(preferencelist=("plain",))
    if body is None and not message.is_multipart():
        problems.append("no plain body")


class Visible(html.parser.HTMLParser):
    """The text of HTML, without what stands in script, style, head or below display:none."""
    VOID = set("area base br col embed frame hr img input link meta param source track wbr".split())
    INLINE = set("a abbr b big code em font i mark q s small span strong sub sup tt u".split())

    def __init__(self):
        super().__init__()
        self.open, self.text = [], []

    def handle_starttag(self, tag, attributes):
        style = (dict(attributes).get("style") or "").lower().replace(" ", "")
        if tag not in self.INLINE:
            self.text.append("\n")
        if tag == "body":
            # A head left open ends here.
            self.open = [item for item in self.open if item[0] != "head"]
        if tag not in self.VOID:
            self.open.append((tag, tag in ("script", "style", "head", "title", "template") or "display:none" in style))

    def handle_endtag(self, tag):
        if tag not in self.INLINE:
            self.text.append("\n")
        for position in range(len(self.open) - 1, -1, -1):
            if self.open[position][0] == tag:
                del self.open[position:]
                break

    def handle_data(self, data):
        if not any(hidden for _, hidden in self.open):
            self.text.append(data)


def words(text):
    """Runs of four letters, kanji or kana and more."""
    return set(re.findall(r"[^\W\d_]{4,}", text))


def bodies(path):
    """The texts a reader may see first: plain and HTML, each as text."""
    message = email.message_from_bytes(pathlib.Path(path).read_bytes(), policy=email.policy.default)
    for kind in ("plain", "html"):
        try:
            text = message.get_body(preferencelist=(kind,)).get_content()
        except Exception:  # no such body, or a charset Python does not know
            continue
        if kind == "html":
            parser = Visible()
            parser.feed(text)
            text = "".join(parser.text)
        yield text


def compare_mail(source, target, problems):
    """Most words of one of the source's forms of text must be there."""
    given = [words(text) for text in bodies(source)]
    shown = re.sub(r"\s", "", "".join(bodies(target)))
    missing = [sum(word not in shown for word in form) / len(form) for form in given if form]
    if missing and min(missing) > 0.1:
        problems.append(f"{min(missing):.0%} of the words missing")


def check_text(path, problems, _active):
    try:
        text = pathlib.Path(path).read_bytes().decode("utf-8-sig")
        if path.endswith(".csv"):
            csv.field_size_limit(1 << 28)
            list(csv.reader(io.StringIO(text)))
    except Exception:
        problems.append("utf-8 or csv")


def dated(path):
    """What a calendar says: of each event and task its id, times, summary and place, as a reader of others sees it."""
    calendars = icalendar.Calendar.from_ical(pathlib.Path(path).read_bytes(), multiple=True)
    wanted = ("UID", "DTSTART", "DTEND", "DUE", "SUMMARY", "LOCATION", "RRULE")
    return [
        [component.name, *(component[name].to_ical().decode().strip() if name in component and not isinstance(component[name], list) else None for name in wanted)]
        for calendar in calendars for component in calendar.walk() if component.name in ("VEVENT", "VTODO", "VJOURNAL")
    ]


def check_ics(path, problems, _active):
    try:
        dated(path)
    except Exception:
        problems.append("icalendar")


def compare_ics(source, target, problems):
    try:
        if dated(source) != dated(target):
            problems.append("icalendar sees other events")
    except ValueError:
        # Not even the reader of others takes what came in.
        pass


def check_vcf(path, problems, _active):
    try:
        for card in vobject.readComponents(pathlib.Path(path).read_text(encoding="utf-8")):
            card.validate()
    except Exception:
        problems.append("vobject")


CHECKS = {
    "pdf": check_pdf, "docx": check_docx, "xlsx": check_xlsx, "jpeg": check_picture, "png": check_picture, "gif": check_picture,
    "zip": check_zip, "mail": check_mail, "text": check_text, "csv": check_text, "ics": check_ics, "vcf": check_vcf,
}


def cause(part):
    """The finding that holds a part, or the one below it that does."""
    for finding in part["findings"]:
        if finding["action"] == "hold":
            return f"{part['reason']} ({finding['kind']})"
    return part["reason"]


def one(sanitizer, path, root, work):
    out = os.path.join(work, hashlib.sha256(path.encode()).hexdigest()[:16])
    os.makedirs(out, exist_ok=True)
    report = os.path.join(out, "report.json")
    relative = os.path.relpath(path, root)
    started = time.monotonic()
    if relative.startswith("mail" + os.sep) and path.endswith(".eml"):
        target = os.path.join(out, "message.eml")
        with open(path, "rb") as source, open(target, "wb") as sink:
            code = subprocess.run([sanitizer, "mail", "-q", "--report", report], stdin=source, stdout=sink, stderr=subprocess.PIPE).returncode
    else:
        code = run([sanitizer, "clean", "-q", path, "--out-dir", out, "--report", report], seconds=300).returncode
    seconds = time.monotonic() - started
    row = {"path": relative, "seconds": round(seconds, 3), "exit": code, "problems": [], "active": []}
    if not os.path.exists(report):
        row.update(format="none", verdict="no report", problems=["no report"])
        return row, None
    part = json.load(open(report))["part"]
    verdict = json.load(open(report))["verdict"]
    row.update(format=part["format"], verdict=verdict, cause=cause(part) if verdict == "held" else None)
    row["findings"] = sorted({f"{finding['kind']}:{finding['action']}" for finding in part["findings"]})
    outputs = [os.path.join(out, name) for name in os.listdir(out) if name != "report.json"]
    row["output"] = outputs[0] if outputs else None
    if verdict == "held" and outputs and part["format"] != "mail":
        row["problems"].append("held but an output exists")
    if outputs and (check := CHECKS.get(part["output"])):
        check(outputs[0], row["problems"], row["active"])
    if outputs and part["format"] == "mail" and verdict == "rebuilt":
        compare_mail(path, outputs[0], row["problems"])
    if outputs and part["format"] == "ics":
        compare_ics(path, outputs[0], row["problems"])
    return row, outputs[0] if outputs and verdict != "held" else None


def open_in_office(rows, work):
    """LibreOffice reads every document we released; one that it cannot turn into a PDF is broken."""
    documents = [row for row in rows if row.get("output") and row["output"].endswith((".docx", ".xlsx")) and row["verdict"] != "held"]
    folder = os.path.join(work, "office")
    os.makedirs(folder, exist_ok=True)
    for number, row in enumerate(documents):
        name = f"{number}{pathlib.Path(row['output']).suffix}"
        shutil.copy(row["output"], os.path.join(folder, name))
        row["office"] = os.path.join(folder, f"{number}.pdf")
    if documents:
        files = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
        profile = "-env:UserInstallation=file://" + os.path.join(work, "profile")
        run(["soffice", profile, "--headless", "--norestore", "--convert-to", "pdf", "--outdir", folder, *files], seconds=1800)
    for row in documents:
        if not os.path.exists(row["office"]):
            row["problems"].append("LibreOffice")


def table(rows):
    by_format = collections.defaultdict(list)
    for row in rows:
        by_format[row["format"]].append(row)
    print("| format | files | clean | held | broken | active | seconds | held by cause |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |")
    for name, group in sorted(by_format.items()):
        causes = collections.Counter(row["cause"] for row in group if row["verdict"] == "held")
        held = sum(causes.values())
        words = ", ".join(f"{word} {count}" for word, count in causes.most_common())
        print(f"| {name} | {len(group)} | {len(group) - held} | {held} | {sum(bool(row['problems']) for row in group)} | "
              f"{sum(bool(row['active']) for row in group)} | {sum(row['seconds'] for row in group):.1f} | {words} |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("sanitizer")
    parser.add_argument("dir")
    parser.add_argument("--details", help="one JSON object a file")
    parser.add_argument("--office", action="store_true", help="also open every document in LibreOffice")
    parser.add_argument("--keep", help="a folder for the outputs")
    arguments = parser.parse_args()
    root = os.path.abspath(arguments.dir)
    work = arguments.keep or tempfile.mkdtemp(prefix="corpus-")
    os.makedirs(work, exist_ok=True)
    sanitizer = os.path.abspath(arguments.sanitizer)
    files = sorted(str(path) for path in pathlib.Path(root).rglob("*") if path.is_file() and path.parent != pathlib.Path(root))
    if not files:
        sys.exit(f"no files below {root}")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda path: one(sanitizer, path, root, work), files))
    rows = [row for row, _ in results]
    if arguments.office:
        open_in_office(rows, work)
    table(rows)
    bad = [row for row in rows if row["problems"] or row["active"]]
    for row in bad:
        print(f"BAD {row['path']}: {', '.join(row['problems'] + row['active'])}")
    if arguments.details:
        with open(arguments.details, "w") as sink:
            sink.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    if not arguments.keep:
        shutil.rmtree(work, ignore_errors=True)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
