/* Any two candidates side by side, and other weights on trial. The official order stays printed text. */
(function () {
  "use strict";
  const words = JSON.parse(document.getElementById("words").textContent);
  const facts = JSON.parse(document.getElementById("facts").textContent);

  function make(tag, text, attributes) {
    const element = document.createElement(tag);
    element.textContent = text;
    Object.keys(attributes || {}).forEach((name) => element.setAttribute(name, attributes[name]));
    return element;
  }
  function fill(sentence, fields) {
    return sentence.replace(/\{(\w+)\}/g, (whole, name) => String(fields[name]));
  }
  function minus(text) { return text.replace(/-/g, "\u2212"); }
  function state(name) {
    const found = location.hash.match(new RegExp("[#&]" + name + "=([^&]*)"));
    return found ? decodeURIComponent(found[1]) : "";
  }

  function compare(given) {
    const table = document.getElementById("sides");
    if (!given || !table) return;
    const heads = [table.querySelector(".one"), table.querySelector(".other")];
    const pickers = heads.map((head, place) => {
      const select = make("select", "", { "aria-label": words[place ? "compare.second" : "compare.first"] });
      const official = head.textContent;
      Object.keys(given.cells).forEach((id) => select.append(make("option", id + " " + given.names[id], { value: id })));
      select.value = official;
      head.textContent = "";
      head.append(select, make("span", "", { class: "picked" }));
      return select;
    });
    const told = document.getElementById("told");
    function put(field, cell) {
      field.firstChild.textContent = minus(cell[0]);
      field.lastChild.textContent = minus(cell[1]);
    }
    function apart(names) {
      const straight = given.pairs[names.join(" ")], turned = given.pairs[names.slice().reverse().join(" ")];
      if (straight || !turned) return straight;
      const opposite = (n) => (n === null ? null : -n + 0);
      const spans = turned[0].map((span) => span && [opposite(span[1]), opposite(span[0]), opposite(span[2]), span[3]]);
      const samples = turned[2].length ? [turned[2][1], turned[2][0]].concat(turned[2].slice(2)) : [];
      return [spans, turned[1].slice().reverse(), samples, turned[3]];
    }
    function sentences(found, names) {
      const said = [], both = { first: names[0], second: names[1] };
      const verdicts = found[0].filter((span, line) => span && span[2] !== null && given.counted[line]).map((span) => span[2]);
      const count = (sign) => verdicts.filter((one) => one === sign).length;
      if (verdicts.length) said.push(fill(words["compare.counts"], Object.assign({ wins: count(1), level: verdicts.length - count(1) - count(-1), losses: count(-1) }, both)));
      if (found[1].length) said.push(fill(words["compare.ahead"], Object.assign({ share: found[1][0] }, both)));
      if (found[2].length) said.push(fill(words["compare.samples"], Object.assign({ wins: found[2][0], losses: found[2][1], p: found[2][2], holm: found[2][3] }, both)));
      return found[3] ? said.concat(found[3]) : said;
    }
    function range(span) {
      if (span && span[0] !== null) return minus("[" + span[0].toFixed(2) + ", " + span[1].toFixed(2) + "]");
      return span && span[2] !== null ? span[3] : "\u2014";
    }
    function judge(field, span, names) {
      const judged = span && span[2] !== null;
      field.textContent = judged ? "" : (span && span[3]) || "\u2014";
      if (!judged) return;
      const word = span[2] ? fill(words["compare.higher"], { id: names[span[2] > 0 ? 0 : 1] }) : words["certainty.not_separable"];
      field.append(make("span", word, { class: span[2] ? "c-clear" : "c-not_separable" }));
      if (span[0] !== null && span[3]) field.append(make("small", span[3]));
    }
    function show() {
      const names = pickers.map((picker) => picker.value);
      heads.forEach((head, place) => { head.lastChild.textContent = names[place] + " " + given.names[names[place]]; });
      const one = given.cells[names[0]], other = given.cells[names[1]], found = names[0] === names[1] ? null : apart(names);
      Array.from(table.tBodies[0].rows).forEach((row, line) => {
        put(row.cells[1], one[line]);
        put(row.cells[2], other[line]);
        const first = one[line][2], second = other[line][2];
        const way = first === null || second === null ? "\u2014" : (first - second).toFixed(one[line][3]);
        row.cells[3].firstChild.textContent = way === "\u2014" || way[0] === "-" ? minus(way) : "+" + way;
        const span = found && found[0][line];
        row.cells[4].textContent = range(span);
        judge(row.cells[5], span, names);
      });
      told.textContent = "";
      if (found) sentences(found, names).forEach((sentence) => told.append(make("li", sentence)));
      Array.from(document.querySelectorAll("#pairs tbody tr")).forEach((row) => {
        row.classList.toggle("chosen", row.id === "p-" + names[0] + "-" + names[1] || row.id === "p-" + names[1] + "-" + names[0]);
      });
    }
    const asked = state("compare").split(",");
    pickers.forEach((picker, place) => {
      if (given.cells[asked[place]]) picker.value = asked[place];
      picker.addEventListener("change", () => {
        history.replaceState(null, "", "#compare=" + pickers[0].value + "," + pickers[1].value);
        show();
      });
    });
    show();
  }

  function weigh(given) {
    const section = document.getElementById("weigh");
    if (!given || !section) return;
    section.hidden = false;
    const link = make("a", section.firstElementChild.textContent, { href: "#weigh" });
    document.querySelector("nav").insertBefore(link, document.querySelector("nav a[href$=robust]"));
    const official = given.criteria.map((criterion) => criterion[1]);
    const asked = state("w").split(",").map(Number);
    const weights = asked.length === official.length && asked.every((n) => n >= 0 && n <= 100) ? asked : official.slice();
    const controls = make("div", "", { class: "sliders" });
    const sliders = given.criteria.map((criterion, place) => {
      const label = make("label", criterion[0]);
      const slider = make("input", "", { type: "range", min: "0", max: "100", step: "1" });
      const value = make("output", "");
      slider.value = String(weights[place]);
      label.append(slider, value);
      controls.append(label);
      slider.addEventListener("input", () => { weights[place] = Number(slider.value); later(); });
      return { slider: slider, value: value };
    });
    const reset = make("button", words["weigh.reset"], { type: "button" });
    const told = make("p", "", { class: "told", "aria-live": "polite" });
    const table = make("table", "", { class: "nums" });
    const head = make("tr", "");
    ["column.rank", "column.candidate", "column.total", "weigh.trial_total", "weigh.trial_rank"].forEach((key) => head.append(make("th", words[key])));
    table.createTHead().append(head);
    const body = table.createTBody();
    const lines = given.rows.map((row) => {
      const line = make("tr", "");
      line.append(make("td", String(row[2])), make("th", row[0] + " " + row[1], { scope: "row" }), make("td", row[3]), make("td", ""), make("td", ""));
      body.append(line);
      return line;
    });
    const frame = make("div", "", { class: "wide", tabindex: "0", role: "region", "aria-label": section.firstElementChild.textContent });
    frame.append(table);
    section.append(controls, reset, told, frame);

    function show() {
      const sum = weights.reduce((all, weight) => all + weight, 0) || 1;
      sliders.forEach((one, place) => { one.value.textContent = (100 * weights[place] / sum).toFixed(1); });
      const totals = given.rows.map((row) => Number((row[4].reduce((all, points, place) => all + points * weights[place], 0) / sum).toFixed(2)));
      let moved = 0;
      totals.forEach((total, place) => {
        const rank = 1 + totals.filter((other) => other > total).length;
        const line = lines[place];
        line.cells[3].textContent = total.toFixed(2);
        line.cells[4].textContent = String(rank);
        const inside = rank <= given.places, was = given.rows[place][2] <= given.places;
        line.className = inside === was ? "" : "crossed";
        if (inside !== was) moved += 1;
      });
      told.textContent = moved ? fill(words["weigh.moved"], { n: moved }) : words["weigh.same"];
    }
    let due = false;
    function later() {
      if (due) return;
      due = true;
      requestAnimationFrame(() => { due = false; show(); });
      history.replaceState(null, "", "#w=" + weights.map((n) => Math.round(n * 100) / 100).join(","));
    }
    reset.addEventListener("click", () => {
      official.forEach((weight, place) => { weights[place] = weight; sliders[place].slider.value = String(weight); });
      history.replaceState(null, "", location.pathname);
      show();
    });
    show();
  }

  compare(facts.compare);
  weigh(facts.weigh);
})();
