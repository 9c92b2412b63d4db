// Makes the pages quick: forms and links marked data-swap change what is shown without loading the page anew, keys press
// what they are printed on, the next item is fetched ahead, pages can be zoomed and drawn on.  Without it all forms work.
"use strict";

const HEADER = "X-Kompass";
const RENEW_MS = 120000; // well within the time after which a hold expires
const NOTICE_MS = 2500;
const SLOW_MS = 150; // before a wait is shown
const ZOOM = 1.25;
const LONG_TEXT = 900; // characters from which a text is set smaller, so that it is seen whole at 1280 × 800
const ahead = new Map(); // address of a queue step -> promise of {url, html}
const ROOT = document.documentElement.dataset.root || ""; // the path that a proxy serves the pages under
let busy = false;

const main = () => document.getElementById("content");
const shown = (element) => element && element.getClientRects().length > 0;

function say(text, bad) {
  const notice = document.getElementById("notice");
  notice.textContent = text;
  notice.classList.toggle("bad", Boolean(bad));
  clearTimeout(say.timer);
  if (text && !bad) say.timer = setTimeout(() => say(""), NOTICE_MS);
}

// --- swapping pages -----------------------------------------------------------------------------------------------

async function ask(url, options, kind) {
  const answer = await fetch(url, { credentials: "same-origin", ...options, headers: { [HEADER]: kind } });
  const at = answer.headers.get("X-Kompass-At") || answer.url;
  return { url: at, status: answer.status, html: await answer.text() };
}

// A form's answer.  A token of a session that has ended is renewed and the form sent once more.
async function send(url, values) {
  const page = await ask(url, { method: "POST", body: values }, "swap");
  if (page.status !== 403) return page;
  const fresh = parsed((await ask(location.href, undefined, "prefetch")).html).querySelector("meta[name=csrf]");
  if (!fresh || !fresh.content) return page;
  setToken(fresh.content);
  values.set("csrf", fresh.content);
  return ask(url, { method: "POST", body: values }, "swap");
}

const parsed = (html) => new DOMParser().parseFromString(html, "text/html");

function setToken(token) {
  document.querySelector("meta[name=csrf]").content = token;
  for (const field of document.querySelectorAll("input[name=csrf]")) field.value = token;
}

function show(page, push) {
  const made = parsed(page.html);
  const fresh = made.getElementById("content");
  if (!fresh || [fresh, main()].some((one) => "whole" in one.dataset)) { // the script of a whole page is not swapped
    location.assign(page.url);
    return;
  }
  document.title = made.title;
  document.querySelector(".top").replaceWith(made.querySelector(".top"));
  main().replaceWith(fresh);
  document.querySelector("meta[name=csrf]").content = made.querySelector("meta[name=csrf]").content;
  if (push) history.pushState({}, "", page.url);
  window.scrollTo(0, 0);
  main().focus({ preventScroll: true });
  ready();
  const problem = main().querySelector(".problem[role=alert]");
  if (problem) problem.scrollIntoView({ block: "nearest" });
}

// Shows what a link or a form leads to.  What could not be saved leaves the page, and what was typed, as it is.
async function swap(url, values) {
  if (busy) return;
  busy = true;
  const waiting = setTimeout(() => document.body.classList.add("busy"), SLOW_MS);
  const words = document.getElementById("notice").dataset;
  const left = main();
  const unsaved = !values && isChanged();
  try {
    const kept = values ? null : ahead.get(url);
    const page = (kept && (await kept)) || (await (values ? send(url, values) : ask(url, undefined, "swap")));
    if (page.status === 401 && !values) {
      location.assign(ROOT + JSON.parse(page.html).login + "?then=" + encodeURIComponent(location.pathname + location.search));
    } else if (page.status === 401) {
      say(words.signedOut, true);
    } else if (values && (page.status === 403 || page.status >= 500)) {
      const problem = parsed(page.html).querySelector(".problem");
      say(problem ? problem.textContent : words.offline, true);
    } else {
      const decided = values && url.endsWith("/decide") && page.status === 200;
      if (decided && !KEEPS_DRAFT.includes(values.get("action"))) drop(left);
      show(page, true);
      if (kept) renew();
      say(decided ? words.saved : unsaved && !isChanged() ? words.draftKept : "");
    }
  } catch (error) {
    say(words.offline, true);
  } finally {
    clearTimeout(waiting);
    document.body.classList.remove("busy");
    busy = false;
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-swap]")) return;
  event.preventDefault();
  if (form.closest(".choices") && isChanged()) return say(document.getElementById("notice").dataset.draftFirst, true);
  const values = new URLSearchParams(new FormData(form, event.submitter));
  swap(form.getAttribute("action"), values); // form.action would be the field of that name
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-swap]");
  if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  swap(link.href);
});

// Pages that were shown here have a state; an entry without one is a place on the page that is shown already.
history.replaceState(history.state || {}, "");
window.addEventListener("popstate", (event) => {
  if (event.state) ask(location.href, undefined, "swap").then((page) => show(page, false));
});

// --- what was written and is not saved yet --------------------------------------------------------------------------

const KEEPS_DRAFT = ["move", "set_kind", "set_question"]; // decisions that say nothing of the value
const draftOf = (page) => (page.dataset.pointer ? `draft ${page.dataset.report} ${page.dataset.pointer}` : "");
const plain = (text) => text.trim().split(/\s+/).join(" ");

function isChanged() {
  const field = document.getElementById("value");
  return Boolean(field) && plain(field.value) !== plain(field.dataset.written);
}

function drop(page) {
  if (draftOf(page)) sessionStorage.removeItem(draftOf(page));
}

// Keeps what is written in the reading's field over steps to other items and pages, and says that it is not saved.
function written() {
  const field = document.getElementById("value");
  if (!field || !draftOf(main())) return;
  const changed = isChanged();
  if (changed) sessionStorage.setItem(draftOf(main()), field.value);
  else drop(main());
  document.getElementById("draft").hidden = !changed;
  const accept = main().querySelector("[data-accept]");
  if (accept) {
    accept.dataset.same = accept.dataset.same || accept.textContent;
    accept.textContent = changed ? accept.dataset.changed : accept.dataset.same;
  }
  seen();
}

function restored() {
  const field = document.getElementById("value");
  if (!field) return;
  const draft = sessionStorage.getItem(draftOf(main()));
  if (draft !== null && !isChanged()) field.value = draft;
  written();
}

// The parts and the joined text begin with what is seen in the reading's field.
function seen() {
  const field = document.getElementById("value");
  const first = document.getElementById("split-first");
  const rest = document.getElementById("split-rest");
  if (first && !rest.value) first.value = field.value;
  const joined = document.getElementById("joined");
  if (joined) {
    const whole = (joined.dataset.whole = joined.dataset.whole || joined.value);
    const own = field.dataset.written;
    if (isChanged() && whole.startsWith(own)) joined.value = field.value.trim() + whole.slice(own.length);
    else if (!isChanged()) joined.value = whole;
  }
}

// --- single words read otherwise ------------------------------------------------------------------------------------

// Chips for the places of a text that may be read otherwise: r reads the one that is lit otherwise, d goes to the next.
function wordChips(holder, spots, text, changed) {
  const letters = [...text];
  const chosen = spots.map(() => -1);
  let lit = 0;
  const reading = ([start, end, others], index) => (chosen[index] < 0 ? letters.slice(start, end).join("") : others[chosen[index]]);
  const whole = () => {
    let at = 0;
    let made = "";
    spots.forEach((spot, index) => {
      made += letters.slice(at, spot[0]).join("") + reading(spot, index);
      at = spot[1];
    });
    return made + letters.slice(at).join("");
  };
  // A stop or a space says nothing alone: it is shown with the letters beside it.
  const around = (from, to) => letters.slice(Math.max(0, from), to).join("");
  function draw() {
    holder.textContent = "";
    const head = document.createElement("span");
    head.className = "quiet";
    head.textContent = holder.dataset.words;
    holder.append(head);
    spots.forEach((spot, index) => {
      const chip = document.createElement("button");
      chip.type = "button";
      chip.className = "button small chip" + (index === lit ? " lit" : "") + (chosen[index] < 0 ? "" : " chosen");
      const mark = document.createElement("mark");
      mark.textContent = reading(spot, index) || "·";
      const before = around(spot[0] - 12, spot[0]).split(/\s/).pop();
      chip.append(before, mark, around(spot[1], spot[1] + 12).split(/\s/)[0]);
      chip.addEventListener("click", () => cycle(index));
      if (index === lit) {
        const key = document.createElement("kbd");
        key.textContent = "r";
        chip.append(key);
      }
      holder.append(chip);
    });
    if (spots.length > 1) {
      const key = document.createElement("kbd");
      key.textContent = "d";
      holder.append(key);
    }
  }
  function cycle(index) {
    lit = index;
    chosen[index] = chosen[index] + 1 < spots[index][2].length ? chosen[index] + 1 : -1;
    draw();
    changed(whole());
  }
  holder.wordKey = (key) => {
    if (key === "d") lit = (lit + 1) % spots.length;
    else if (key === "r") cycle(lit);
    else return false;
    draw();
    return true;
  };
  draw();
}

function wordsOfItem() {
  const holder = document.getElementById("spots");
  const field = document.getElementById("value");
  if (!holder || !field || plain(field.value) !== plain(field.dataset.written)) return;
  wordChips(holder, JSON.parse(holder.dataset.spots), field.dataset.written, (text) => {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

// --- fields that grow, and the words in doubt -----------------------------------------------------------------------

function grow(field) {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`;
}

const growAll = () => document.querySelectorAll("textarea").forEach((field) => field.closest(".marked") || grow(field));

function mark(field) {
  const marks = field.previousElementSibling;
  const unsure = JSON.parse(marks.dataset.unsure);
  marks.textContent = "";
  const words = unsure.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).sort((a, b) => b.length - a.length);
  const pieces = words.length ? field.value.split(new RegExp(`(?<![\\p{L}\\d])(${words.join("|")})(?![\\p{L}\\d])`, "u")) : [field.value];
  pieces.forEach((piece, index) => {
    if (index % 2 === 0) return marks.append(piece);
    const found = document.createElement("mark");
    found.textContent = piece;
    marks.append(found);
  });
  marks.append("\u200b"); // a last empty line has its height
  field.parentElement.classList.toggle("long", field.value.length > LONG_TEXT);
}

document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.matches(".marked textarea")) mark(field);
  else if (field.matches("textarea")) grow(field);
  if (field.id === "value") written();
});
document.addEventListener("toggle", growAll, true);
window.addEventListener("resize", growAll);

// --- what is coming -----------------------------------------------------------------------------------------------

function prefetch() {
  ahead.clear();
  if (!main().dataset.prefetch) return;
  const link = main().querySelector('a[data-key=" "]');
  if (!link) return;
  const found = ask(main().dataset.prefetch, undefined, "prefetch").catch(() => null);
  const page = found.then((one) => (one && one.status === 200 ? one : null));
  ahead.set(link.href, page);
  page.then((found) => {
    const image = found && parsed(found.html).querySelector("svg image");
    if (image) new Image().src = image.getAttribute("href");
  });
}

// Holds the item on, and says where somebody else has decided about it or works on it too.
async function renew() {
  const { report, pointer, version } = main().dataset;
  if (!report || !pointer || document.hidden) return;
  const csrf = document.querySelector("meta[name=csrf]").content;
  const values = new URLSearchParams({ csrf, report, p: pointer, version: version || "" });
  try {
    const answer = await fetch(ROOT + "/hold", { method: "POST", body: values, headers: { [HEADER]: "hold" } });
    const hold = answer.ok ? await answer.json() : null;
    if (!hold || main().dataset.pointer !== pointer || main().dataset.version !== version) return;
    const words = document.getElementById("notice").dataset;
    if (hold.changed) say(words.changedBy.replace("NAME", hold.by), true);
    else if (!hold.mine) say(words.heldBy.replace("NAME", hold.by), true);
  } catch (error) {
    // the next decision says that the server does not answer
  }
}
document.addEventListener("visibilitychange", renew);
setInterval(renew, RENEW_MS);

// --- keys ---------------------------------------------------------------------------------------------------------

const KEYS_OFF = "single keys off"; // for those whom single keys get in the way: speech input, a shaking hand

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-letter-keys]")) return;
  if (event.target.checked) localStorage.removeItem(KEYS_OFF);
  else localStorage.setItem(KEYS_OFF, "yes");
  showKeys();
});

// Says what the keys are set to, and shows them only where they do something.
function showKeys() {
  const off = Boolean(localStorage.getItem(KEYS_OFF));
  document.documentElement.classList.toggle("no-letter-keys", off);
  for (const box of document.querySelectorAll("[data-letter-keys]")) box.checked = !off;
}

const typing = (element) => element.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");

function pressed(key) {
  for (const element of document.querySelectorAll("[data-key]")) {
    const keys = [element.dataset.key, ...(element.dataset.more || "").split(" ")];
    if (keys.includes(key) && shown(element)) return element;
  }
  return null;
}

// What was written is saved by a, whatever a does where nothing was.
function saving(key) {
  const save = key === "a" && isChanged() && document.querySelector("#decide button[value=save]");
  return shown(save) ? save : null;
}

function typed(event) {
  const field = event.target;
  if (event.key === "Escape") {
    field.blur();
    main().focus({ preventScroll: true });
  } else if (event.key === "Enter" && field.matches("textarea") && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    field.form.requestSubmit(field.form.querySelector("button[value=save]") || field.form.querySelector("button[type=submit]"));
  }
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (typing(event.target)) return typed(event);
  const undo = event.key === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
  if ((event.ctrlKey || event.metaKey || event.altKey) && !undo) return;
  if (event.key === "Enter" && event.target.matches("a, button, summary")) return;
  if (event.key === " " && event.target.matches("button, summary")) return;
  if (!undo && event.key.length === 1 && event.key !== " " && localStorage.getItem(KEYS_OFF)) return;
  if (event.key === "?") {
    event.preventDefault();
    document.getElementById("keys").showModal();
    return;
  }
  if (event.key === "s" && document.getElementById("split")) {
    event.preventDefault();
    splitHere(true);
    return;
  }
  const words = document.querySelector(".spots");
  if (!undo && words && words.wordKey && words.wordKey(event.key)) return event.preventDefault();
  if (!undo && cards().length && cardKey(event.key)) return event.preventDefault();
  const element = undo ? pressed("u") : saving(event.key) || pressed(event.key);
  if (!element) return;
  event.preventDefault();
  if (!event.repeat) element.click();
  confirmAbsent(document.getElementById("absent")); // at once: Enter may follow before the toggle event
});

document.addEventListener("click", (event) => {
  const edit = event.target.closest("[data-edit]");
  if (edit) {
    const field = document.getElementById(edit.dataset.edit);
    field.focus();
    field.select();
  }
  if (event.target.closest("[data-help]")) {
    event.preventDefault();
    document.getElementById("keys").showModal();
  }
  if (event.target.closest("[data-split]")) splitHere(false);
  if (event.target.closest("[data-restore]")) {
    const field = document.getElementById("value");
    field.value = field.dataset.written;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  }
  const zoom = event.target.closest("[data-zoom]");
  if (zoom) zoomed(zoom);
});

// Puts what stands after the cursor into the second part; from the key, the cursor of the reading's own field counts.
function splitHere(byKey) {
  const part = document.getElementById("split-first");
  const rest = document.getElementById("split-rest");
  const own = document.getElementById("value");
  if (own && !rest.value) part.value = own.value;
  const place = byKey && own ? own.selectionStart : part.selectionStart;
  document.getElementById("split").open = true;
  if (byKey && (place === 0 || place >= part.value.length)) {
    part.focus();
    part.setSelectionRange(0, 0);
    return;
  }
  if (place > 0 && place < part.value.length) {
    rest.value = part.value.slice(place).trim();
    part.value = part.value.slice(0, place).trim();
  }
  growAll();
  rest.focus();
}

// From beside the pages: the text is split where the cursor stood there.
function splitAsAsked() {
  const asked = /^#split-(\d+)$/.exec(location.hash);
  if (!asked || !document.getElementById("split")) return;
  history.replaceState({}, "", location.pathname + location.search);
  document.getElementById("value").setSelectionRange(Number(asked[1]), Number(asked[1]));
  splitHere(true);
}

// --- the page's picture -------------------------------------------------------------------------------------------

const boxOf = (text) => text.split(" ").map(Number);

function zoomed(button) {
  const picture = document.getElementById("picture");
  const [x, y, w, h] = boxOf(picture.getAttribute("viewBox"));
  if (button.dataset.zoom === "toggle") {
    const whole = picture.getAttribute("viewBox") === picture.dataset.whole;
    picture.setAttribute("viewBox", whole ? picture.dataset.view : picture.dataset.whole);
    button.querySelector("span").textContent = whole ? button.dataset.whole : button.dataset.place;
    return;
  }
  const by = button.dataset.zoom === "in" ? 1 / ZOOM : ZOOM;
  picture.setAttribute("viewBox", [x + (w * (1 - by)) / 2, y + (h * (1 - by)) / 2, w * by, h * by].join(" "));
}

function pointOn(picture, event) {
  const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.getScreenCTM().inverse());
  return [place.x, place.y];
}

function dragToMove(picture) {
  picture.addEventListener("pointerdown", (down) => {
    if (down.button !== 0) return;
    const [x0, y0] = pointOn(picture, down);
    picture.setPointerCapture(down.pointerId);
    picture.onpointermove = (event) => {
      const [x, y, w, h] = boxOf(picture.getAttribute("viewBox"));
      const [x1, y1] = pointOn(picture, event);
      picture.setAttribute("viewBox", [x + x0 - x1, y + y0 - y1, w, h].join(" "));
    };
    picture.onpointerup = picture.onpointercancel = () => (picture.onpointermove = null);
  });
}

function dragToDraw(sheet) {
  const [, , width, height] = boxOf(sheet.getAttribute("viewBox"));
  const within = ([x, y]) => [Math.min(Math.max(x, 0), width), Math.min(Math.max(y, 0), height)];
  sheet.addEventListener("pointerdown", (down) => {
    if (down.button !== 0) return;
    down.preventDefault();
    const [ax, ay] = within(pointOn(sheet, down));
    sheet.setPointerCapture(down.pointerId);
    sheet.onpointermove = (event) => {
      const [bx, by] = within(pointOn(sheet, event));
      setBox([Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by)]);
    };
    sheet.onpointerup = sheet.onpointercancel = () => {
      sheet.onpointermove = null;
      sheet.onpointerup = null;
      offerText();
    };
  });
  for (const name of ["x0", "y0", "x1", "y1"]) document.getElementById(name).addEventListener("input", drawBox);
  drawBox();
}

const fieldsOfBox = () => ["x0", "y0", "x1", "y1"].map((name) => document.getElementById(name));

function setBox(box) {
  fieldsOfBox().forEach((field, index) => (field.value = box[index].toFixed(1)));
  drawBox();
}

function drawBox() {
  const [x0, y0, x1, y1] = fieldsOfBox().map((field) => parseFloat(field.value.replace(",", ".")) || 0);
  const drawn = document.getElementById("drawn");
  drawn.setAttribute("x", x0);
  drawn.setAttribute("y", y0);
  drawn.setAttribute("width", Math.max(0, x1 - x0));
  drawn.setAttribute("height", Math.max(0, y1 - y0));
}

// What was read inside the drawn box, as a beginning; never over what the reviewer wrote.
function offerText() {
  const text = document.getElementById("text");
  const [x0, y0, x1, y1] = fieldsOfBox().map((field) => parseFloat(field.value));
  const inside = [...document.querySelectorAll("rect.block")].filter((block) => {
    const x = block.x.baseVal.value + block.width.baseVal.value / 2;
    const y = block.y.baseVal.value + block.height.baseVal.value / 2;
    return x > x0 && x < x1 && y > y0 && y < y1;
  });
  offer(text, inside.map((block) => ({ text: block.dataset.text, kind: block.dataset.kind, area: block.dataset.area })));
  text.focus();
}

// What was chosen, as a beginning: its text where the reviewer has written none, its area and list, a row's cells.
function offer(field, parts) {
  const own = !field.value.trim() || field.value === field.dataset.offered;
  const area = parts.filter((part) => part.kind !== "page_furniture").map((part) => part.area).find(Boolean);
  if (area) document.getElementById("area").value = area;
  if (!own) return;
  field.value = field.dataset.offered = parts.map((part) => part.text.trim()).join(" ");
  grow(field);
  if (parts.length && parts.every((part) => part.kind === "score_table")) {
    document.getElementById("list").value = "rows";
    showRow();
    readRow(field);
  }
}

async function readRow(field) {
  const text = field.value;
  const answer = await fetch(ROOT + "/page/row?" + new URLSearchParams({ text }), { headers: { [HEADER]: "row" } });
  if (!answer.ok || field.value !== text) return;
  const cells = await answer.json();
  for (const name of ["number", "achieved", "max", "percent"]) document.querySelector(`#row [name=${name}]`).value = cells[name];
  field.value = field.dataset.offered = cells.question;
  grow(field);
}

function showRow() {
  document.getElementById("row").hidden = document.getElementById("list").value !== "rows";
}

function chooseLines(sheet) {
  sheet.addEventListener("change", () => {
    const chosen = [...sheet.querySelectorAll("input:checked")];
    offer(document.getElementById("text"), chosen.map((box) => box.dataset));
  });
}

// "Not in the report" is a second choice: opened, it waits for Enter on its button.
function confirmAbsent(absent) {
  if (absent && absent.open) absent.querySelector("button").focus();
}

// --- many values on one page ----------------------------------------------------------------------------------------

const cards = () => [...document.querySelectorAll("[data-card]")];

function toCard(card) {
  if (!card) return;
  cards().forEach((one) => one.classList.toggle("now", one === card));
  card.querySelector("input").focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

// j and k go from value to value, x takes the one that is looked at out or in again and goes on.
function cardKey(key) {
  const all = cards();
  const at = all.findIndex((one) => one.classList.contains("now"));
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[key];
  if (step) toCard(all[Math.max(0, Math.min(all.length - 1, at + step))]);
  else if (key === "x" && at >= 0) {
    all[at].querySelector("input").click();
    toCard(all[Math.min(all.length - 1, at + 1)]);
  } else if (key === "o" && at >= 0) all[at].querySelector("[data-open]").click();
  else return false;
  return true;
}

// Says how many will be accepted; what has not been in sight is shown first, so that nothing is accepted unseen.
function countCards() {
  const button = document.querySelector("#together [data-name]");
  if (!button) return;
  const unseen = cards().filter((one) => !one.dataset.seen).length;
  const count = cards().filter((one) => one.querySelector("input").checked).length;
  button.querySelector("[data-count]").textContent = unseen ? button.dataset.unseen.replace("N", unseen) : button.dataset.name.replace("N", count);
  button.disabled = !unseen && count === 0;
}

function seeCards() {
  const foot = document.querySelector("#together .foot");
  if (!foot) return;
  const bottom = innerHeight - foot.offsetHeight;
  for (const card of cards()) {
    const place = card.getBoundingClientRect();
    if (place.bottom <= bottom + 1 && place.bottom > 0) card.dataset.seen = "yes";
  }
  countCards();
}
addEventListener("scroll", seeCards, { passive: true });
addEventListener("resize", seeCards);

document.addEventListener("submit", (event) => {
  if (event.target.id !== "together") return;
  const unseen = cards().find((one) => !one.dataset.seen);
  if (!unseen) return;
  event.preventDefault();
  const room = innerHeight - document.querySelector("#together .foot").offsetHeight;
  const place = unseen.getBoundingClientRect();
  scrollBy(0, place.top > 0 ? Math.min(place.top - 8, room) : Math.min(place.bottom - room + 8, room - 40));
  seeCards();
});

document.addEventListener("change", (event) => event.target.closest("[data-card]") && countCards());
document.addEventListener("focusin", (event) => {
  const card = event.target.closest("[data-card]");
  if (card) cards().forEach((one) => one.classList.toggle("now", one === card));
});

// --- each page as it comes ----------------------------------------------------------------------------------------

function ready() {
  for (const element of document.querySelectorAll("[data-js][hidden]")) element.hidden = false;
  showKeys();
  restored();
  const field = main().querySelector(".marked textarea");
  if (field) mark(field);
  wordsOfItem();
  growAll();
  const absent = document.getElementById("absent");
  if (absent) absent.addEventListener("toggle", () => confirmAbsent(absent));
  const picture = document.getElementById("picture");
  if (picture) dragToMove(picture);
  const sheet = document.getElementById("sheet");
  if (sheet) dragToDraw(sheet);
  const lines = document.getElementById("lines");
  if (lines) chooseLines(lines);
  if (document.getElementById("row")) {
    showRow();
    document.getElementById("list").addEventListener("change", showRow);
  }
  toCard(cards()[0]);
  seeCards();
  splitAsAsked();
  document.documentElement.dataset.ready = "yes"; // keys count from here on
  prefetch();
}

ready();
