"use strict";
(() => {
  const bar = document.getElementById("filter");
  const find = document.getElementById("find");
  const count = document.getElementById("count");
  const boxes = [...bar.querySelectorAll("input[type=checkbox]")];
  const parts = [...document.querySelectorAll("[data-words]")];
  const folds = [...document.querySelectorAll("details")];
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const said = new WeakMap();
  const words = (item) => {
    if (!said.has(item)) said.set(item, fold(item.textContent));
    return said.get(item);
  };

  // Everything is there and open for readers without scripts; what passed is folded for the rest.
  const close = () => folds.forEach((one) => { one.open = "keep" in one.dataset; });
  bar.hidden = false;
  close();

  const apply = () => {
    const term = fold(find.value.trim());
    const wanted = boxes.filter((box) => box.checked).map((box) => box.value);
    let nShown = 0, nRows = 0;
    for (const part of parts) {
      const isWanted = !wanted.length
        || part.dataset.verdicts.split(" ").some((verdict) => wanted.includes(verdict));
      const isNamed = !term || fold(part.dataset.words).includes(term);
      let isShown = isWanted && isNamed;
      if (part.tagName === "DETAILS") {
        let nFound = 0;
        for (const item of part.querySelectorAll("li")) {
          const isFound = isNamed || words(item).includes(term);
          item.classList.toggle("gone", !isFound);
          nFound += isFound;
        }
        isShown = isWanted && nFound > 0;
        if (term && isShown) part.open = true;
      } else if (part.closest(".heat")) {
        nRows += 1;
        nShown += isShown;
      }
      part.classList.toggle("gone", !isShown);
    }
    count.textContent = term || wanted.length
      ? `Filtered: ${nShown} of ${nRows} locales, and the utterances that match.` : "";
  };

  let waiting = 0;
  find.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 120);
  });
  boxes.forEach((box) => box.addEventListener("change", apply));
  bar.addEventListener("submit", (event) => { event.preventDefault(); apply(); });
  bar.addEventListener("reset", () => setTimeout(() => { apply(); close(); }));
  document.getElementById("fold").addEventListener("click", () =>
    folds.forEach((one) => { one.open = false; }));
  document.getElementById("unfold").addEventListener("click", () =>
    folds.forEach((one) => { one.open = true; }));

  // A link to a locale opens it.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") target.open = true;
  };
  addEventListener("hashchange", reveal);
  reveal();

  let before = [];
  addEventListener("beforeprint", () => {
    before = folds.map((one) => one.open);
    folds.forEach((one) => { one.open = true; });
  });
  addEventListener("afterprint", () => folds.forEach((one, i) => { one.open = before[i]; }));
})();
