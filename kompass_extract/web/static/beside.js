// The report beside its pages: one value is looked at; page and document follow it, keys decide about it.
"use strict";

(() => {
  const page = document.getElementById("content");
  if (!page.classList.contains("beside")) return;
  const REPORT = page.dataset.report;
  const SHAPE = 0.35; // height above a place of what is shown of its page
  const sheet = document.getElementById("sheet-now");
  const textSheet = document.getElementById("text-now");
  const doc = document.getElementById("document");
  const bar = document.getElementById("bar");
  const said = document.getElementById("bar-said");
  const thumbs = [...document.querySelectorAll(".thumb")];
  let now = null; // the value that is looked at
  let shownPage = 0;
  let nearer = 1;
  let sending = false;
  let confirming = ""; // the value that is asked about once more before it is saved
  const TAKES_VALUE = ["save", "accept", "correct"]; // the same value sent once more confirms it
  let cursor = 0; // where it stood in the value when its field was left
  let still = 0; // until when scrolling is the script's own

  const asSaved = new Map(); // values of which something unsaved is shown, with what stands there
  const fits = page.dataset.fits ? new Set(JSON.parse(page.dataset.fits)) : null; // of the queue that is gone through
  const isFinding = (value) => value.dataset.kind === "finding";
  const values = () => [...doc.querySelectorAll(".v")];
  const draftOf = (value) => `draft ${REPORT} ${value.dataset.p}`;
  const drafted = (value) => sessionStorage.getItem(draftOf(value));
  const numbers = (text) => (text || "").split(" ").map(Number);
  const make = (name, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };

  // --- pages ------------------------------------------------------------------------------------------------------

  function showPage(number) {
    const thumb = thumbs.find((one) => Number(one.dataset.page) === number);
    if (!thumb) return;
    const [width, height] = numbers(thumb.dataset.size);
    if (number !== shownPage) {
      shownPage = number;
      thumbs.forEach((one) => one.removeAttribute("aria-current"));
      thumb.setAttribute("aria-current", "true");
      const list = thumb.closest(".thumbs");
      list.scrollTop = thumb.offsetTop - list.offsetTop - list.clientHeight / 2;
      const name = document.getElementById("page-name");
      name.textContent = name.dataset.name.replace("N", number);
      document.getElementById("no-picture").hidden = Boolean(thumb.dataset.url);
      for (const part of [sheet.querySelector("image"), sheet.querySelector(".paper")]) {
        part.setAttribute("width", width);
        part.setAttribute("height", height);
      }
      sheet.querySelector("image").setAttribute("href", thumb.dataset.url || "");
      showLines(thumb);
    }
    drawBoxes();
    markLines();
    frame(width, height);
  }

  async function linesOf(thumb) {
    const answer = await fetch(thumb.dataset.lines).catch(() => null);
    if (!answer || !answer.ok) return [];
    return [...new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll("#lines .line")];
  }

  const lieIn = (told, [left, top, right, bottom]) =>
    told.split(";").filter(Boolean).some((one) => {
      const [x0, y0, x1, y1] = numbers(one);
      return left < x1 && right > x0 && top < y1 && bottom > y0;
    });

  // Whether a line is one of a place's, or lies on its box, as earlier reports have it.
  const isAt = (line, { box, lines }) => {
    const number = Number(line.dataset.number);
    return lines ? number >= lines[0] && number <= lines[1] : Boolean(box) && lieIn(line.dataset.boxes, box);
  };

  // A text's page is its lines, which the page of the report's lines holds; until they are here its places are drawn.
  async function showLines(thumb) {
    sheet.toggleAttribute("hidden", false);
    textSheet.hidden = true;
    textSheet.textContent = "";
    if (!thumb.dataset.lines) return;
    const lines = await linesOf(thumb);
    if (Number(thumb.dataset.page) !== shownPage) return;
    for (const line of lines) {
      const made = document.createElement("div");
      made.className = "line";
      made.dataset.boxes = line.dataset.boxes;
      made.dataset.number = line.dataset.number;
      made.textContent = line.textContent;
      textSheet.append(made);
    }
    sheet.toggleAttribute("hidden", Boolean(textSheet.firstChild));
    textSheet.hidden = !textSheet.firstChild;
    markLines();
  }

  // The lines that the value was read from, where the value is on the page; of earlier reports those of its block.
  function markLines() {
    const there = now && Number(now.dataset.page) === shownPage;
    const place = there ? { box: now.dataset.box && numbers(now.dataset.box), lines: now.dataset.lines && numbers(now.dataset.lines) } : {};
    for (const line of textSheet.children) {
      line.classList.toggle("place", isAt(line, place));
    }
    const first = textSheet.querySelector(".place");
    if (first) textSheet.scrollTop = first.offsetTop - textSheet.offsetTop - textSheet.clientHeight * SHAPE;
  }

  function drawBoxes() {
    const boxes = document.getElementById("boxes");
    boxes.textContent = "";
    for (const value of values()) {
      if (Number(value.dataset.page) !== shownPage || !value.dataset.box) continue;
      const [x0, y0, x1, y1] = numbers(value.dataset.box);
      const place = { x: x0 - 2, y: y0 - 2, width: x1 - x0 + 4, height: y1 - y0 + 4, rx: 2 };
      const kind = value === now ? "place" : value.classList.contains("open") ? "there asked" : "there";
      const box = make("rect", { ...place, class: kind });
      box.addEventListener("click", () => look(value));
      boxes.append(box);
    }
  }

  // The whole width of the page, as much of its height as fits, with the place in sight.
  function frame(width, height) {
    const room = sheet.getBoundingClientRect();
    const ratio = room.width ? room.height / room.width : height / width;
    const box = now && Number(now.dataset.page) === shownPage && now.dataset.box ? numbers(now.dataset.box) : null;
    if (nearer === "whole" || !box) {
      sheet.setAttribute("viewBox", `0 0 ${width} ${height}`);
      return;
    }
    const wide = width * nearer;
    const high = wide * ratio;
    const y = high >= height ? (height - high) / 2 : Math.max(0, Math.min(height - high, (box[1] + box[3]) / 2 - high * SHAPE));
    const x = wide >= width ? 0 : Math.max(0, Math.min(width - wide, (box[0] + box[2]) / 2 - wide / 2));
    sheet.setAttribute("viewBox", `${x} ${y} ${wide} ${high}`);
  }

  // The other places of what does not agree, each enlarged under the page.
  function showOthers(value) {
    const others = document.getElementById("others");
    others.textContent = "";
    for (const told of (value.dataset.others || "").split(";").filter(Boolean)) {
      const [number, ...place] = numbers(told);
      const [x0, y0, x1, y1] = place;
      const thumb = thumbs.find((one) => Number(one.dataset.page) === number);
      if (thumb && thumb.dataset.lines) otherLines(others, thumb, place.length === 2 ? { lines: place } : { box: place });
      if (!thumb || !thumb.dataset.url || place.length !== 4) continue;
      const [width, height] = numbers(thumb.dataset.size);
      const wide = Math.max(360, (x1 - x0) * 1.4);
      const part = make("svg", { viewBox: `${Math.max(0, (x0 + x1) / 2 - wide / 2)} ${(y0 + y1) / 2 - 32} ${wide} 64`, role: "img" });
      part.append(make("image", { href: thumb.dataset.url, width, height, preserveAspectRatio: "none" }));
      part.append(make("rect", { x: x0 - 2, y: y0 - 2, width: x1 - x0 + 4, height: y1 - y0 + 4, class: "place" }));
      const figure = document.createElement("figure");
      const caption = document.createElement("figcaption");
      caption.textContent = others.dataset.name.replace("N", number);
      part.setAttribute("aria-label", caption.textContent);
      figure.append(caption, part);
      others.append(figure);
    }
  }

  // The other place in a text: its lines.
  async function otherLines(others, thumb, place) {
    const looked = now;
    const lines = await linesOf(thumb);
    if (looked !== now) return;
    const figure = document.createElement("figure");
    const caption = document.createElement("figcaption");
    caption.textContent = others.dataset.name.replace("N", thumb.dataset.page);
    const text = document.createElement("div");
    text.className = "other-lines";
    text.lang = "sv";
    for (const line of lines.filter((one) => isAt(one, place))) {
      const made = document.createElement("p");
      made.textContent = line.textContent.trim();
      text.append(made);
    }
    figure.append(caption, text);
    if (text.firstChild) others.append(figure);
  }

  // --- the value that is looked at ------------------------------------------------------------------------------------

  function look(value, quiet) {
    if (!value) return;
    const former = now;
    if (former && former !== value) former.classList.remove("now");
    if (former !== value) cursor = 0;
    now = value;
    confirming = "";
    values().forEach((one) => (one.tabIndex = one === value ? 0 : -1));
    value.classList.add("now");
    value.focus({ preventScroll: true });
    still = performance.now() + 400;
    if (!quiet) value.scrollIntoView({ block: "center" });
    showOthers(value);
    if (value.dataset.page) showPage(Number(value.dataset.page));
    else drawBoxes();
    tell(value);
    const walk = page.dataset.walk ? "&" + page.dataset.walk : "";
    history.replaceState({}, "", "?" + new URLSearchParams({ report: REPORT, p: value.dataset.p }) + walk);
    if (value.classList.contains("open")) hold(value);
  }

  function tell(value, problem) {
    said.textContent = "";
    const head = document.createElement("strong");
    head.textContent = value.dataset.name;
    said.append(head);
    const line = (text, kind) => {
      const made = document.createElement("span");
      made.className = kind;
      made.textContent = text;
      said.append(made);
    };
    if (drafted(value) !== null) line(` ${bar.dataset.notSaved}: ${drafted(value)}`, "draft");
    if (value.dataset.held) line(` ${document.getElementById("notice").dataset.heldBy.replace("NAME", value.dataset.held)}`, "told");
    if (!value.dataset.page && !isFinding(value)) line(bar.dataset.unknown, "told");
    const ask = asked(value);
    if (ask) {
      for (const one of ask.querySelectorAll(".told, .was")) said.append(one.cloneNode(true));
      const picks = document.createElement("div");
      picks.className = "picks";
      [...ask.querySelectorAll(".pick")].forEach((one, index) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "button choice";
        Object.assign(button.dataset, one.dataset, { pick: one.dataset.value, key: String(index + 1) });
        const key = document.createElement("kbd");
        key.textContent = String(index + 1);
        const text = document.createElement("span");
        for (const part of one.childNodes) text.append(part.cloneNode(true));
        button.append(key, text);
        picks.append(button);
      });
      if (picks.children.length) said.append(picks);
      const words = ask.querySelector(".words");
      if (words && drafted(value) === null && document.querySelector("[data-do=edit]")) said.append(chipsOf(value, words));
    }
    if (problem) {
      const made = document.createElement("p");
      made.className = "problem";
      made.setAttribute("role", "alert");
      made.textContent = problem;
      said.append(made);
    }
    const fits = { question: value.dataset.kind === "question", list: "list" in value.dataset, moves: "moves" in value.dataset, draft: drafted(value) !== null };
    for (const button of bar.querySelectorAll("[data-for]")) button.hidden = !fits[button.dataset.for];
    const editing = bar.querySelector("[data-do=edit]");
    if (editing) editing.hidden = false;
    const away = bar.querySelector("[data-do=away]");
    const missing = "missing" in value.dataset;
    if (away) {
      away.hidden = missing;
      away.querySelector("span").textContent = away.dataset[value.dataset.away];
    }
    const absent = bar.querySelector("[data-do=absent]");
    if (absent) absent.hidden = !missing || !ask;
    for (const button of bar.querySelectorAll("[data-do=edit], [data-do=away]")) button.hidden = button.hidden || isFinding(value);
    document.getElementById("details").href = value.href;
    const split = document.getElementById("split-there");
    if (split) split.href = `${value.href}#split-${cursor}`;
  }

  // What the chips make is a draft of the value, saved by accepting it.
  function chipsOf(value, words) {
    const holder = document.createElement("div");
    holder.className = "spots";
    holder.dataset.words = bar.dataset.words;
    wordChips(holder, JSON.parse(words.dataset.spots), value.dataset.value, (text) => {
      keep(value, text);
      mark();
      drawn.textContent = drafted(value) === null ? "" : bar.dataset.notSaved;
    });
    const drawn = document.createElement("span");
    drawn.className = "draft";
    const whole = document.createElement("div");
    whole.append(holder, drawn);
    return whole;
  }

  // A value that is picked, or the text joined with its neighbour.
  function pick(button) {
    if (drafted(now) !== null) return tell(now, document.getElementById("notice").dataset.draftFirst);
    const { action, pick: value, p, version, other, otherVersion } = button.dataset;
    if (action !== "join") return send("correct", { value });
    return send("join", { value, p, version, other, other_version: otherVersion });
  }

  const asked = (value) => {
    const next = value.nextElementSibling;
    return next && next.classList.contains("ask") ? next : null;
  };

  async function hold(value) {
    const csrf = document.querySelector("meta[name=csrf]").content;
    const body = new URLSearchParams({ csrf, report: REPORT, p: value.dataset.p, version: value.dataset.version });
    try {
      const answer = await fetch(ROOT + "/hold", { method: "POST", body, headers: { [HEADER]: "hold" } });
      const kept = answer.ok ? await answer.json() : null;
      const words = document.getElementById("notice").dataset;
      if (kept && kept.changed) say(words.changedBy.replace("NAME", kept.by), true);
      else if (kept && !kept.mine) say(words.heldBy.replace("NAME", kept.by), true);
    } catch (error) {
      // what is decided says that the server does not answer
    }
  }

  function step(by) {
    const all = values();
    const at = now ? all.indexOf(now) : -1;
    look(all[Math.max(0, Math.min(all.length - 1, at + by))]);
  }

  // The next value that is asked about, from here to the end, then from the beginning.
  // On to the next report of the queue; where nothing is left here it is to be signed first.
  function onward() {
    location.assign(page.dataset.next);
    return true;
  }

  function nextOpen(from) {
    const all = values();
    const at = from ? all.indexOf(from) : -1;
    const open = [...all.slice(at + 1), ...all.slice(0, at + 1)].filter((one) => one.classList.contains("open"));
    const found = fits ? open.find((one) => fits.has(one.dataset.p)) : open[0];
    if (!found && fits && from && page.dataset.left !== "0") return onward();
    if (found) look(found);
    else if (from) look(from, true);
    return Boolean(found);
  }

  // --- deciding -------------------------------------------------------------------------------------------------------

  async function send(action, more, value = now) {
    if (sending || !value) return;
    sending = true;
    const csrf = document.querySelector("meta[name=csrf]").content;
    const form = { csrf, report: REPORT, p: value.dataset.p, version: value.dataset.version, action, ...more };
    if (TAKES_VALUE.includes(action) && confirming && confirming === (form.value ?? value.dataset.value)) form.confirmed = "1";
    const address = action === "undo" ? "/beside/undo" : "/beside/decide";
    try {
      const answer = await fetch(ROOT + address, { method: "POST", body: new URLSearchParams(form), headers: { [HEADER]: "beside" } });
      const type = answer.headers.get("content-type") || "";
      if (answer.status === 401) return say(document.getElementById("notice").dataset.signedOut, true);
      if (!type.includes("json")) return say(document.getElementById("notice").dataset.offline, true);
      const kept = await answer.json();
      if (answer.status === 422) {
        confirming = kept.impossible ? `${form.value ?? value.dataset.value}` : "";
        return tell(value, kept.impossible ? `${kept.problem.replace(/[^.!?]$/, "$&.")} ${bar.dataset.confirm}` : kept.problem);
      }
      if (answer.ok && action !== "undo") sessionStorage.removeItem(draftOf(value));
      renewed(kept, value, answer.ok && action !== "undo");
      if (answer.ok) say(document.getElementById("notice").dataset.saved);
      else tell(now, kept.problem);
    } catch (error) {
      say(document.getElementById("notice").dataset.offline, true);
    } finally {
      sending = false;
    }
  }

  // The document as it is now, without a jump; on to the next value that is asked about where one was decided.
  function renewed(kept, value, onward) {
    const wasOpen = value.classList.contains("open");
    const at = values().indexOf(value);
    doc.innerHTML = kept.document;
    asSaved.clear();
    const left = document.getElementById("left");
    page.dataset.left = kept.open;
    left.textContent = kept.open ? left.dataset.left.replace("N", kept.open) : left.dataset.none;
    left.classList.toggle("missing", kept.open > 0);
    const sign = document.getElementById("sign");
    if (sign) sign.hidden = kept.open > 0;
    mark();
    const all = values();
    const same = all.find((one) => one.dataset.p === kept.pointer) || all.find((one) => one.dataset.p === value.dataset.p);
    now = null;
    const here = same || all[Math.min(at, all.length - 1)];
    if (!(onward && wasOpen && nextOpen(here))) look(here, true);
  }

  function decide(action) {
    if (!now) return;
    const draft = drafted(now);
    if (isFinding(now) && !["accept", "undo"].includes(action)) return;
    if (action === "edit") return edit();
    if (action === "undo") return send("undo", {});
    if (action === "restore") {
      sessionStorage.removeItem(draftOf(now));
      mark();
      return tell(now);
    }
    if (draft !== null && action !== "accept") return tell(now, document.getElementById("notice").dataset.draftFirst);
    if (action === "accept") {
      if ("missing" in now.dataset && draft === null) {
        const first = said.querySelector("[data-pick]");
        return first ? pick(first) : edit();
      }
      return send("accept", draft === null ? {} : { value: draft });
    }
    if (action === "absent") {
      if (confirming !== `absent ${now.dataset.p}`) {
        confirming = `absent ${now.dataset.p}`;
        return tell(now, bar.dataset.absent);
      }
      return send("absent", { value: "" });
    }
    return send(action === "away" ? now.dataset.away : action, {});
  }

  // --- editing in place -----------------------------------------------------------------------------------------------

  function edit() {
    const value = now;
    const number = "number" in value.dataset;
    const field = document.createElement(number ? "input" : "textarea");
    field.className = number ? "editor number" : "editor";
    field.value = drafted(value) ?? value.dataset.value;
    field.setAttribute("aria-label", value.dataset.name);
    if (number) field.inputMode = "decimal";
    field.spellcheck = !number;
    value.hidden = true;
    value.after(field);
    if (!number) grow(field);
    field.focus();
    field.select();
    field.addEventListener("input", () => {
      confirming = "";
      keep(value, field.value);
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        send("save", { value: field.value }, value).then(() => field.isConnected && field.focus());
      } else if (event.key === "Escape") {
        event.preventDefault();
        cursor = field.selectionStart;
        closed(field, value);
        look(value, true);
      }
      event.stopPropagation();
    });
  }

  function closed(field, value) {
    field.remove();
    value.hidden = false;
    mark();
  }

  function keep(value, text) {
    if (text.trim() === value.dataset.value.trim()) sessionStorage.removeItem(draftOf(value));
    else sessionStorage.setItem(draftOf(value), text);
  }

  // Marks what was written and is not saved, and the pages on which something waits.
  function mark() {
    const waiting = new Set();
    for (const value of values()) {
      const draft = drafted(value) !== null;
      if (draft && !asSaved.has(value)) asSaved.set(value, value.innerHTML);
      if (draft) value.textContent = drafted(value);
      else if (asSaved.has(value)) value.innerHTML = asSaved.get(value);
      if (!draft) asSaved.delete(value);
      value.classList.toggle("draft", draft);
      value.tabIndex = value === now ? 0 : -1;
      if (value.classList.contains("open") && value.dataset.page) waiting.add(value.dataset.page);
    }
    for (const thumb of thumbs) thumb.querySelector("span").classList.toggle("waits", waiting.has(thumb.dataset.page));
  }

  // --- following ------------------------------------------------------------------------------------------------------

  doc.addEventListener("click", (event) => {
    const value = event.target.closest(".v");
    if (!value || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    if (value === now && !isFinding(value)) edit();
    else look(value, true);
  });

  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.pick !== undefined) pick(button);
    else if (button.dataset.do) decide(button.dataset.do);
    else if (button.dataset.go === "open") nextOpen(now);
    else if (button.dataset.go) step(Number(button.dataset.go));
  });

  page.querySelector(".beside-pages").addEventListener("click", (event) => {
    const thumb = event.target.closest(".thumb");
    const turn = event.target.closest("[data-turn]");
    const zoom = event.target.closest("[data-nearer]");
    if (thumb) turnTo(Number(thumb.dataset.page));
    else if (turn) turnTo(shownPage + Number(turn.dataset.turn));
    else if (zoom) {
      const by = zoom.dataset.nearer;
      nearer = by === "whole" ? (nearer === "whole" ? 1 : "whole") : Math.max(0.25, Math.min(1.5, (nearer === "whole" ? 1 : nearer) * Number(by)));
      showPage(shownPage);
    }
  });

  function turnTo(number) {
    const first = values().find((one) => Number(one.dataset.page) === number);
    if (first) look(first);
    showPage(number);
  }

  // When somebody scrolls the document, the pages follow what is at its top.
  let waiting = false;
  window.addEventListener("scroll", () => {
    if (waiting || performance.now() < still) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      const seen = (one) => one.dataset.page && one.getBoundingClientRect().top > 60;
      if (now && seen(now) && now.getBoundingClientRect().top < innerHeight) return;
      const top = values().find(seen);
      if (top && Number(top.dataset.page) !== shownPage) showPage(Number(top.dataset.page));
    });
  }, { passive: true });

  window.addEventListener("hashchange", () => {
    const area = document.getElementById(location.hash.slice(1));
    const first = area && (area.querySelector(".v.open") || area.querySelector(".v"));
    if (first) look(first);
  });

  mark();
  const wanted = page.dataset.first && values().find((one) => one.dataset.p === page.dataset.first);
  if (wanted) look(wanted);
  else if (Number(page.dataset.number)) turnTo(Number(page.dataset.number));
  else if (!nextOpen(null)) look(values()[0], true);
  document.documentElement.dataset.beside = "yes";
})();
