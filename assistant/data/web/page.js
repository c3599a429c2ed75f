// What the page does without the server: tabs, copying, moving the focus and the view, filtering lists, light or dark.
(() => {
  "use strict";
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const narrow = matchMedia("(max-width: 880px)");
  const root = document.documentElement.style;
  const move = () => (calm.matches ? "auto" : "smooth");
  const box = () => document.querySelector("#question textarea, #question input");

  function showTab() {
    const wanted = location.hash.slice(1);
    const tab = document.getElementById("page-" + wanted) ? wanted : "ask";
    document.body.dataset.tab = tab;
    for (const link of document.querySelectorAll("[data-tab]")) {
      if (link === document.body) continue;
      if (link.dataset.tab === tab) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  function setTheme(dark) {
    document.body.classList.toggle("dark", dark);
  }

  async function copy(button, text) {
    const words = button.textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "✓ " + words;
    } catch {
      prompt(words, text); // no clipboard without https: let the person copy it by hand
    }
    setTimeout(() => (button.textContent = words), 1500);
  }

  function goBack(panel) {
    const button = panel.querySelector("[data-back]");
    const card = button && document.getElementById(button.dataset.back);
    if (!card) return;
    card.scrollIntoView({ block: "center", behavior: move() });
    (card.querySelector(".open") || card).focus({ preventScroll: true });
  }

  function toNewest() {
    const turns = document.querySelectorAll("#log .turn");
    const last = turns[turns.length - 1];
    if (last) last.querySelector(".question").focus();
  }

  // Whom to call follows the choice at once; the server then sets the notices anew. The address keeps it, nothing else does.
  function setRegion(code) {
    for (const choice of document.querySelectorAll("[data-region-choice]")) choice.value = code;
    for (const lines of document.querySelectorAll("[data-region]")) lines.hidden = lines.dataset.region !== code;
  }

  function chooseRegion(choice) {
    setRegion(choice.value);
    const address = new URL(location.href);
    address.searchParams.set("region", choice.value);
    history.replaceState(history.state, "", address);
    if (choice.closest("#banner")) choseInBanner = true;
  }
  let choseInBanner = false;

  function filter(shelf) {
    const words = shelf.querySelector("[data-find]").value.toLowerCase().split(/\s+/).filter(Boolean);
    const picks = [...shelf.querySelectorAll("[data-pick]")].filter((pick) => pick.value);
    let shown = 0;
    for (const row of shelf.querySelectorAll(".shelf-list > li")) {
      const fits = words.every((word) => row.dataset.text.includes(word)) && picks.every((pick) => row.dataset[pick.dataset.pick] === pick.value);
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    const count = shelf.querySelector("[data-count]");
    count.textContent = count.dataset.count.replace("{shown}", shown);
  }

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest(selector);
    let found;
    if ((found = at("[data-copy]"))) copy(found, found.dataset.copy);
    else if ((found = at("[data-link]"))) copy(found, new URL(found.dataset.link, location.origin + location.pathname).href);
    else if ((found = at("[data-back]"))) goBack(found.closest(".panel"));
    else if ((found = at("[data-theme-switch]"))) setTheme(!document.body.classList.contains("dark"));
    else if (at("[data-focus-question]")) { event.preventDefault(); location.hash = "ask"; box()?.focus(); }
    else if (at("[data-to-banner]")) { scrollTo({ top: 0, behavior: move() }); document.querySelector("#banner .urgent-banner button").focus({ preventScroll: true }); }
    else if (at("[data-to-answer]")) { event.preventDefault(); toNewest(); }
    else if ((found = at("[data-jump]"))) {
      event.preventDefault();
      const heading = document.getElementById(found.dataset.jump);
      heading?.scrollIntoView({ block: "start", behavior: move() });
      heading?.focus({ preventScroll: true });
    } else if ((found = at("[data-topic-link]"))) {
      const pick = document.querySelector('[data-pick="topic"]');
      if (pick) { pick.value = found.dataset.topicLink; filter(pick.closest("[data-shelf]")); scrollTo({ top: 0 }); }
    }
    if (at("button[data-do='read']") && narrow.matches) location.hash = "sources";
  });
  document.addEventListener("input", (event) => {
    const shelf = event.target.closest("[data-shelf]");
    if (shelf) filter(shelf);
  });
  document.addEventListener("change", (event) => {
    const choice = event.target.closest("[data-region-choice]");
    if (choice) chooseRegion(choice);
  });
  document.addEventListener("keydown", (event) => {
    const panel = event.key === "Escape" && event.target.closest(".panel");
    if (panel) goBack(panel);
  });
  addEventListener("hashchange", () => { showTab(); scrollTo({ top: 0 }); });

  function shownDocument(frame) {
    const panel = frame.querySelector(".panel[data-document]");
    if (!panel) return;
    const mark = panel.querySelector("mark.here");
    const focus = Boolean(panel.dataset.move);
    if (narrow.matches) {
      if (focus) (mark || frame).scrollIntoView({ block: mark ? "center" : "start", behavior: move() });
    } else {
      frame.scrollTop = mark ? frame.scrollTop + mark.getBoundingClientRect().top - frame.getBoundingClientRect().top - frame.clientHeight / 3 : 0;
    }
    if (focus) (mark || panel.querySelector("h2")).focus({ preventScroll: true });
  }

  function watchFrame(name) {
    const frame = document.getElementById(name);
    if (!frame) return;
    let shown = "";
    new MutationObserver(() => {
      const panel = frame.querySelector(".panel[data-document]");
      const key = panel ? panel.dataset.document + " " + panel.querySelector(".permalink").getAttribute("href") + " " + panel.dataset.move : "";
      if (key !== shown) { shown = key; requestAnimationFrame(() => shownDocument(frame)); }
    }).observe(frame, { childList: true, subtree: true, attributes: true, characterData: true });
  }

  function watchLog() {
    const log = document.getElementById("log");
    const banner = document.getElementById("banner");
    let turns = 0;
    new MutationObserver(() => {
      const found = log.querySelectorAll(".turn");
      if (found.length > turns) {
        const newest = found[found.length - 1];
        requestAnimationFrame(() => scrollTo({ top: newest.getBoundingClientRect().top + scrollY - document.getElementById("masthead").offsetHeight - (banner.querySelector(".urgent-strip") ? 60 : 12), behavior: move() }));
      }
      turns = found.length;
    }).observe(log, { childList: true, subtree: true });
    // While the banner is scrolled away or on another page, its short form stays in view.
    const inView = new IntersectionObserver((seen) => document.body.classList.toggle("banner-away", !seen[seen.length - 1].isIntersecting));
    let urgent = false;
    new MutationObserver(() => {
      const now = Boolean(banner.querySelector(".urgent-banner"));
      if (now && !urgent) setTimeout(() => scrollTo({ top: 0 }), 60);
      urgent = now;
      inView.disconnect();
      if (now) inView.observe(banner.querySelector(".urgent-banner"));
      else document.body.classList.remove("banner-away");
      if (now && choseInBanner) { choseInBanner = false; banner.querySelector("[data-region-choice]").focus({ preventScroll: true }); }
    }).observe(banner, { childList: true, subtree: true });
  }

  // Gradio builds the page after this script has run.
  const ready = setInterval(() => {
    if (!document.getElementById("log") || !document.querySelector("[data-tab]")) return;
    clearInterval(ready);
    showTab();
    watchFrame("panel");
    watchFrame("reader");
    watchFrame("claim-panel");
    watchLog();
    const asked = new URLSearchParams(location.search).get("region");
    const known = [...document.querySelectorAll("#disclaimer option")].find((one) => one.value === asked);
    if (known) setRegion(asked);
    for (const [name, id] of [["--foot", "disclaimer"], ["--top", "masthead"]]) {
      const bar = document.getElementById(id);
      const stays = () => name === "--foot" || getComputedStyle(bar).position === "sticky";
      new ResizeObserver(() => root.setProperty(name, stays() ? bar.offsetHeight + "px" : "0px")).observe(bar);
    }
  }, 50);
})();
