(function () {
  "use strict";
  var page = document.documentElement;
  page.classList.add("live");
  var all = function (selector, within) { return Array.prototype.slice.call((within || document).querySelectorAll(selector)); };

  // On paper nothing can be opened: what is folded is printed, and folded again.
  var folded = [];
  window.addEventListener("beforeprint", function () {
    folded = all("details:not([open])");
    folded.forEach(function (details) { details.open = true; });
  });
  window.addEventListener("afterprint", function () {
    folded.forEach(function (details) { details.open = false; });
    folded = [];
  });

  // Hidden rows: a rule each for everything that is of the row, the summary's own line apart.
  var hidden = document.createElement("style");
  document.head.appendChild(hidden);
  var off = new Set();
  var filtered = new Set();
  function apply() {
    var rows = Array.from(new Set(Array.from(off).concat(Array.from(filtered))));
    hidden.textContent = rows.map(function (r) {
      return "svg ." + r + ", .of-row." + r + " { display: none; }";
    }).join("\n");
    all("tr[data-row]").forEach(function (tr) {
      tr.classList.toggle("off", off.has(tr.dataset.row));
      var button = tr.querySelector("button");
      if (button) { button.setAttribute("aria-pressed", String(!off.has(tr.dataset.row))); }
    });
  }
  all("tr[data-row] button").forEach(function (button) {
    button.addEventListener("click", function () {
      var row = button.closest("tr").dataset.row;
      if (off.has(row)) { off.delete(row); } else { off.add(row); }
      apply();
    });
  });

  // Filter: every word must be somewhere in the line.
  all("input.filter").forEach(function (input) {
    var table = document.getElementById(input.dataset.table);
    var told = input.parentNode.querySelector(".found");
    input.addEventListener("input", function () {
      var words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      var shown = 0;
      var lines = all("tbody tr", table);
      lines.forEach(function (tr) {
        var text = tr.textContent.toLowerCase();
        var fits = words.every(function (word) { return text.indexOf(word) >= 0; });
        tr.classList.toggle("unfit", !fits);
        shown += fits ? 1 : 0;
        if (tr.dataset.row) { if (fits) { filtered.delete(tr.dataset.row); } else { filtered.add(tr.dataset.row); } }
      });
      told.textContent = words.length ? shown + " of " + lines.length : "";
      apply();
    });
  });

  // Sorting: by the first number of a cell, else by its text; a second click turns it round.
  function key(cell) {
    var text = cell ? cell.textContent.trim().replace(/\u2212/g, "-") : "";
    var match = /^[<>]?\s*([-+]?\d[\d,]*\.?\d*(?:e[-+]?\d+)?)\s*([kMG](?![a-z])|ms|s|min|h)?/i.exec(text);
    if (!match) { return { number: undefined, text: text.toLowerCase() }; }
    var unit = { k: 1e3, M: 1e6, G: 1e9, min: 60, h: 3600 }[match[2]] || 1;
    return { number: parseFloat(match[1].replace(/,/g, "")) * unit, text: text };
  }
  all("table.sortable").forEach(function (table) {
    all("thead th", table).forEach(function (head, column) {
      if (head.classList.contains("unsorted")) { return; }
      head.tabIndex = 0;
      head.setAttribute("role", "button");
      function sort() {
        var falling = head.getAttribute("aria-sort") === "ascending";
        all("thead th", table).forEach(function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", falling ? "descending" : "ascending");
        var body = table.tBodies[0];
        var lines = all("tr", body).map(function (tr, i) { return { tr: tr, key: key(tr.cells[column]), place: i }; });
        var numbers = lines.some(function (line) { return Number.isFinite(line.key.number); });
        lines.sort(function (a, b) {
          if (numbers) {
            if (!Number.isFinite(a.key.number) || !Number.isFinite(b.key.number)) {
              return (!Number.isFinite(a.key.number) ? 1 : 0) - (!Number.isFinite(b.key.number) ? 1 : 0) || a.place - b.place;
            }
            return (falling ? -1 : 1) * (a.key.number - b.key.number) || a.place - b.place;
          }
          return (falling ? -1 : 1) * a.key.text.localeCompare(b.key.text) || a.place - b.place;
        });
        lines.forEach(function (line) { body.appendChild(line.tr); });
      }
      head.addEventListener("click", sort);
      head.addEventListener("keydown", function (event) {
        if (event.key === "Enter" || event.key === " ") { event.preventDefault(); sort(); }
      });
    });
  });

  // Mean soft targets at the temperature of the slider.
  var slider = document.getElementById("temperature");
  if (slider) {
    var soft = JSON.parse(document.getElementById("soft-targets").textContent);
    var cells = all(".soft td");
    slider.addEventListener("input", function () {
      var mean = soft.mean[+slider.value];
      document.getElementById("temperature-said").textContent = "T = " + soft.temperatures[+slider.value];
      cells.forEach(function (cell, i) {
        var p = mean[Math.floor(i / mean.length)][i % mean.length];
        cell.style.setProperty("--p", Math.sqrt(p).toFixed(2));
        cell.classList.toggle("strong", p > 0.4);
        cell.textContent = p < 0.005 ? "" : p.toFixed(2).replace("0.", ".");
      });
    });
  }

  // Copies of the table.
  all("button.copy").forEach(function (button) {
    button.addEventListener("click", function () {
      var text = button.parentNode.querySelector("pre").textContent;
      if (navigator.clipboard) { navigator.clipboard.writeText(text).then(function () { button.textContent = "copied"; }); }
    });
  });
})();
