/* The search of a static site, over the index that `kompass publish` writes.  Words answer as on the server: by their
   stem, as a part of a compound, without accents, and by their own last part; the rank is BM25 over these weights. */
"use strict";
(() => {
  const STEM = 1, COMPOUND_END = 0.6, COMPOUND_START = 0.5, UNACCENTED = 0.3, LAST_PART = 0.2;
  const SHORTEST_PART = 4, SHORTEST_LAST_PART = 5, EACH = 40, MOST_EXPANSIONS = 60;
  const K1 = 1.2, B = 0.4, USUAL = 40, SHOWN = 20, MOST = 200, WIDTH = 200, LEAD = 60, LONGEST_ENDING = 8;
  const KINDS = ["strength", "improvement", "narrative"];
  const WORD = /[\p{L}\p{N}]+/gu;
  const UNFOLDED = { å: "a", ä: "a", ö: "o", é: "e", è: "e", ü: "u", æ: "a", ø: "o" };
  const form = document.getElementById("search");
  if (!form) return;
  const texts = JSON.parse(form.dataset.texts), root = form.dataset.index;
  const found = document.getElementById("found"), list = document.getElementById("hits");
  const parts = new Map();
  let opened = null;

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const plain = (word) => word.replace(/[åäöéèüæø]/g, (letter) => UNFOLDED[letter]);
  const wordsOf = (text) => [...text.normalize("NFC").matchAll(WORD)];

  async function open() {
    const [index, postings] = await Promise.all([
      fetch(`${root}index.json`).then((answer) => answer.json()),
      fetch(`${root}postings.bin`).then((answer) => answer.arrayBuffer()),
    ]);
    index.stems = index.stems.split("\n");
    index.plain = index.plain.split("\n");
    index.bytes = new Uint8Array(postings);
    index.starts = [];
    let at = 0;
    for (const size of index.sizes) { index.starts.push(at); at += size; }
    index.number = new Map(index.stems.map((stem, number) => [stem, number]));
    index.spelled = new Map(index.words.split("\n").map((word, number) => [word, index.word_stems[number]]));
    index.stop = new Set(index.stops);
    index.lists = new Map();
    return index;
  }

  /* The passages of a stem, by number, with how often it stands there. */
  function postings(index, stem) {
    let made = index.lists.get(stem);
    if (made) return made;
    made = new Map();
    const end = index.starts[stem] + index.sizes[stem];
    let at = index.starts[stem], passage = -1;
    const next = () => {
      let value = 0, scale = 1, byte;
      do { byte = index.bytes[at++]; value += (byte & 127) * scale; scale *= 128; } while (byte & 128);
      return value;
    };
    while (at < end) { passage += next(); made.set(passage, next()); }
    index.lists.set(stem, made);
    return made;
  }

  /* The stem of a word: the archive's own, else the longest of its stems that the word begins with. */
  function stemOf(index, word) {
    if (index.spelled.has(word)) return index.stems[index.spelled.get(word)];
    for (let cut = word.length; cut >= Math.max(3, word.length - LONGEST_ENDING); cut--) {
      if (index.number.has(word.slice(0, cut))) return word.slice(0, cut);
    }
    return word;
  }

  /* A word with all stems that answer for it, strictest first, and how many passages that makes. */
  function term(index, word) {
    const stem = stemOf(index, word), answers = new Map();
    const look = (weight, fits) => {
      const some = [];
      index.stems.forEach((one, number) => { if (fits(one, number)) some.push(number); });
      some.sort((a, b) => postings(index, b).size - postings(index, a).size);
      for (const number of some.slice(0, EACH)) if (!answers.has(number)) answers.set(number, weight);
    };
    if (index.number.has(stem)) answers.set(index.number.get(stem), STEM);
    if (stem.length >= SHORTEST_PART) {
      look(COMPOUND_END, (one) => one.endsWith(stem));
      look(COMPOUND_START, (one) => one.startsWith(stem));
    }
    look(UNACCENTED, (one, number) => index.plain[number] === plain(stem));
    const ends = new Set();
    for (let cut = 3; cut <= stem.length - SHORTEST_LAST_PART; cut++) ends.add(stem.slice(cut));
    if (ends.size) look(LAST_PART, (one) => ends.has(one));
    const kept = [...answers].slice(0, MOST_EXPANSIONS);
    return { answers: kept, passages: kept.reduce((sum, [one]) => sum + postings(index, one).size, 0) };
  }

  async function text(index, passage) {
    const part = Math.floor(passage / index.part);
    if (!parts.has(part)) parts.set(part, fetch(`${root}texts-${part}.json`).then((answer) => answer.json()));
    return (await parts.get(part))[passage % index.part];
  }

  const stemsOf = (index, whole) => wordsOf(whole).map((match) => stemOf(index, match[0].toLowerCase()));

  /* The passages that hold the words one after the other, with how often. */
  async function phrase(index, stems) {
    const lists = stems.map((stem) => (index.number.has(stem) ? postings(index, index.number.get(stem)) : new Map()));
    const times = new Map();
    for (const passage of lists[0].keys()) {
      if (!lists.every((one) => one.has(passage))) continue;
      const line = stemsOf(index, await text(index, passage));
      let count = 0;
      for (let at = 0; at + stems.length <= line.length; at++) if (stems.every((one, step) => line[at + step] === one)) count++;
      if (count) times.set(passage, count);
    }
    return { times, passages: Math.min(...lists.map((one) => one.size)), stems };
  }

  function allowed(index, wish) {
    const municipality = wish.municipality.toLowerCase();
    const places = new Set((index.concepts[wish.concept] || []).map((one) => one.join("/")));
    return (passage) => {
      const [, name, place, year, edition, county] = index.reports[index.report[passage]];
      return (!wish.kind || KINDS[index.kind[passage]] === wish.kind)
        && (!wish.concept || places.has(`${edition}/${index.area[passage]}`))
        && (!wish.area || index.area[passage] === Number(wish.area))
        && (!wish.edition || edition === wish.edition) && (!wish.county || county === wish.county)
        && (!wish.year || year === Number(wish.year))
        && (!municipality || (name || "").toLowerCase() === municipality || place === municipality)
        && (wish.min === null || (index.score[passage] !== null && index.waits[passage] < 2 && index.score[passage] >= wish.min));
    };
  }

  function weigh(index, ranks, one, counted) {
    const rarity = Math.log(1 + index.report.length / (1 + one.passages));
    for (const [passage, { weight, best }] of counted) {
      const length = 1 - B + (B * index.length[passage]) / USUAL;
      ranks.set(passage, (ranks.get(passage) || 0) + (rarity * best * weight * (K1 + 1)) / (weight + K1 * length));
    }
  }

  async function search(index, wish) {
    const ranks = new Map(), told = new Set(), fits = allowed(index, wish);
    const phrases = [...wish.q.matchAll(/"([^"]*)"/g)].map((match) => stemsOf(index, match[1])).filter((one) => one.length);
    const asked = wordsOf(wish.q.replace(/"[^"]*"/g, " ")).map((match) => match[0].toLowerCase());
    const telling = asked.filter((word) => !index.stop.has(word));
    const words = telling.length || phrases.length ? telling : asked;
    for (const stems of phrases) {
      const one = await phrase(index, stems), counted = new Map();
      for (const [passage, count] of one.times) if (fits(passage)) counted.set(passage, { weight: count * STEM, best: STEM });
      weigh(index, ranks, one, counted);
      stems.forEach((stem) => told.add(stem));
    }
    for (const word of new Set(words.map((one) => stemOf(index, one)))) {
      const one = term(index, word), counted = new Map();
      for (const [stem, weight] of one.answers) {
        told.add(index.stems[stem]);
        for (const [passage, times] of postings(index, stem)) {
          if (!fits(passage)) continue;
          const before = counted.get(passage) || { weight: 0, best: 0 };
          counted.set(passage, { weight: before.weight + times * weight, best: Math.max(before.best, weight) });
        }
      }
      weigh(index, ranks, one, counted);
    }
    const year = (passage) => index.reports[index.report[passage]][3] || 0;
    const best = [...ranks].sort((a, b) => b[1] - a[1] || year(b[0]) - year(a[0]) || a[0] - b[0]);
    return { best: best.slice(0, MOST).map(([passage]) => passage), told };
  }

  const element = (name, type, ...children) => {
    const made = document.createElement(name);
    if (type) made.className = type;
    made.append(...children);
    return made;
  };
  const link = (address, ...children) => {
    const made = element("a", "", ...children);
    made.href = address;
    return made;
  };

  /* The part of a text around the words that were found, with these marked. */
  function snippet(index, whole, told) {
    const spans = wordsOf(whole).filter((match) => told.has(stemOf(index, match[0].toLowerCase())));
    let start = 0, end = whole.length;
    if (whole.length > WIDTH) {
      const first = spans.length ? spans[0].index : 0;
      start = Math.min(Math.max(0, first - LEAD), Math.max(0, whole.length - WIDTH));
      start = start ? whole.lastIndexOf(" ", start) + 1 : 0;
      end = Math.min(whole.length, start + WIDTH);
      if (end < whole.length && whole.lastIndexOf(" ", end) > start) end = whole.lastIndexOf(" ", end);
    }
    const made = element("p", "snippet");
    made.lang = "sv";
    let at = start;
    if (start) made.append("…");
    for (const match of spans) {
      const stop = match.index + match[0].length;
      if (match.index < at || stop > end) continue;
      made.append(whole.slice(at, match.index), element("mark", "", match[0]));
      at = stop;
    }
    made.append(whole.slice(at, end), end < whole.length ? "…" : "");
    return made;
  }

  const doubt = (made) => {
    made.classList.add("doubt");
    const mark = element("span", "q", "?");
    mark.setAttribute("aria-hidden", "true");
    made.append(mark, element("span", "sr", ` (${texts.waits})`));
    return made;
  };

  async function hit(index, passage, told) {
    const [id, name, place, year] = index.reports[index.report[passage]];
    const kind = KINDS[index.kind[passage]], page = index.page[passage], area = index.area[passage];
    const key = `${area}/${kind}/${index.at[passage]}`;
    const score = element("span", "score", index.score[passage] === null ? "–" : String(index.score[passage]).replace(".", texts.decimal));
    if (index.waits[passage] & 2) doubt(score);
    const where = element("p", "where",
      link(`../municipality/${place}/`, element("strong", "", name || id)), " ", link(`../report/${id}/`, String(year || id)),
      ` · ${fill(texts.area, { number: area })} `, score, " ", element("span", `tag ${kind}`, texts[`kind_${kind}`]));
    const said = snippet(index, await text(index, passage), told);
    if (index.waits[passage] & 1) doubt(said);
    const target = page && form.dataset.pictured ? `../report/${id}/page/${page}/#${key}` : `../report/${id}/#${key}`;
    const words = page ? fill(texts.see_page, { number: page }) : texts.see_place;
    const made = element("li", `hit ${kind}`, where, said, element("p", "links", link(target, words, element("span", "sr", ` ${id}/${key}`))));
    made.dataset.key = `${id}/${key}`;
    return made;
  }

  const wishOf = () => {
    const given = new FormData(form), min = String(given.get("min") || "").replace(",", ".");
    const get = (name) => String(given.get(name) || "").trim();
    return { q: get("q"), kind: get("kind"), area: get("area"), concept: get("concept"), edition: get("edition"), county: get("county"),
      year: get("year"), municipality: get("municipality"), min: min && !isNaN(min) ? Number(min) : null };
  };

  async function answer() {
    const wish = wishOf();
    list.replaceChildren();
    found.textContent = "";
    if (!wish.q) return;
    opened = opened || open();
    const index = await opened;
    const { best, told } = await search(index, wish);
    found.textContent = fill(best.length >= MOST ? texts.found_most : texts.found, { count: best.length });
    list.append(...(await Promise.all(best.slice(0, SHOWN).map((passage) => hit(index, passage, told)))));
    if (best.length > SHOWN) {
      const more = element("button", "button", texts.more);
      more.type = "button";
      more.addEventListener("click", async () => {
        more.remove();
        list.append(...(await Promise.all(best.slice(SHOWN).map((passage) => hit(index, passage, told)))));
      });
      list.after(more);
    }
    document.documentElement.dataset.answered = wish.q;
  }

  for (const [name, value] of new URLSearchParams(location.search)) {
    const field = form.elements.namedItem(name);
    if (field && "value" in field) field.value = value;
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const asked = [...new FormData(form)].filter(([, value]) => value);
    history.replaceState(null, "", `?${new URLSearchParams(asked)}`);
    document.querySelectorAll("ol.hits + button").forEach((one) => one.remove());
    answer();
  });
  answer();
})();
