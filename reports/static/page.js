/* Search, filter and sort. Ranks are printed text and never change; without this script all rows show. */
(function () {
  "use strict";
  const words = JSON.parse(document.getElementById("words").textContent);
  const nav = document.querySelector("nav");
  const tables = Array.from(document.querySelectorAll("table[data-sort]"));
  const listed = Array.from(document.querySelectorAll("table.list tbody tr:not(.group)"));
  const among = new Set(listed);
  const rows = Array.from(document.querySelectorAll("tr[data-p]")).concat(listed);
  const official = new Map(tables.map((table) => [table, Array.from(table.tBodies[0].rows)]));

  function make(tag, text, attributes) {
    const element = document.createElement(tag);
    element.textContent = text;
    Object.keys(attributes || {}).forEach((name) => element.setAttribute(name, attributes[name]));
    return element;
  }
  function fill(sentence, fields) {
    return sentence.replace(/\{(\w+)\}/g, (whole, name) => String(fields[name]));
  }
  function state(row) {
    if (row.dataset.p) return words["proposal." + row.dataset.p] || "";
    const mark = row.querySelector('[class^=c-]');
    return mark ? mark.textContent : "";
  }

  const tools = make("div", "", { class: "tools", role: "search" });
  const search = make("input", "", { type: "search", "aria-label": words["tools.search"], placeholder: words["tools.search"] });
  const select = make("select", "", { "aria-label": words["tools.filter"] });
  select.append(make("option", words["tools.all"], { value: "" }));
  const track = new Map(rows.map((row) => [row, (row.closest("[data-t]") || { dataset: {} }).dataset.t]));
  function group(label, options) {
    if (options.length < 2) return;
    const part = make("optgroup", "", { label: label });
    options.forEach((option) => part.append(make("option", option[1], { value: option[0] })));
    select.append(part);
  }
  group(words["column.proposal"], ["selected", "reserve", "committee", "not_selected", "ineligible", "unfinished"]
    .map((code) => words["proposal." + code]).filter((word) => rows.some((row) => state(row) === word)).map((word) => ["p " + word, word]));
  group(words["column.track"], Array.from(document.querySelectorAll("table.list[data-t]")).map((table) => ["t " + table.dataset.t, table.dataset.name]));
  const reset = make("button", words["tools.reset"], { type: "button", hidden: "", title: words["tools.sorted"] });
  const count = make("output", "", {});
  tools.append(search, select, reset, count);
  nav.append(tools);

  function filter() {
    const sought = search.value.trim().toLowerCase();
    const wanted = select.value.slice(2), by = select.value[0];
    const parts = new Map();
    let shown = 0;
    rows.forEach((row) => {
      const found = (!sought || row.textContent.toLowerCase().includes(sought) || (row.dataset.s || "").includes(sought)) &&
        (!by || (by === "t" ? track.get(row) : state(row)) === wanted);
      row.hidden = !found;
      if (found && among.has(row)) shown += 1;
      const part = among.has(row) ? row.parentNode : row.closest("section");
      parts.set(part, parts.get(part) || found);
    });
    const active = sought || select.value;
    parts.forEach((found, part) => { part.hidden = Boolean(active) && !found; });
    count.textContent = active ? fill(words["tools.count"], { shown: shown, all: listed.length }) : "";
  }
  function number(text) {
    const match = text.replace(/\u2212/g, "-").match(/^-?\d+(\.\d+)?/);
    return match ? Number(match[0]) : null;
  }
  function restore() {
    official.forEach((order, table) => {
      table.tBodies[0].append(...order);
      table.classList.remove("resorted");
      table.querySelectorAll("th[aria-sort]").forEach((head) => head.removeAttribute("aria-sort"));
    });
    reset.hidden = true;
  }
  function sort(table, head) {
    const column = head.cellIndex;
    const down = head.getAttribute("aria-sort") !== "descending";
    const key = (row) => row.cells[column].textContent.trim();
    const order = official.get(table).slice().sort((a, b) => {
      const first = number(key(a)), second = number(key(b));
      if (first !== null && second !== null) return down ? second - first : first - second;
      if (first !== null || second !== null) return first === null ? 1 : -1;
      const way = key(a).localeCompare(key(b), document.documentElement.lang);
      return down ? -way : way;
    });
    table.querySelectorAll("th[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    table.classList.add("resorted");
    table.tBodies[0].append(...order);
    reset.hidden = false;
    turn();
  }
  tables.forEach((table) => {
    table.querySelectorAll("thead th:not(.pl)").forEach((head) => {
      const button = make("button", "", { type: "button", class: "sort", title: words["tools.sort"] });
      button.append(...Array.from(head.childNodes));
      head.append(button);
      button.addEventListener("click", () => sort(table, head));
    });
  });
  function copied(table) {
    const lines = Array.from(table.rows).map((row) => Array.from(row.cells).filter((cell, place) => place !== 3).map((cell) => {
      const text = Array.from(cell.querySelectorAll("small,.sort,bdi")).length ? cell.innerText : cell.textContent;
      return text.replace(/\s+/g, " ").trim().replace(/^[=+\-@]/, "'$&");
    }).join("\t"));
    return lines.join("\r\n");
  }
  tables.forEach((table) => {
    const more = table.closest("section").querySelector(".more");
    if (!more) return;
    const button = make("button", words["tools.copy"], { type: "button" });
    more.append(button);
    button.addEventListener("click", () => {
      const put = (event) => { event.clipboardData.setData("text/plain", copied(table)); event.preventDefault(); };
      document.addEventListener("copy", put);
      const done = document.execCommand("copy");
      document.removeEventListener("copy", put);
      button.textContent = words[done ? "tools.copied" : "tools.copy"];
    });
  });
  const SIZE = 100;
  const pagers = tables.filter((table) => table.tBodies[0].rows.length > SIZE).map((table) => {
    const bar = make("p", "", { class: "tools pager" });
    const back = make("button", words["tools.previous"], { type: "button" });
    const on = make("button", words["tools.next"], { type: "button" });
    const told = make("output", "", { "aria-live": "polite" });
    const pager = { page: 0 };
    bar.append(back, on, told);
    table.after(bar);
    pager.show = (all) => {
      const lines = Array.from(table.tBodies[0].rows), pages = Math.ceil(lines.length / SIZE);
      lines.forEach((row, place) => row.classList.toggle("beyond", !all && Math.floor(place / SIZE) !== pager.page));
      told.textContent = fill(words["tools.page"], { n: pager.page + 1, all: pages });
      back.disabled = pager.page === 0;
      on.disabled = pager.page >= pages - 1;
      bar.hidden = Boolean(all);
    };
    back.addEventListener("click", () => { pager.page -= 1; pager.show(false); });
    on.addEventListener("click", () => { pager.page += 1; pager.show(false); });
    return pager;
  });
  function turn() { pagers.forEach((pager) => pager.show(Boolean(search.value.trim() || select.value))); }
  search.addEventListener("input", () => { filter(); turn(); });
  select.addEventListener("change", () => { filter(); turn(); });
  reset.addEventListener("click", () => { restore(); turn(); });
  turn();

  let closed = [];
  window.addEventListener("beforeprint", () => {
    restore();
    search.value = "";
    select.value = "";
    filter();
    pagers.forEach((pager) => pager.show(true));
    closed = Array.from(document.querySelectorAll("details:not([open])"));
    closed.forEach((part) => { part.open = true; });
  });
  window.addEventListener("afterprint", () => {
    closed.forEach((part) => { part.open = false; });
    turn();
  });
})();
