"""What a reviewer does, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from kompass_extract.archive.folder import Archive
from kompass_extract.model.report import Field
from kompass_extract.review.service.desk_values import QueueFilter
from tests.browser.conftest import ASKED, IMPROVEMENT, ITEM, QUESTION, REPORT, SCORE, TITLE, Served
from tests.support.review_archive import PDF, doubt, doubted, gold_report, put


def at(page: Page, pointer: str) -> None:
    """The page shows the item at that address, and takes keys."""
    expect(page.locator("html[data-ready]")).to_have_count(1)
    expect(page.locator("main.item")).to_have_attribute("data-pointer", pointer)


def reading(page: Page) -> Locator:
    """The field that the value stands in."""
    return page.get_by_role("textbox", name="Läsning")


def asked(page: Page, text: str) -> None:
    """The page says that, and takes keys."""
    expect(page.locator("html[data-ready]")).to_have_count(1)
    expect(page.locator(".crumbs")).to_contain_text(text)


def gone_on(page: Page, pointer: str) -> None:
    """The page shows something else than the item at that address."""
    expect(page.locator(f'main[data-pointer="{pointer}"]')).to_have_count(0)


def open_count(served: Served) -> int:
    return served.desk.queue(QueueFilter(), reviewer="Anna").total


def value(served: Served, pointer: str) -> Field[str] | Field[int]:
    """The field at a pointer of the decided report."""
    found: object = served.desk.report(REPORT)
    for part in pointer.split("/")[1:]:
        found = found[int(part)] if isinstance(found, list) else getattr(found, part)
    assert isinstance(found, Field)
    return found


def test_accept_goes_on_to_the_next(served: Served, page: Page) -> None:
    page.goto(served.url + "/next")
    at(page, SCORE)
    page.get_by_role("button", name=re.compile("^Godkänn")).click()
    at(page, TITLE)
    field = value(served, SCORE)
    assert field.review is not None
    assert (field.review.action, field.review.by) == ("accepted", "Anna")
    assert open_count(served) == len(ASKED) - 1


def test_the_place_is_marked_on_the_page(served: Served, page: Page) -> None:
    page.goto(served.item(SCORE))
    place = served.desk.item(REPORT, SCORE, reviewer="Anna").evidence[0]
    mark = page.locator("#picture rect.place")
    assert abs(float(mark.get_attribute("x") or 0) - place.bbox[0]) < 5
    shown = page.evaluate(
        "() => { const i = new Image(); i.src = document.querySelector('#picture image').href.baseVal;"
        " return i.decode().then(() => [i.naturalWidth, i.naturalHeight]); }"
    )
    assert shown == [1190, 1684], "A4 at 144 dpi"
    boxes = [page.locator("#picture").bounding_box(), mark.bounding_box()]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[0]["x"] <= boxes[1]["x"]
    assert boxes[1]["x"] + boxes[1]["width"] <= boxes[0]["x"] + boxes[0]["width"]


def test_why_it_is_asked_is_said_in_words(served: Served, page: Page) -> None:
    page.goto(served.item(SCORE))
    expect(page.locator(".why")).to_contain_text("Flera läsningar är möjliga")
    page.goto(served.item(SCORE, lang="en"))
    expect(page.locator(".why")).to_contain_text("The evidence leaves several readings")
    page.goto(served.item(TITLE))
    expect(page.get_by_role("button", name="Save and next")).to_be_visible()


def test_correct_by_writing(served: Served, page: Page) -> None:
    page.goto(served.item(SCORE))
    reading(page).fill("14")
    page.get_by_role("button", name="Spara och nästa").click()
    at(page, TITLE)
    field = value(served, SCORE)
    assert field.value == 14
    assert field.review is not None
    assert field.review.action == "corrected"


def test_letters_in_a_number_are_not_saved_and_not_lost(served: Served, page: Page) -> None:
    page.goto(served.item(SCORE))
    reading(page).fill("fjorton")
    page.get_by_role("button", name="Spara och nästa").click()
    expect(page.get_by_role("alert")).to_contain_text("Ett tal behövs")
    expect(reading(page)).to_have_value("fjorton")
    assert value(served, SCORE).review is None


def test_undo_also_from_the_history(served: Served, page: Page) -> None:
    page.goto(served.item(SCORE))
    page.get_by_role("button", name=re.compile("^Underkänn")).click()
    at(page, TITLE)
    assert value(served, SCORE).value is None
    page.get_by_role("button", name=re.compile("^Ångra")).click()
    at(page, SCORE)
    assert value(served, SCORE).review is None
    page.get_by_role("button", name=re.compile("^Godkänn")).click()
    at(page, TITLE)
    page.goto(f"{served.url}/history?report={REPORT}")
    page.get_by_role("row").filter(has_text="Godkänd").get_by_role("button", name="Ångra").click()
    expect(page.get_by_role("row").filter(has_text="ångrat").first).to_be_visible()
    assert value(served, SCORE).review is None
    assert open_count(served) == len(ASKED)


def test_split_and_join(served: Served, page: Page) -> None:
    before = [one.value for one in served.desk.report(REPORT).areas[2].strengths]
    whole = before[0] or ""
    page.goto(served.item(ITEM))
    reading(page).focus()
    page.evaluate("n => document.getElementById('value').setSelectionRange(n, n)", whole.index(" "))
    reading(page).press("Escape")
    page.keyboard.press("s")
    expect(page.get_by_label("Andra delen")).to_have_value(whole[whole.index(" ") + 1 :])
    page.get_by_role("button", name="Spara som två").click()
    expect(page.get_by_text(re.compile("av Anna"))).to_be_visible()
    first, rest, *others = [one.value for one in served.desk.report(REPORT).areas[2].strengths]
    assert (first, rest) == tuple(whole.split(" ", 1))
    assert others == before[1:]
    page.get_by_text("Slå ihop med nästa").click()
    expect(page.get_by_label("Hopfogad text")).to_have_value(whole)
    page.get_by_role("button", name="Spara som en").click()
    expect(page.locator(".lists li").first).to_contain_text(whole)
    assert [one.value for one in served.desk.report(REPORT).areas[2].strengths] == before


def test_move_to_another_area_s_list(served: Served, page: Page) -> None:
    text = value(served, IMPROVEMENT).value
    page.goto(served.item(IMPROVEMENT))
    page.locator("#move summary").click()
    page.get_by_label("Flytta till").select_option("4:strengths:")
    page.get_by_role("button", name="Flytta", exact=True).click()
    expect(page.locator(".crumbs")).to_contain_text("Område 4")
    report = served.desk.report(REPORT)
    assert text in [one.value for one in report.areas[3].strengths]
    assert text not in [one.value for one in report.areas[1].improvements]


def test_which_question_it_is(served: Served, page: Page) -> None:
    page.goto(served.item(QUESTION))
    page.get_by_role("button", name="Finns inte i taxonomin").click()
    gone_on(page, QUESTION)
    assert served.desk.report(REPORT).areas[3].score_table.rows[1].question_id is None
    page.goto(served.item(QUESTION))
    page.get_by_role("button", name=re.compile(r"^4\.2")).click()
    expect(page.locator(".row-choice.chosen")).to_contain_text("4.2")  # decided already, so it stays here
    assert served.desk.report(REPORT).areas[3].score_table.rows[1].question_id == "2016/4.2"


def test_a_missed_item_is_added_by_drawing(served: Served, page: Page) -> None:
    page.goto(f"{served.url}/page?report={REPORT}&n=5")
    sheet = page.locator("#sheet").bounding_box()
    assert sheet is not None
    middle = sheet["x"] + sheet["width"] / 2
    page.mouse.move(middle - 100, sheet["y"] + 200)
    page.mouse.down()
    page.mouse.move(middle + 60, sheet["y"] + 230)
    page.mouse.move(middle + 100, sheet["y"] + 240)
    page.mouse.up()
    scale = sheet["height"] / 842
    assert abs(float(page.get_by_label("vänster").input_value()) - (595 / 2 - 100 / scale)) < 2
    assert abs(float(page.get_by_label("underkant").input_value()) - 240 / scale) < 2
    page.get_by_label("Text som den står").fill("En missad styrka")
    page.get_by_role("combobox", name="Område").select_option("6")
    page.get_by_role("button", name="Lägg till").click()
    expect(reading(page)).to_have_value("En missad styrka")
    added = [one for one in served.desk.report(REPORT).areas[5].strengths if one.value == "En missad styrka"]
    assert len(added) == 1
    assert added[0].evidence[0].page == 5


def test_a_missed_item_is_added_by_the_keyboard(served: Served, page: Page) -> None:
    page.goto(f"{served.url}/page?report={REPORT}&n=5")
    page.get_by_label("vänster").focus()
    for text in ("80", "100", "300", "120", "Ännu en"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.get_by_role("button", name="Lägg till").focus()
    page.keyboard.press("Enter")
    expect(reading(page)).to_have_value("Ännu en")
    added = page.locator("main.item").get_attribute("data-pointer") or ""
    page.keyboard.press("x")
    gone_on(page, added)
    texts = [one.value for area in served.desk.report(REPORT).areas for one in area.strengths]
    assert "Ännu en" not in texts, "removed again"


def test_two_reviewers_at_once(served: Served, serve: Callable[..., Served], browser: Browser, page: Page) -> None:
    berit = serve(served.archive, "Berit", "other.db")
    tab = browser.new_context().new_page()
    page.goto(served.item(SCORE))
    tab.goto(berit.item(SCORE))
    expect(tab.locator(".hold")).to_contain_text("Anna")
    reading(tab).fill("12")
    tab.get_by_role("button", name="Spara och nästa").click()
    gone_on(tab, SCORE)
    reading(page).fill("13")
    page.get_by_role("button", name="Spara och nästa").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Någon annan har ändrat")
    expect(page.locator(".sides")).to_contain_text("Berit")
    expect(page.locator(".sides section").first).to_contain_text("13")
    expect(page.locator(".sides section").last).to_contain_text("12")
    expect(page.locator("#notice")).to_be_empty()
    assert value(berit, SCORE).value == 12, "nothing is overwritten unasked"
    page.get_by_role("button", name="Spara mitt ändå").click()
    expect(page.locator(".sides")).to_have_count(0)
    assert value(served, SCORE).value == 13
    tab.context.close()


def test_what_is_held_is_passed_over(
    served: Served, serve: Callable[..., Served], browser: Browser, page: Page
) -> None:
    berit = serve(served.archive, "Berit", "other.db")
    page.goto(served.url + "/next")
    at(page, SCORE)
    tab = browser.new_context().new_page()
    tab.goto(berit.url + "/next")
    at(tab, TITLE)
    tab.goto(berit.url + "/queue")
    expect(tab.locator("tr.held")).to_contain_text("Hålls av Anna")
    tab.context.close()


def test_the_keyboard_does_everything(served: Served, page: Page) -> None:
    page.goto(served.url + "/reports")
    page.goto(f"{served.url}/report?id={REPORT}")
    expect(page.locator("html[data-ready]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/beside\?report=hoganas-2018"))
    page.goto(f"{served.url}/next?in={REPORT}")
    at(page, SCORE)
    right = served.desk.item(REPORT, SCORE, reviewer="Anna").alternatives[0].value
    page.keyboard.press("1")
    at(page, TITLE)
    assert value(served, SCORE).value == right
    page.keyboard.press("u")
    at(page, SCORE)
    page.keyboard.press("2")
    at(page, TITLE)
    page.keyboard.press("Control+z")
    at(page, SCORE)
    page.keyboard.press("Space")
    at(page, TITLE)
    page.keyboard.press("k")
    at(page, SCORE)
    page.keyboard.press("ArrowDown")
    at(page, TITLE)
    page.keyboard.press("Backspace")
    at(page, TITLE)
    page.keyboard.press("e")
    expect(reading(page)).to_be_focused()
    page.keyboard.type("ax1u?")
    at(page, TITLE)
    page.keyboard.press("Escape")
    expect(reading(page)).not_to_be_focused()
    expect(reading(page)).to_have_value("ax1u?")
    page.keyboard.press("?")
    expect(page.locator("dialog")).to_be_visible()
    page.keyboard.press("a")
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()
    at(page, TITLE)
    assert value(served, TITLE).review is None
    page.keyboard.press("e")
    page.keyboard.type("Kommunkompassen i Höganäs")
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    gone_on(page, TITLE)
    assert value(served, TITLE).value == "Kommunkompassen i Höganäs"


def test_from_first_item_to_signature(served: Served, page: Page) -> None:
    page.goto(served.url + f"/next?in={REPORT}")
    for left in range(open_count(served), 0, -1):
        asked(page, f"av {left}")
        missing = page.locator("#absent").count()
        page.keyboard.press("n" if missing else "a")
        if missing:
            page.keyboard.press("Enter")
    expect(page.get_by_text("Kön är genomgången")).to_be_visible()
    page.goto(f"{served.url}/report?id={REPORT}")
    page.get_by_role("button", name="Signera som granskad").click()
    expect(page.locator(".sign")).to_contain_text("Signerad av Anna")
    assert (served.archive.reviewed / f"{REPORT}.json").exists()
    assert served.desk.report_line(REPORT).status == "reviewed"
    page.get_by_role("button", name="Öppna igen").click()
    expect(page.locator(".state")).to_have_text("Granskas")


@pytest.mark.slow
def test_a_queue_of_400(serve: Callable[..., Served], tmp_path, page: Page) -> None:  # type: ignore[no-untyped-def]
    report = gold_report(REPORT)
    names = [f"/areas/{a}/{name}/{i}" for a, area in enumerate(report.areas) for name in ("strengths", "improvements")
             for i in range(len(getattr(area, name)))]  # fmt: skip
    cells = ("question", "achieved", "max", "percent")
    names += [f"/areas/{a}/score_table/rows/{i}/{cell}" for a, area in enumerate(report.areas)
              for i in range(len(area.score_table.rows)) for cell in cells]  # fmt: skip
    names += [f"/areas/{a}/narrative/{s}/paragraphs/{i}" for a, area in enumerate(report.areas)
              for s, section in enumerate(area.narrative) for i in range(len(section.paragraphs))]  # fmt: skip
    names += [f"/areas/{a}/rubrics/{i}" for a, area in enumerate(report.areas) for i in range(len(area.rubrics))]
    archive = Archive.at(tmp_path / "archive")
    names += [f"/areas/{a}/{name}" for a in range(8) for name in ("name", "score_table/heading")]
    values = {name: value_at(report, name) for name in names}
    known = [(name, own) for name, own in values.items() if own is not None][:400]
    doubts = {name: doubt(own, "the evidence leaves several readings") for name, own in known}
    put(archive, doubted(report, doubts), PDF)
    served = serve(archive)
    page.goto(served.url + "/queue")
    expect(page.get_by_text("400 uppgifter att granska")).to_be_visible()
    page.get_by_role("link", name="En uppgift i taget").click()
    for left in range(400, 370, -1):
        asked(page, f"1 av {left}")
        page.keyboard.press("a")
    asked(page, "1 av 370")
    page.goto(served.url + "/queue")
    for _ in range(8):
        if not page.get_by_role("link", name="Visa fler").is_visible():
            break
        page.get_by_role("link", name="Visa fler").click()
    assert page.locator("table.queue tbody tr").count() == 370 % 50


def value_at(report: object, pointer: str) -> str | int | None:
    found = report
    for part in pointer.split("/")[1:]:
        found = found[int(part)] if isinstance(found, list) else getattr(found, part)
    assert isinstance(found, Field)
    return found.value


def test_without_script_the_forms_do_it(served: Served, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served.url + "/next")
    reading(page).fill("11")
    page.get_by_role("button", name="Spara och nästa").click()
    page.get_by_text(re.compile("^Står inte i rapporten")).click()
    page.get_by_role("button", name="Ja, det står inte").click()
    assert value(served, SCORE).value == 11
    assert value(served, TITLE).review is not None
    page.get_by_role("button", name=re.compile("^Ångra")).click()
    assert value(served, TITLE).review is None
    context.close()
