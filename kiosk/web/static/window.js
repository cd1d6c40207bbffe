// What makes the window's pages quick for hands that stay on the keyboard. Every page works without it.
"use strict";

// Keys that a page names on its links and buttons (aria-keyshortcuts) press them.
document.addEventListener("keydown", (event) => {
  if (event.isComposing || document.getElementById("lock")?.hidden === false) return;
  const pressed = [event.ctrlKey && "Control", event.altKey && "Alt", event.key.length === 1 ? event.key.toUpperCase() : event.key];
  const wanted = pressed.filter(Boolean).join("+");
  const target = document.querySelector(`[aria-keyshortcuts="${CSS.escape(wanted)}"]`);
  if (!target || wanted.length === 1) return;
  event.preventDefault();
  target.click();
});

// The screen turned to the citizen opens in a window of its own; this page stays and may open it again.
for (const form of document.querySelectorAll("form[target=_blank]")) {
  form.addEventListener("submit", () => setTimeout(() => delete form.dataset.sent, 0));
}

// Items are looked for while somebody types; arrows choose, Enter takes the first or the chosen one.
const live = document.querySelector("form[data-live]");
if (live) {
  const input = live.querySelector("input[type=search]");
  const found = () => document.getElementById(live.dataset.live);
  const choices = () => [...found().querySelectorAll("[data-choice]")];
  let waiting = 0;
  let asked = 0;

  const look = async () => {
    const mine = ++asked;
    const question = new URLSearchParams(new FormData(live));
    try {
      const answer = await fetch(`${live.action.split("?")[0]}?${question}`, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(live.dataset.live);
      if (mine !== asked || !fresh) return;
      found().replaceWith(document.adoptNode(fresh));
      history.replaceState(null, "", `?${question}`);
    } catch {
      // The line is down: Enter still asks the ordinary way.
    }
  };
  input.addEventListener("input", (event) => {
    clearTimeout(waiting);
    if (!event.isComposing) waiting = setTimeout(look, 120);
  });
  input.addEventListener("compositionend", () => { waiting = setTimeout(look, 120); });
  live.addEventListener("submit", (event) => {
    const words = input.value.trim();
    if (!words || found().dataset.words !== words || !choices().length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    choices()[0].click();
  }, true);
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    const all = choices();
    const place = all.indexOf(document.activeElement);
    if (place < 0 && document.activeElement !== input) return;
    event.preventDefault();
    const next = place + (event.key === "ArrowDown" ? 1 : -1);
    if (next < 0) input.focus();
    else all[Math.min(next, all.length - 1)]?.focus();
  });
}

// A long list is found by typing part of a name: an input method can not type into the list itself.
const LONG_LIST = 20;
for (const list of document.querySelectorAll("form[data-saves] select")) {
  if (list.options.length <= LONG_LIST) continue;
  const finder = document.createElement("input");
  finder.type = "search";
  finder.name = `find.${list.name}`;
  finder.setAttribute("form", "none"); // It is not part of what is handed in.
  finder.placeholder = "打字找，例如“武侯”";
  finder.setAttribute("aria-label", `打字找：${list.labels[0].textContent.trim()}`);
  finder.autocomplete = "off";
  finder.addEventListener("input", (event) => {
    event.stopPropagation();
    const words = finder.value.trim();
    const found = words && [...list.options].find((option) => option.value && option.textContent.includes(words));
    if (!found) return;
    list.value = found.value;
    list.dispatchEvent(new Event("input", { bubbles: true }));
  });
  list.before(finder);
}

// A form of a visit is kept while it is being typed.
const kept = document.querySelector("form[data-saves]");
if (kept) {
  const told = document.querySelector("[data-saved]");
  const version = kept.elements.version;
  let waiting = 0;
  let saving = null;

  const save = async () => {
    const fields = new FormData(kept);
    for (const [name, value] of [...fields]) if (value instanceof File) fields.delete(name);
    try {
      const answer = await fetch(kept.dataset.saves, { method: "POST", body: new URLSearchParams(fields), headers: { Accept: "application/json" } });
      const said = await answer.json();
      if (said.version) version.value = said.version;
      told.textContent = said.words ?? said.detail ?? "";
    } catch {
      told.textContent = "网络不通，还没有保存";
    }
  };
  const saveNow = () => {
    const mine = (saving ?? Promise.resolve()).then(save);
    saving = mine;
    mine.then(() => { if (saving === mine) saving = null; });
  };
  kept.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    clearTimeout(waiting);
    waiting = setTimeout(saveNow, 800);
  });
  // The page goes on only after what is under way was kept: both name the same version.
  kept.addEventListener("submit", (event) => {
    clearTimeout(waiting);
    if (!saving) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    saving.then(() => kept.requestSubmit(button));
  }, true);
}
