/* Every sample of a candidate, fifty a page; a cell of the confusion matrix filters them. */
(function () {
  "use strict";
  const words = JSON.parse(document.getElementById("words").textContent);
  const facts = JSON.parse(document.getElementById("facts").textContent);
  const section = document.getElementById("browse");
  const SIZE = 50, NONE = 0xffff, UNSURE = 0xff;

  function make(tag, text, attributes) {
    const element = document.createElement(tag);
    element.textContent = text;
    Object.keys(attributes || {}).forEach((name) => element.setAttribute(name, attributes[name]));
    return element;
  }
  function fill(sentence, fields) {
    return sentence.replace(/\{(\w+)\}/g, (whole, name) => String(fields[name]));
  }
  function unpack(text) {
    const raw = atob(text), bytes = new Uint8Array(raw.length);
    for (let place = 0; place < raw.length; place += 1) bytes[place] = raw.charCodeAt(place);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).arrayBuffer();
  }
  function columns(buffer) {
    const n = facts.count, found = {};
    let at = 0;
    function take(Kind, width) {
      const part = new Kind(buffer.slice(at, at + n * width));
      at += n * width;
      return part;
    }
    if (facts.labels.length) { found.truth = take(Uint16Array, 2); found.given = take(Uint16Array, 2); }
    found.outcome = take(Uint8Array, 1);
    found.loss = take(Float32Array, 4);
    if (facts.sure) found.belief = take(Uint8Array, 1);
    if (facts.others) { found.better = take(Uint16Array, 2); found.worse = take(Uint16Array, 2); }
    found.ids = new TextDecoder().decode(buffer.slice(at)).split("\n");
    return found;
  }

  function browse(all) {
    const labels = facts.labels, n = facts.count;
    const order = Array.from({ length: n }, (_, place) => place).sort((a, b) => all.loss[b] - all.loss[a] || a - b);
    function alike(place) {
      const level = facts.others + 1 - all.better[place] - all.worse[place];
      return all.better[place] * all.better[place] + level * level + all.worse[place] * all.worse[place];
    }
    const views = { loss: () => order };
    if (facts.sure) {
      views.sure = () => order.filter((place) => all.loss[place] > 0 && all.belief[place] !== UNSURE).sort((a, b) => all.belief[b] - all.belief[a] || a - b);
    }
    if (facts.others) {
      views.alone_worse = () => order.filter((place) => all.better[place] === facts.others);
      views.alone_better = () => order.filter((place) => all.worse[place] === facts.others).sort((a, b) => all.loss[a] - all.loss[b] || a - b);
      if (facts.others > 1) views.split = () => order.filter((place) => all.better[place] + all.worse[place] > 0).sort((a, b) => alike(a) - alike(b) || a - b);
    }
    let viewed = order, chosen = order, page = 0, cell = null;
    const view = make("select", "", { "aria-label": words["samples.view"] });
    Object.keys(views).forEach((name) => view.append(make("option", words["view." + name], { value: name })));
    const search = make("input", "", { type: "search", "aria-label": words["samples.search"], placeholder: words["samples.search"] });
    const outcome = make("select", "", { "aria-label": words["samples.outcome"] });
    outcome.append(make("option", words["tools.all"], { value: "" }));
    facts.outcomes.forEach((word, code) => { if (all.outcome.indexOf(code) >= 0) outcome.append(make("option", word, { value: String(code) })); });
    const back = make("button", words["tools.previous"], { type: "button" });
    const on = make("button", words["tools.next"], { type: "button" });
    const told = make("output", "", { "aria-live": "polite" });
    const bar = make("div", "", { class: "tools" });
    bar.append(search, view, outcome, back, on, told);
    const table = make("table", "", { class: "plain close" }), head = make("tr", "");
    const keys = ["column.sample", "column.loss", "column.outcome"].concat(facts.sure ? ["column.belief"] : [], facts.others ? ["column.others"] : [], labels.length ? ["column.target_answer", "column.answer"] : []);
    const numbers = ["column.loss", "column.belief", "column.others"];
    keys.forEach((key) => head.append(make("th", words[key], numbers.includes(key) ? { class: "n" } : {})));
    table.createTHead().append(head);
    const body = table.createTBody();
    const frame = make("div", "", { class: "wide", tabindex: "0", role: "region", "aria-label": words["samples.search"] });
    frame.append(table);
    section.append(bar, frame);
    section.hidden = false;
    const link = make("a", section.firstElementChild.textContent, { href: "#browse" });
    document.querySelector("nav").insertBefore(link, document.querySelector("nav a[href$=most]"));

    function show() {
      const pages = Math.max(1, Math.ceil(chosen.length / SIZE));
      page = Math.min(page, pages - 1);
      body.textContent = "";
      chosen.slice(page * SIZE, (page + 1) * SIZE).forEach((place) => {
        const row = make("tr", ""), id = make("th", "", { scope: "row" });
        id.append(make("a", all.ids[place], { href: "#s=" + encodeURIComponent(all.ids[place]) }));
        row.append(id, make("td", all.loss[place].toFixed(3), { class: "n" }), make("td", facts.outcomes[all.outcome[place]]));
        if (facts.sure) row.append(make("td", all.belief[place] === UNSURE ? "\u2014" : all.belief[place] + "%", { class: "n" }));
        if (facts.others) row.append(make("td", all.better[place] + " : " + all.worse[place], { class: "n" }));
        if (labels.length) {
          row.append(make("td", labels[all.truth[place]]), make("td", all.given[place] === NONE ? "\u2014" : labels[all.given[place]]));
        }
        body.append(row);
      });
      told.textContent = fill(words["samples.shown"], { shown: chosen.length, all: n }) + " " + fill(words["tools.page"], { n: page + 1, all: pages });
      back.disabled = page === 0;
      on.disabled = page >= pages - 1;
    }
    function pick() {
      const sought = search.value.trim().toLowerCase();
      chosen = viewed.filter((place) =>
        (!sought || all.ids[place].toLowerCase().includes(sought)) &&
        (!outcome.value || all.outcome[place] === Number(outcome.value)) &&
        (!cell || (all.truth[place] === cell[0] && (all.given[place] === NONE ? labels.length : all.given[place]) === cell[1])));
      page = 0;
      show();
    }
    const matrix = document.getElementById("matrix");
    if (matrix && labels.length) {
      Array.from(matrix.tBodies[0].rows).forEach((row, truth) => {
        Array.from(row.cells).slice(1).forEach((field, given) => {
          const name = fill(words["samples.cell"], { truth: labels[truth], given: labels[given] || "\u2014", n: field.textContent });
          const button = make("button", "", { type: "button", class: "sort", "aria-label": name, "aria-pressed": "false" });
          Array.from(field.childNodes).filter((node) => node.nodeName !== "svg").forEach((node) => button.append(node));
          field.append(button);
          button.addEventListener("click", () => {
            const same = cell && cell[0] === truth && cell[1] === given;
            matrix.querySelectorAll("[aria-pressed=true]").forEach((other) => other.setAttribute("aria-pressed", "false"));
            cell = same ? null : [truth, given];
            button.setAttribute("aria-pressed", String(!same));
            pick();
          });
        });
      });
    }
    function linked() {
      const found = location.hash.match(/^#s=(.*)$/);
      if (!found) return;
      const id = decodeURIComponent(found[1]);
      search.value = id;
      pick();
      const spelled = Array.from(document.querySelectorAll(".spelled tbody tr")).find((row) => row.cells[0].textContent === id);
      if (spelled) { spelled.classList.add("chosen"); spelled.scrollIntoView({ block: "center" }); }
    }
    search.addEventListener("input", pick);
    outcome.addEventListener("change", pick);
    view.addEventListener("change", () => { viewed = views[view.value](); pick(); });
    back.addEventListener("click", () => { page -= 1; show(); });
    on.addEventListener("click", () => { page += 1; show(); });
    window.addEventListener("hashchange", linked);
    show();
    linked();
  }

  if (typeof DecompressionStream === "function") {
    unpack(facts.packed).then((buffer) => browse(columns(buffer)));
  } else {
    section.append(make("p", words["samples.old"], { class: "loud" }));
    section.hidden = false;
  }
})();
