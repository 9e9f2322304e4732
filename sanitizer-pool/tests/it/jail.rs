//! What a hostile document gets: nothing from LibreOffice, and should it own LibreOffice, nothing from the jail.

use crate::{
    block_on, config,
    convert::{convert, converter, rtf, with_converter, words},
    job, start,
};
use fixtures::zip::{Archive, Entry};
use sanitizer_core::Role;
use sanitizer_pool::{ConverterConfig, Depth, JailLayer, JailProbe, JailTest, PoolConfig, SelfTest, Stop, self_test};
use sanitizer_verify::{Format, Reason};
use std::{
    fs, io,
    net::TcpListener,
    os::{fd::AsRawFd as _, unix::fs::PermissionsExt as _},
    path::Path,
    time::{Duration, Instant},
};

/// A listener that nobody may come to.
struct Trap(TcpListener);

impl Trap {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    fn port(&self) -> u16 {
        self.0.local_addr().unwrap().port()
    }

    fn assert_unvisited(&self) {
        assert_eq!(self.0.accept().unwrap_err().kind(), io::ErrorKind::WouldBlock, "somebody came");
    }
}

const SECRET: &str = "root:x:";

#[test]
fn a_trap_sees_who_comes() {
    let trap = Trap::new();
    let _visit = std::net::TcpStream::connect(("127.0.0.1", trap.port())).unwrap();
    assert!(std::panic::catch_unwind(|| trap.assert_unvisited()).is_err());
    assert!(fs::read_to_string("/etc/passwd").unwrap().contains(SECRET));
}

/// Converts, and gives what LibreOffice wrote and what the pool made of the same document, as text.
fn outputs(name: &str, bytes: &[u8], format: Format) -> Vec<String> {
    block_on(async {
        let pool = start(with_converter()).await;
        let raw = convert(&pool, bytes, format).await.made.map(|made| words(&made));
        let done = pool.sanitize(job(name, Role::File, bytes)).await.part.map(|(clean, _)| words(clean.bytes()));
        [raw, done].into_iter().flatten().collect()
    })
}

#[test]
fn fields_of_an_rtf_reach_neither_files_nor_network() {
    let trap = Trap::new();
    let url = format!("http://127.0.0.1:{}/a.png", trap.port());
    let field = |code: &str| format!("{{\\field{{\\*\\fldinst {{{code}}}}}{{\\fldrslt kept}}}}\\par ");
    let body = [
        field("INCLUDETEXT \"file:///etc/passwd\""),
        field("INCLUDETEXT \"/etc/passwd\" \\\\c Text"),
        field(&format!("INCLUDETEXT \"{url}\"")),
        field("INCLUDEPICTURE \"file:///etc/passwd\" \\\\d"),
        field(&format!("INCLUDEPICTURE \"{url}\" \\\\d")),
        field(&format!("IMPORT \"{url}\"")),
        field("DDEAUTO \"cmd\" \"/c calc\""),
        format!("{{\\*\\template {url}}}visible text"),
    ]
    .concat();
    let outputs = outputs("a.rtf", &rtf(&body), Format::Rtf);
    trap.assert_unvisited();
    assert_eq!(outputs.len(), 2);
    for text in outputs {
        assert!(text.contains("visible text"));
        assert!(!text.contains(SECRET));
    }
}

fn odt(body: &str, extra: Vec<Entry>, manifest: &str) -> Vec<u8> {
    let head = "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
        xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
        xmlns:draw=\"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0\" xmlns:script=\"urn:oasis:names:tc:opendocument:xmlns:script:1.0\" \
        xmlns:svg=\"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0\" xmlns:dom=\"http://www.w3.org/2001/xml-events\" \
        xmlns:ooo=\"http://openoffice.org/2004/office\" office:version=\"1.2\">";
    let content = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{head}{body}</office:document-content>");
    let media = "application/vnd.oasis.opendocument.text";
    let manifest = format!(
        "<?xml version=\"1.0\"?><manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" \
         manifest:version=\"1.2\"><manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"{media}\"/>\
         <manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/>{manifest}</manifest:manifest>"
    );
    let mut entries = vec![
        Entry::stored("mimetype", media.as_bytes()),
        Entry::deflated("content.xml", content.as_bytes()),
        Entry::deflated("META-INF/manifest.xml", manifest.as_bytes()),
    ];
    entries.extend(extra);
    Archive::of(entries).bytes()
}

#[test]
fn links_of_an_odt_reach_neither_files_nor_network() {
    let trap = Trap::new();
    let url = format!("http://127.0.0.1:{}/a", trap.port());
    let section = |name: &str, href: &str| {
        format!(
            "<text:section text:name=\"{name}\"><text:section-source xlink:href=\"{href}\"/><text:p>old {name}</text:p></text:section>"
        )
    };
    let picture = |href: &str| {
        format!(
            "<text:p><draw:frame text:anchor-type=\"as-char\" svg:width=\"1cm\" svg:height=\"1cm\"><draw:image xlink:href=\"{href}\" \
             xlink:actuate=\"onLoad\"/></draw:frame></text:p>"
        )
    };
    let frame = format!(
        "<text:p><draw:frame text:anchor-type=\"as-char\" svg:width=\"1cm\" svg:height=\"1cm\">\
         <draw:floating-frame xlink:href=\"{url}\"/></draw:frame></text:p>"
    );
    let body = [
        "<office:body><office:text><text:p>visible text</text:p>".to_owned(),
        section("a", "file:///etc/passwd"),
        section("b", &url),
        section("c", "vnd.sun.star.expand:file:///etc/passwd"),
        picture("file:///etc/passwd"),
        picture(&url),
        frame,
        "</office:text></office:body>".to_owned(),
    ]
    .concat();
    let outputs = outputs("a.odt", &odt(&body, Vec::new(), ""), Format::Odt);
    trap.assert_unvisited();
    assert!(!outputs.is_empty());
    for text in outputs {
        assert!(text.contains("visible text"));
        assert!(!text.contains(SECRET));
    }
}

#[test]
fn a_macro_that_starts_with_its_document_does_not() {
    let library = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><!DOCTYPE library:libraries PUBLIC \"-//OpenOffice.org//DTD OfficeDocument 1.0//EN\" \
        \"libraries.dtd\"><library:libraries xmlns:library=\"http://openoffice.org/2000/library\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">\
        <library:library library:name=\"Standard\" library:link=\"false\"/></library:libraries>";
    let standard = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><!DOCTYPE library:library PUBLIC \"-//OpenOffice.org//DTD OfficeDocument 1.0//EN\" \
        \"library.dtd\"><library:library xmlns:library=\"http://openoffice.org/2000/library\" library:name=\"Standard\" \
        library:readonly=\"false\" library:passwordprotected=\"false\"><library:element library:name=\"Run\"/></library:library>";
    let module = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><!DOCTYPE script:module PUBLIC \"-//OpenOffice.org//DTD OfficeDocument 1.0//EN\" \
        \"module.dtd\"><script:module xmlns:script=\"http://openoffice.org/2000/script\" script:name=\"Run\" script:language=\"StarBasic\">\
        Sub Main\nThisComponent.Text.String = &quot;the macro ran&quot;\nEnd Sub\n</script:module>";
    let events = "<office:scripts><office:event-listeners><script:event-listener script:language=\"ooo:script\" \
        script:event-name=\"dom:load\" xlink:href=\"vnd.sun.star.script:Standard.Run.Main?language=Basic&amp;location=document\" \
        xlink:type=\"simple\"/></office:event-listeners></office:scripts>";
    let body = format!("{events}<office:body><office:text><text:p>visible text</text:p></office:text></office:body>");
    let parts =
        [("Basic/script-lc.xml", library), ("Basic/Standard/script-lb.xml", standard), ("Basic/Standard/Run.xml", module)];
    let listed = |(path, _): &(&str, &str)| {
        format!("<manifest:file-entry manifest:full-path=\"{path}\" manifest:media-type=\"text/xml\"/>")
    };
    let manifest = parts.iter().map(listed).collect::<String>();
    let extra = parts.iter().map(|(path, content)| Entry::deflated(path, content.as_bytes())).collect();
    let outputs = outputs("a.odt", &odt(&body, extra, &manifest), Format::Odt);
    assert_eq!(outputs.len(), 2);
    for text in outputs {
        assert!(text.contains("visible text") && !text.contains("the macro ran"));
    }
}

/// A LibreOffice that is the attacker's: it waits like the real one, and at the order does this.
fn taken_over(dir: &Path, then: &str) -> ConverterConfig {
    let programs = dir.join("program");
    fs::create_dir(&programs).unwrap();
    let waits = "case \"$*\" in *--terminate_after_init*) exit 0;; esac\ntouch /tmp/OSL_PIPE_here\nexec sleep 600";
    for (name, does) in [("soffice.bin", waits), ("oosplash", then)] {
        let file = programs.join(name);
        fs::write(&file, format!("#!/bin/bash\n{does}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }
    // The jail's user is nobody on this side of it, too.
    fs::set_permissions(dir, fs::Permissions::from_mode(0o755)).unwrap();
    ConverterConfig { libreoffice: programs, wall: Duration::from_mins(1), scratch: 16 << 20, memory: 128 << 20, ..converter() }
}

/// Whether any process has this folder in its command line.
fn is_anybody_left(dir: &Path) -> bool {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let mut lines = processes.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
    lines.any(|line| String::from_utf8_lossy(&line).contains(dir.to_str().unwrap()))
}

fn attacked(then: &str) -> Result<Vec<u8>, Reason> {
    attacked_for(Duration::from_mins(1), then)
}

/// For at most this long.
fn attacked_for(wall: Duration, then: &str) -> Result<Vec<u8>, Reason> {
    let dir = tempfile::tempdir().unwrap();
    let made = block_on(async {
        let converter = ConverterConfig { wall, ..taken_over(dir.path(), then) };
        let pool = start(PoolConfig { converter: Some(converter), ..config() }).await;
        let made = convert(&pool, b"document", Format::Doc).await.made;
        // Whatever it says, nothing that is no docx comes out.
        let done = pool.sanitize(job("a.rtf", Role::File, &rtf("x"))).await;
        assert!(done.part.is_err());
        made
    });
    // Killing is asynchronous: being gone is waited for, within reason.
    let begun = Instant::now();
    while is_anybody_left(dir.path()) {
        assert!(begun.elapsed() < Duration::from_secs(20), "a process outlived its jail");
        std::thread::sleep(Duration::from_millis(50));
    }
    made
}

/// Writes into every pipe the jail's shell has, and so past it to the parent.
fn to_the_parent(what: &str) -> String {
    format!("for f in /proc/$PPID/fd/*; do case $(readlink $f) in pipe:*) {what} >$f & ;; esac; done; wait")
}

#[test]
fn one_that_loops_with_daemons_beside_it_is_ended_with_all_of_them() {
    // No sessions of their own: the list of system calls has no setsid, and the jail's end asks no session.
    let daemons = "bash -c 'sleep 500; exit' \"$0\" </dev/null >/dev/null 2>&1 & disown\n\
        (bash -c 'trap \"\" TERM HUP INT; while :; do sleep 1; done' \"$0\" &) \nwhile :; do :; done";
    assert_eq!(attacked_for(Duration::from_secs(4), daemons).unwrap_err(), Reason::Timeout);
}

#[test]
fn one_that_fills_its_file_system_fills_no_more_than_that() {
    let fills = "for i in 1 2 3 4; do cat /dev/zero >/tmp/fill$i; done; mkdir -p /tmp/out; du -sk /tmp >/tmp/du; \
        rm /tmp/fill*; for i in / /dev /dev/shm /usr /proc; do cat /dev/zero >$i/fill; done; du -sk /tmp >/tmp/out/in.docx";
    let said = attacked(fills).unwrap();
    let kib: u64 = String::from_utf8(said).unwrap().split_whitespace().next().unwrap().parse().unwrap();
    assert!(kib < 64, "{kib} KiB were left where none could be");
    let endless = to_the_parent("cat /dev/zero");
    assert_eq!(attacked(&endless).unwrap_err(), Reason::UnpackedLimit);
}

#[test]
fn one_that_eats_memory_or_breeds_is_ended() {
    assert_eq!(attacked("tail /dev/zero").unwrap_err(), Reason::OutOfMemory);
    let small = "for i in 1 2 3 4 5 6 7 8 9; do (head -c 30000000 /dev/zero; sleep 100) | tail & done; wait";
    assert_eq!(attacked(small).unwrap_err(), Reason::OutOfMemory);
    assert_eq!(attacked("for i in {1..150}; do sleep 100 & done; wait").unwrap_err(), Reason::CountLimit);
}

#[test]
fn one_that_breaks_off_says_nothing_or_lies_is_a_failure() {
    let speaks = to_the_parent("printf ready");
    for then in ["exit 0", "kill -9 $PPID", "kill -9 -1", ": >/tmp/out/in.docx", &speaks] {
        assert_eq!(attacked(then).unwrap_err(), Reason::ConvertFailed, "{then}");
    }
    assert_eq!(attacked("printf 'not a docx' >/tmp/out/in.docx").unwrap(), b"not a docx");
}

#[test]
fn the_jail_has_no_network_no_files_and_no_neighbors() {
    let trap = Trap::new();
    let canary = tempfile::NamedTempFile::new().unwrap();
    fs::write(canary.path(), "a file of the host").unwrap();
    let attempts = [
        ("network", format!("exec 3<>/dev/tcp/127.0.0.1/{}", trap.port())),
        ("passwd", "cat /etc/passwd".to_owned()),
        ("shadow", "cat /etc/shadow".to_owned()),
        ("home", "ls /root /home".to_owned()),
        ("host file", format!("cat {}", canary.path().display())),
        ("write usr", "touch /usr/x".to_owned()),
        ("write root", "touch /x".to_owned()),
        ("write LibreOffice", "touch \"$(dirname \"$0\")/x\"".to_owned()),
        ("namespace", "unshare --user true".to_owned()),
        ("mount", "mount -t tmpfs none /tmp/out".to_owned()),
        ("init's root", "ls /proc/1/root/home".to_owned()),
        ("sysctl", "echo 1 >/proc/sys/kernel/panic".to_owned()),
        ("interfaces", "[ \"$(ls /sys/class/net 2>/dev/null; grep -c : /proc/net/dev)\" -gt 1 ]".to_owned()),
        ("processes", "[ \"$(ls -d /proc/[0-9]* | wc -l)\" -gt 15 ]".to_owned()),
        (
            "environment",
            "env | grep -v '^\\(HOME\\|LANG\\|PATH\\|PWD\\|SAL_RAND_REPEATABLE\\|SAL_USE_VCLPLUGIN\\|SHLVL\\|_\\|OLDPWD\\)='"
                .to_owned(),
        ),
        ("privileges", "grep CapEff /proc/self/status | grep -v 0000000000000000".to_owned()),
    ];
    let tries = attempts.iter().map(|(name, attempt)| format!("({attempt}) >/dev/null 2>&1 && echo {name} >>/tmp/out/in.docx\n"));
    let script = format!("echo open: >/tmp/out/in.docx\n{}", tries.collect::<String>());
    let said = attacked(&script).unwrap();
    assert_eq!(String::from_utf8(said).unwrap(), "open:\n");
    trap.assert_unvisited();
}

/// A program of one line that makes a system call and ends with its error number, or 0.
fn calls(number: i64, arguments: &[i64]) -> String {
    let arguments: Vec<_> = arguments.iter().map(|argument| format!(",{argument}")).collect();
    let arguments = arguments.concat();
    format!(
        "python3 -c 'import ctypes,os;c=ctypes.CDLL(None,use_errno=True);r=c.syscall({number}{arguments});os._exit(0 if r>=0 else ctypes.get_errno())'"
    )
}

#[test]
fn system_calls_that_break_out_kill_and_all_others_off_the_list_are_not_there() {
    const KILLED: i32 = 128 + libc::SIGSYS;
    let clone = |flag: i32| (libc::SYS_clone, vec![i64::from(flag | libc::SIGCHLD), 0, 0, 0, 0], KILLED);
    let socket = |family: i32| (libc::SYS_socket, vec![i64::from(family), i64::from(libc::SOCK_RAW), 0]);
    let mut cases = vec![
        (libc::SYS_getpid, vec![], 0),
        (libc::SYS_clone3, vec![0, 0], libc::ENOSYS),
        (libc::SYS_memfd_create, vec![0, 0], libc::ENOSYS),
        (libc::SYS_prlimit64, vec![1, 7, 0, 0], libc::ENOSYS),
        (libc::SYS_prctl, vec![i64::from(libc::PR_SET_DUMPABLE), 1], libc::ENOSYS),
        (libc::SYS_ioctl, vec![0, i64::try_from(libc::TIOCSTI).unwrap(), 0], libc::ENOSYS),
        (libc::SYS_socket, vec![i64::from(libc::AF_UNIX), i64::from(libc::SOCK_STREAM), 0], 0),
        clone(libc::CLONE_NEWUSER),
        clone(libc::CLONE_NEWNET),
        clone(libc::CLONE_NEWPID),
    ];
    for family in [libc::AF_INET, libc::AF_INET6, libc::AF_NETLINK, libc::AF_PACKET, libc::AF_VSOCK, libc::AF_ALG] {
        let (call, arguments) = socket(family);
        cases.push((call, arguments, libc::ENOSYS));
    }
    for call in [
        libc::SYS_ptrace,
        libc::SYS_process_vm_readv,
        libc::SYS_process_vm_writev,
        libc::SYS_mount,
        libc::SYS_umount2,
        libc::SYS_bpf,
        libc::SYS_keyctl,
        libc::SYS_add_key,
        libc::SYS_unshare,
        libc::SYS_setns,
        libc::SYS_userfaultfd,
        libc::SYS_perf_event_open,
        libc::SYS_kexec_load,
        libc::SYS_init_module,
        libc::SYS_io_uring_setup,
        libc::SYS_open_by_handle_at,
        libc::SYS_chroot,
    ] {
        cases.push((call, vec![0, 0, 0, 0, 0], KILLED));
    }
    let tries = cases.iter().map(|(number, arguments, _)| format!("{}\necho $? >>/tmp/out/in.docx\n", calls(*number, arguments)));
    let script = format!("exec 2>/dev/null\n{}", tries.collect::<String>());
    let said = String::from_utf8(attacked(&script).unwrap()).unwrap();
    let said: Vec<i32> = said.lines().map(|line| line.parse().unwrap()).collect();
    assert_eq!(said.len(), cases.len());
    for ((number, arguments, expected), code) in cases.iter().zip(said) {
        assert_eq!(code, *expected, "system call {number} with {arguments:?}");
    }
}

#[test]
fn a_descriptor_that_was_leaked_into_the_service_does_not_reach_the_jail() {
    let canary = tempfile::NamedTempFile::new().unwrap();
    fs::write(canary.path(), "a file of the host").unwrap();
    // Without the flag that closes it when a program starts, unlike everything the standard library opens.
    let leaked = rustix::io::dup(canary.as_file()).unwrap();
    let number = leaked.as_raw_fd();
    let script = format!(
        "echo open: >/tmp/out/in.docx\n(cat <&{number} >>/tmp/out/in.docx) 2>/dev/null\n\
         for f in /proc/[0-9]*/fd/*; do case $(readlink $f) in ''|pipe:*|/dev/null|/proc/*|*/program/*|/tmp/out/*) ;; \
         anon_inode:*eventfd*) ;; \
         *) readlink $f >>/tmp/out/in.docx;; esac; done"
    );
    assert_eq!(String::from_utf8(attacked(&script).unwrap()).unwrap(), "open:\n");
}

fn layers(found: &SelfTest, probe: JailProbe) -> Vec<Stop<JailLayer>> {
    found.jail.rows().iter().find(|row| row.probe == probe).unwrap().stops.clone()
}

#[test]
fn the_self_test_tries_the_jail_and_everything_is_stopped() {
    let found = block_on(self_test(&with_converter(), Depth::Layers)).unwrap();
    for row in found.jail.rows() {
        eprintln!("{:12} {:?}", row.probe.name(), row.stops);
    }
    assert_eq!(found.jail.rows().len(), JailProbe::ALL.len());
    assert!(!found.jail.is_open());
    let listed = Stop::By(JailLayer::SystemCalls);
    for (probe, stops) in [
        (JailProbe::Open, vec![Stop::By(JailLayer::Namespaces)]),
        (JailProbe::Create, vec![Stop::By(JailLayer::ReadOnly)]),
        (JailProbe::Proc, vec![Stop::By(JailLayer::Namespaces)]),
        (JailProbe::Descriptor, vec![Stop::By(JailLayer::Descriptors)]),
        (JailProbe::Connect, vec![listed, Stop::By(JailLayer::Namespaces)]),
        // A namespace without a network still lets one ask the kernel about it: the list alone stands there.
        (JailProbe::Netlink, vec![listed, Stop::Nothing]),
        (JailProbe::Packet, vec![listed, Stop::By(JailLayer::Capabilities)]),
        // The process above is the jail's own first: the others are not seen from here.
        (JailProbe::Ptrace, vec![listed, Stop::Nothing]),
        (JailProbe::Kill, vec![Stop::By(JailLayer::Namespaces)]),
        (JailProbe::Mount, vec![listed, Stop::By(JailLayer::Capabilities)]),
        (JailProbe::Unshare, vec![listed, Stop::By(JailLayer::Namespaces)]),
        (JailProbe::Fill, vec![Stop::By(JailLayer::Scratch)]),
        (JailProbe::Memory, vec![Stop::By(JailLayer::Watch)]),
    ] {
        assert_eq!(layers(&found, probe), stops, "{}", probe.name());
    }
    // The kernel's own limit of processes binds no service of root's.
    assert!([Stop::By(JailLayer::Watch), Stop::By(JailLayer::Limits)].contains(&layers(&found, JailProbe::Breed)[0]));
}

#[test]
fn where_there_is_no_jail_the_self_test_says_so_and_the_cages_stand_for_themselves() {
    let gone = ConverterConfig { bubblewrap: "/nonexistent".into(), ..converter() };
    for (converter, expected) in [(None, JailTest::NotInstalled), (Some(gone), JailTest::DoesNotStart)] {
        let found = block_on(self_test(&PoolConfig { converter, ..config() }, Depth::Cage)).unwrap();
        assert_eq!(found.jail, expected);
        assert!(found.passed() && !found.jail.is_open());
    }
}

#[test]
fn a_jail_that_is_none_is_found_out() {
    let dir = tempfile::tempdir().unwrap();
    let bubblewrap = dir.path().join("bwrap");
    // Runs what it is given as it is, from where the jail would have bound it.
    let script = format!("#!/bin/bash\nwhile [ \"$1\" != -- ]; do shift; done\nshift\nexec \"${{@//\\/probe/{}}}\"\n", {
        env!("CARGO_BIN_EXE_sanitizer-worker").replace('/', "\\/")
    });
    fs::write(&bubblewrap, script).unwrap();
    fs::set_permissions(&bubblewrap, fs::Permissions::from_mode(0o755)).unwrap();
    let converter = Some(ConverterConfig { bubblewrap, ..converter() });
    let found = block_on(self_test(&PoolConfig { converter, ..config() }, Depth::Cage)).unwrap();
    assert!(found.jail.is_open());
    for probe in [JailProbe::Open, JailProbe::Proc, JailProbe::Connect, JailProbe::Kill, JailProbe::Fill] {
        assert_eq!(layers(&found, probe), [Stop::Nothing], "{}", probe.name());
    }
}
