"""Where a watch may go: hosts, network addresses, robots.txt; and what it reads in its configuration."""

from __future__ import annotations

import re
import ssl
import tomllib
import tracemalloc
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kompass_extract.errors import WatchError
from kompass_extract.watch import config, network
from kompass_extract.watch.address import Gate, absolute, is_public
from kompass_extract.watch.crawl_outcome import CrawlOutcome
from kompass_extract.watch.fetch_errors import FetchRefusedError, GoneError
from kompass_extract.watch.robots import LIMIT, parse
from tests.support.watching import QUICK, Watching, watching
from tests.support.webserver import redirect, serving


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Watching]:
    with serving() as site:
        site.links("/a.pdf")
        site.put("/a.pdf")
        made = watching(site, tmp_path / "archive")
        yield made
        made.publications.store.close()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1",
        "64:ff9b::a00:1", "64:ff9b:1::808:808", "fec0::1", "::10.0.0.1", "::8.8.8.8", "::ffff:0:10.0.0.1",
        "2a00:801::5efe:10.0.0.1", "2a00:801::200:5efe:a00:1", "2002:7f00:1::", "2001:0:a00:1::", "nonsense", "",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["193.10.0.1", "2a00:801::1", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_that_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("pattern", "address", "allowed"),
    [
        ("skr.se", "https://skr.se/x", True),
        ("skr.se", "http://SKR.SE:80/x", True),
        ("skr.se", "https://www.skr.se/x", False),
        ("skr.se", "https://skr.se.evil.test/x", False),
        ("skr.se", "https://skr.se:8443/x", False),
        ("skr.se:8443", "https://skr.se:8443/x", True),
        ("skr.se:8443", "https://skr.se/x", False),
        ("*.skr.se", "https://www.skr.se/x", True),
        ("*.skr.se", "https://skr.se/x", False),
        ("*.skr.se", "https://evilskr.se/x", False),
        ("åmål.se", "https://xn--ml-xiab.se/x", True),
        ("skr.se", "ftp://skr.se/x", False),
        ("skr.se", "https://skr.se@evil.test/x", False),
        ("skr.se", "https://me@skr.se/x", False),
        ("skr.se", "https://skr.se:bad/x", False),
    ],
)
def test_hosts(pattern: str, address: str, allowed: bool) -> None:
    gate = Gate((pattern,))
    if allowed:
        gate.check(address)
    else:
        with pytest.raises(FetchRefusedError):
            gate.check(address)


def test_no_way_back_from_https_to_http() -> None:
    gate = Gate(("skr.se",))
    gate.check("https://skr.se/", came_from="http://skr.se/")
    with pytest.raises(FetchRefusedError, match="https to http"):
        gate.check("http://skr.se/", came_from="https://skr.se/")


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    gate = Gate(("skr.se",), resolver=lambda host, port: ["193.10.0.1", "10.0.0.1"])
    with pytest.raises(FetchRefusedError, match="private network"):
        gate.addresses("skr.se", 443)


class _Recorder(httpcore.MockBackend):
    """Notes where connections go and answers each with a small page."""

    def __init__(self) -> None:
        super().__init__([b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"])
        self.connected: list[tuple[str, int]] = []

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        self.connected.append((host, port))
        return super().connect_tcp(host, port, timeout, local_address, socket_options)


def test_the_connection_goes_to_the_address_that_was_judged() -> None:
    """A name server that gives a public address first and a private one when asked again (DNS rebinding)."""
    answers = [["193.10.0.1"], ["10.0.0.1"]]
    recorder = _Recorder()
    gate = Gate(("rebinding.test",), resolver=lambda host, port: answers.pop(0))
    with network.request("http://rebinding.test/a", {}, gate=gate, limits=QUICK, inner=recorder) as got:
        assert b"".join(got.body) == b"ok"
    assert recorder.connected == [("193.10.0.1", 80)]
    with (
        pytest.raises(FetchRefusedError, match="private"),
        network.request("http://rebinding.test/a", {}, gate=gate, limits=QUICK, inner=recorder),
    ):
        pass
    assert len(recorder.connected) == 1


def test_the_second_address_is_tried_where_the_first_does_not_answer(web: Watching) -> None:
    web.hosts = {"site.test": ["127.0.0.2", "127.0.0.1"]}
    assert web.sight().outcome is CrawlOutcome.NEW


def test_a_name_without_address_may_have_one_later(web: Watching) -> None:
    web.hosts = {"site.test": []}
    (page,) = web.look().pages
    assert page.outcome is CrawlOutcome.FAILED
    assert "no address" in page.reason


def _certificate(folder: Path, name: str) -> Path:
    """A key and a certificate of its own for ``name``, in one file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    pem = serialization.Encoding.PEM
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()) + made.public_bytes(pem)
    )
    return path


@pytest.mark.parametrize("asked", ["secure.test", "other.test"])
def test_tls_keeps_the_name_though_the_address_is_pinned(tmp_path: Path, asked: str) -> None:
    pem = _certificate(tmp_path, "secure.test")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    names: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    trust = ssl.create_default_context(cafile=str(pem))
    with serving(context) as site:
        site.put("/", "hello")
        place = f"{asked}:{site.port}"
        gate = Gate((place,), (place,), lambda host, port: ["127.0.0.1"])
        asking = network.request(f"https://{place}/", {}, gate=gate, limits=QUICK, trust=trust)
        if asked == "secure.test":
            with asking as got:
                assert b"".join(got.body) == b"hello"
            assert site.asked[0].headers["host"] == place
        else:
            with pytest.raises(GoneError, match="certificate"), asking:
                pass
            assert site.asked == []
    assert names == [asked]


def test_robots_are_obeyed_on_every_hop(web: Watching) -> None:
    web.site.put("/robots.txt", "User-agent: *\nDisallow: /hidden/\n")
    web.site.pages["/a.pdf"] = redirect("/hidden/b.pdf")
    web.site.put("/hidden/b.pdf")
    sight = web.sight()
    assert (sight.outcome, sight.reason) == (CrawlOutcome.REFUSED, "robots.txt forbids it")
    assert "/hidden/b.pdf" not in web.site.paths()


def test_robots_are_read_once_and_first(web: Watching) -> None:
    web.site.put("/robots.txt", "User-agent: kompass-extract\nDisallow: /\n\nUser-agent: *\nAllow: /\n")
    (page,) = web.look().pages
    assert page.outcome is CrawlOutcome.REFUSED
    assert [asked.path for asked in web.site.asked] == ["/robots.txt"]


@pytest.mark.parametrize(("status", "read"), [(404, True), (410, True), (401, False), (403, False), (500, False)])
def test_robots_that_cannot_be_read(web: Watching, status: int, read: bool) -> None:
    web.site.put("/robots.txt", b"", status)
    look = web.look()
    assert (look.pages[0].outcome is CrawlOutcome.READ) == read
    assert (web.site.paths() == []) != read


def test_crawl_delay_is_kept(web: Watching) -> None:
    web.site.put("/robots.txt", "User-agent: *\nCrawl-delay: 11\n")
    web.look()
    assert web.time.slept == [pytest.approx(11, abs=0.5)] * 2


def test_a_crawl_delay_that_is_too_long_is_obeyed_by_not_asking(web: Watching) -> None:
    web.site.put("/robots.txt", "User-agent: *\nCrawl-delay: 86400\n")
    (page,) = web.look().pages
    assert page.outcome is CrawlOutcome.REFUSED
    assert "86400 s" in page.reason
    assert web.site.paths() == []


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("Disallow: /a\nAllow: /a/b", "/a/b/c.pdf", True),
        ("Disallow: /a\nAllow: /a/b", "/a/c.pdf", False),
        ("Disallow: /*.pdf$", "/x/y.pdf", False),
        ("Disallow: /*.pdf$", "/x/y.pdf?v=1", True),
        ("Disallow: /x*y*z", "/x1y2z3", False),
        ("Disallow: /x*y*z", "/x1z2y3", True),
        ("Disallow:", "/anything", True),
        ("Disallow: /", "/", False),
        ("Disallow: /\nAllow: /$", "/", True),
        ("Disallow: /%C3%A5", "/å", False),
        ("Disallow: /å", "/%c3%a5/x", False),
        ("Allow: /p\nDisallow: /p", "/p", True),
        ("Disallow: /q?a=", "/q?a=1", False),
        ("Disallow : /spaced # said so", "/spaced", False),
        ("Disallow: /a*$", "/a/b", False),
        ("Noindex: /a\nhello\n:::", "/a", True),
    ],
)
def test_the_longest_rule_decides(rules: str, path: str, allowed: bool) -> None:
    assert parse(f"User-agent: *\n{rules}\n", "kompass-extract").allows(f"https://skr.se{path}") == allowed


def test_the_own_group_counts_alone() -> None:
    text = (
        "\ufeffUser-Agent: Other\nUser-agent: Kompass-Extract/2\nDisallow: /own\nCrawl-delay: 3\n\n"
        "User-agent: *\nDisallow: /all\nCrawl-delay: 9\n\nUser-agent: kompass-extract\nDisallow: /more\nCrawl-delay: x"
    )
    robots = parse(text, "kompass-extract")
    verdicts = [robots.allows(f"https://skr.se{path}") for path in ("/own", "/more", "/all")]
    assert (verdicts, robots.delay) == ([False, False, True], 3.0)


def test_other_crawlers_groups_take_no_memory() -> None:
    agents = "".join(f"User-agent: crawler{number}\n" for number in range(6_000))
    rules = "".join(f"Disallow: /{number}\n" for number in range(10_000))
    tracemalloc.start()
    robots = parse(f"{agents}{rules}\nUser-agent: *\nDisallow: /all\n", "kompass-extract")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert robots.allows("https://skr.se/1")
    assert not robots.allows("https://skr.se/all")
    assert most < 20_000_000


def test_what_stands_behind_the_limit_is_not_read() -> None:
    filling = "# nothing\n" * (LIMIT // 10 + 1)
    assert not parse(f"User-agent: *\nDisallow: /a\n{filling}", "x").allows("https://skr.se/a")
    assert parse(f"{filling}User-agent: *\nDisallow: /a\n", "x").allows("https://skr.se/a")


@given(st.text(), st.text(max_size=50))
def test_no_robots_txt_breaks_the_reader(text: str, path: str) -> None:
    assert parse(f"User-agent: *\nDisallow: {text}\n{text}", "x").allows(f"https://skr.se/{path}") in {True, False}


@given(st.text(max_size=80), st.sampled_from(["utf-8", "cp1252", "iso8859-15"]))
def test_an_address_stays_as_it_is_once_it_is_whole(link: str, encoding: str) -> None:
    whole = absolute("https://skr.se/a/b", link, encoding)
    if whole is not None:
        assert whole.isascii()
        assert absolute("https://other.se/", whole) == whole


@pytest.mark.parametrize(
    ("link", "whole"),
    [
        ("c.pdf", "https://skr.se/a/c.pdf"),
        ("/Åmål 2019.pdf#sida=3", "https://skr.se/%C3%85m%C3%A5l%202019.pdf"),
        ("//www.SKR.se:443/x", "https://www.skr.se/x"),
        (" ?id=%20å ", "https://skr.se/a/b?id=%20%C3%A5"),
        ("https://åmål.se/x", "https://xn--ml-xiab.se/x"),
        ("mailto:a@b.se", None),
        ("javascript:void(0)", None),
        ("http://[bad/", None),
        ("https://x.se:99999/", None),
        ("x" * 3000, None),
    ],
)
def test_links_become_whole_addresses(link: str, whole: str | None) -> None:
    assert absolute("https://skr.se/a/b", link) == whole


def test_configuration(tmp_path: Path) -> None:
    path = tmp_path / "watch.toml"
    path.write_text(
        'contact = "a@b.se"\npages = ["https://skr.se/x", "https://www.skr.se:8443/y"]\n[limits]\npause = 5\n'
    )
    settings = config.load(path)
    assert settings.allowed_hosts == ("skr.se", "www.skr.se:8443")
    assert settings.limits.pause == 5
    assert settings.limits.attempts > 1


def test_the_documented_configuration_is_one_and_shows_the_defaults(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "operation.md").read_text("utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    path = tmp_path / "watch.toml"
    path.write_text(example, "utf-8")
    settings = config.load(path)
    assert settings.limits == config.CrawlLimits()
    shown = set(tomllib.loads(example)) | set(tomllib.loads(example)["limits"])
    assert shown == {*config.WatchSettings.model_fields, *config.CrawlLimits.model_fields}
    assert (settings.next_pages, settings.recheck_hours, settings.every_hours) == (0, 0, 24)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('pages = ["https://skr.se/"]', "contact"),
        ('contact = "a@b.se"\npages = []', "pages"),
        ('contact = "a@b.se"\npages = ["skr.se"]', "no web address"),
        ('contact = "a@b.se\\nX-Bad: 1"\npages = ["https://skr.se/"]', "contact"),
        ('contact = "a@b.se"\npages = ["https://skr.se/"]\nlimit = 3', "limit"),
        ("contact =", "no TOML"),
    ],
)
def test_what_is_wrong_in_the_configuration_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "watch.toml"
    path.write_text(text)
    with pytest.raises(WatchError, match=message):
        config.load(path)
    with pytest.raises(WatchError, match="could not be read"):
        config.load(tmp_path / "none.toml")
