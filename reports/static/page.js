/* Search, filter and sort. Ranks are printed text and never change; without this script all rows show. */
(function () {
  "use strict";
  const words = JSON.parse(document.getElementById("words").textContent);
  const nav = document.querySelector("nav");
  const tables = Array.from(document.querySelectorAll("table[data-sort]"));
  const listed = Array.from(document.querySelectorAll("table.list tbody tr:not(.group)"));
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
  ["selected", "reserve", "committee", "not_selected", "ineligible", "unfinished"].forEach((code) => {
    const word = words["proposal." + code];
    if (rows.some((row) => state(row) === word)) select.append(make("option", word, { value: word }));
  });
  const reset = make("button", words["tools.reset"], { type: "button", hidden: "", title: words["tools.sorted"] });
  const count = make("output", "", {});
  tools.append(search, select, reset, count);
  nav.append(tools);

  function filter() {
    const sought = search.value.trim().toLowerCase();
    let shown = 0;
    rows.forEach((row) => {
      const found = (!sought || row.textContent.toLowerCase().includes(sought) || (row.dataset.s || "").includes(sought)) &&
        (!select.value || state(row) === select.value);
      row.hidden = !found;
      if (found && listed.includes(row)) shown += 1;
    });
    const active = sought || select.value;
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
