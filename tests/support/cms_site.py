# ruff: noqa: E501  (pages have long lines)
"""Pages as Swedish municipalities' content management systems write them: SiteVision, EPiServer, WordPress and others.

Each page stands under its own path with the files that it leads to; ``REPORTS`` says which of those are PDFs that a
look must find, however they are linked.
"""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler

from tests.support.webserver import PDF, Answering, Site, answer, pdf, redirect

HTML = "text/html; charset=utf-8"

SITEVISION = """<!DOCTYPE html><html lang="sv" class="no-js"><head><meta charset="UTF-8">
<title>Kvalitet och resultat - Sala kommun</title>
<link rel="stylesheet" href="/2.6bf/1698/SiteVision-spacing.css"><link rel="icon" href="/favicon.ico">
<script>AppRegistry.registerBootstrappedApp('12.3f','marketplace.archive-display');
AppRegistry.registerInitialState('12.3f',{"files":[{"name":"Analys 2014","uri":"\\/download\\/18.3f0\\/161\\/Analys2014.pdf",
"size":"1 MB"}],"locale":"sv"});</script></head>
<body class="sv-responsive"><header><nav class="menu"><ul><li><a href="/barn--utbildning.4.html">Barn & utbildning</a></li>
<li><a href="/kommun--politik.4.html">Kommun & politik</a></li><li><a href="/kontakt.4.html">Kontakt</a></li></ul></nav></header>
<main><div class="pagecontent sv-layout" id="Innehall"><div class="sv-text-portlet sv-use-margins">
<h1 class="heading" id="h-Kommunkompassen">Kommunkompassen</h1>
<p class="normal">SKL har utvärderat kommunen med verktyget Kommunkompassen. Kommunen fick 521 poäng av 800.</p>
<p class="normal"><a href="/download/18.def/5678/" class="sv-link">Ta del av rapporten i sin helhet här</a></p>
<p class="normal"><a href="/download/18.7a1/1475586711246/Kommunkompassen%2C%20analys%20av%20Sala%20kommun%202016" class="sv-file"
 target="_blank">Kommunkompassen, analys av Sala kommun 2016<span class="env-text"> (Pdf, 730.5 kB, öppnas i nytt fönster)</span>
 </a></p><p class="normal">Broschyren: <a href="/download/18.9/1/omoss">Vad är Kommunkompassen?</a></p>
<img src="/images/18.1/1/stadshuset.jpg" alt="Stadshuset"><a href="/images/18.1/2/diagram.png">Större diagram</a>
</div></div></main>
<footer><a href="https://www.facebook.com/salakommun">Facebook</a> <a href="/om-webbplatsen/kakor.4.html">Om kakor</a>
<a href="tel:0224747000">0224-74 70 00</a> <a href="mailto:kommun.info@sala.se">E-post</a></footer></body></html>"""

EPISERVER = """<!DOCTYPE html><html lang="sv"><head><title>Utvärderingar | Åmåls kommun</title>
<link rel="canonical" href="/kommun/utvarderingar/"></head><body>
<ul role="navigation"><li><a href="/kommun/">Kommun</a></li></ul>
<div id="main"><h2>Utvärdering av Åmåls kommun</h2>
<div class="xhtmlstring"><p>Resultatet från utvärderingen finns <a title="Läs" href="/link/3a5e7d2f.aspx">här</a>.</p>
<p><a href="/globalassets/dokument/kommunkompassen-2013" class="pdf-link">Kommunkompassen 2013</a></p>
<p><a href="/contentassets/0f1/kk-2010.docx">Kommunkompassen 2010 (Word)</a></p>
<table><tr><th>År</th><th>Fil</th></tr><tr><td>Kommunkompassen 2018</td><td><a href="/Files/GetFile.aspx?name=kk2018&amp;id=77">Öppna
</a></td></tr></table></div></div></body></html>"""

WORDPRESS = """<!DOCTYPE html><html lang="sv-SE"><head><title>Kommunkompassen &#8211; Tjörns kommun</title>
<link rel="alternate" type="application/rss+xml" title="Tjörn &raquo; Flöde" href="/feed/">
<link rel="https://api.w.org/" href="/wp-json/"><link rel="shortlink" href="/?p=11"></head>
<body class="page"><nav><a href="/">Start</a></nav><article class="post"><div class="entry-content">
<div class="wp-block-file"><object class="wp-block-file__embed" data="/wp-content/uploads/2020/05/kk.pdf" type="application/pdf"
 aria-label="Inbäddning av kk."></object><a href="/wp-content/uploads/2020/05/kk.pdf" class="wp-block-file__button" download>Hämta
</a></div><p><iframe src="/wp-content/plugins/pdfjs/viewer.html?file=%2Fwp-content%2Fuploads%2Fkk-2012.pdf" width="100%"></iframe></p>
<p><a href="/nyheter/kommunkompassen-visar-vagen/">Läs nyheten</a></p>
<button onclick="window.open('/hamta/kk2009.pdf')">Rapport 2009</button>
</div></article></body></html>"""

NEWS = """<html><head><title>Vi blev bäst - Tjörns kommun</title></head><body><main><h1>Vi blev bäst</h1>
<p>Tjörn har utvärderats. <a href="/dokument/utv-2021">Rapporten</a> (2,3 MB)</p>
<a href="/nyheter/annat/">Fler nyheter om rapporten</a></main></body></html>"""

FEED = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>Tjörn</title><item><title>Kommunkompassen 2022</title><link>/2022/kompassen/</link>
<content:encoded><![CDATA[<p><a href="/wp-content/uploads/2022/kk-2022.pdf">Rapport</a></p>]]></content:encoded></item>
<item><title>Badet öppnar</title><link>/2022/badet/</link></item></channel></rss>"""

SITEMAP = """<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>/kommun/budget</loc></url><url><loc>/arkiv/kommunkompassen-2006</loc></url>
<url><loc>/arkiv/rapport-2004.pdf</loc></url><url><loc>/arkiv/badregler.pdf</loc></url></urlset>"""

OLD_PAGE = '<html><body><a href="/arkiv/kk06.aspx?id=3">Hela rapporten som pdf</a></body></html>'

REPORTS = frozenset({
    "/download/18.def/5678/", "/download/18.7a1/1475586711246/Kommunkompassen%2C%20analys%20av%20Sala%20kommun%202016",
    "/download/18.3f0/161/Analys2014.pdf", "/link/3a5e7d2f.aspx", "/globalassets/dokument/kommunkompassen-2013",
    "/Files/GetFile.aspx?name=kk2018&id=77", "/wp-content/uploads/2020/05/kk.pdf", "/wp-content/uploads/kk-2012.pdf",
    "/hamta/kk2009.pdf", "/dokument/utv-2021", "/wp-content/uploads/2022/kk-2022.pdf", "/arkiv/kk06.aspx?id=3",
    "/arkiv/rapport-2004.pdf", "/download/18.9/1/omoss",
})  # fmt: skip
"""Every PDF that the three pages lead to; the last is a brochure, which only its content tells."""

PAGES = ("/sitevision", "/episerver", "/wordpress")


def _refusing_head(inner: Answering) -> Answering:
    def send(handler: BaseHTTPRequestHandler) -> None:
        (answer(b"", 405) if handler.command == "HEAD" else inner)(handler)

    return send


def put_municipal_pages(site: Site) -> None:
    """Put the pages and all that they lead to on a site."""
    for path, page in {"/sitevision": SITEVISION, "/episerver": EPISERVER, "/wordpress": WORDPRESS}.items():
        site.put(path, page, content_type=HTML)
    site.put("/nyheter/kommunkompassen-visar-vagen/", NEWS, content_type=HTML)
    site.put("/nyheter/annat/", "<html><a href='/x.pdf'>x</a></html>", content_type=HTML)
    site.put("/feed/", FEED, content_type="application/rss+xml")
    site.put("/sitemap.xml", SITEMAP, content_type="text/xml")
    site.put("/arkiv/kommunkompassen-2006", OLD_PAGE, content_type=HTML)
    site.put("/2022/kompassen/", "<html><p>Kort.</p></html>", content_type=HTML)
    site.put("/robots.txt", f"User-agent: *\nDisallow: /hemligt/\nSitemap: {site.address('/sitemap.xml')}\n")
    site.put("/images/18.1/2/diagram.png", b"\x89PNG", content_type="image/png")
    for path in REPORTS:
        site.put(path, pdf(path), content_type="application/pdf")
    _as_servers_differ(site)


def _as_servers_differ(site: Site) -> None:
    """Types that say nothing, names in headers, HEAD refused, an answer that wants its cookie back."""
    site.put("/link/3a5e7d2f.aspx", pdf("link"), content_type="application/octet-stream")
    site.put(
        "/Files/GetFile.aspx?name=kk2018&id=77", pdf("kk2018"), content_type="text/html",
        content_disposition="inline; filename=\"kk.pdf\"; filename*=UTF-8''Kommunkompassen%20%C3%85m%C3%A5l.pdf",
    )  # fmt: skip
    site.pages["/dokument/utv-2021"] = _refusing_head(answer(PDF + b"% 2021\n%%EOF", content_type="text/plain"))
    site.pages["/globalassets/dokument/kommunkompassen-2013"] = _wanting_its_cookie(pdf("2013"))
    site.pages["/arkiv/kk06.aspx?id=3"] = redirect("/arkiv/store/kk06")
    site.put("/arkiv/store/kk06", pdf("2006"), content_type="application/pdf")


def _wanting_its_cookie(data: bytes) -> Answering:
    """An answer to who brings the cookie that the first answer sets, as load balancers want it."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        if "balanced=7" in handler.headers.get("Cookie", ""):
            answer(data, content_type="application/pdf")(handler)
        else:
            answer(b"", 302, location=handler.path, set_cookie="balanced=7; Path=/; HttpOnly")(handler)

    return send
