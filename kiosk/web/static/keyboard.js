// The on-screen keyboard of a machine: pinyin with candidates, letters, figures. A real keyboard works beside it.
"use strict";

const board = document.getElementById("keyboard");
const language = board?.querySelector("[data-language]");
const pinyin = language?.textContent;
const PER_PAGE = 7;
const TYPES = ["text", "search", "tel"];
let field = null;
let typed = "";
let candidates = [];
let page = 0;
let chinese = true;
let upper = false;
let asked = 0;

// Small screens belong to phones, which bring their own keyboard.
const large = window.matchMedia("(min-width: 50rem)");

function takesWords(element) {
  if (element.closest(".keyboard") || element.readOnly || element.disabled) return false;
  return element.matches("textarea") || (element.matches("input") && TYPES.includes(element.type));
}

function open(element) {
  if (field !== element) settle();
  field = element;
  chinese = !wantsFigures(element);
  board.hidden = false;
  document.body.classList.add("with-keyboard");
  show();
  element.scrollIntoView({ block: "center" });
}

function wantsFigures(element) {
  return element.type === "tel" || ["numeric", "decimal", "tel", "email"].includes(element.dataset.figures || element.inputMode);
}

function close() {
  settle();
  field = null;
  board.hidden = true;
  document.body.classList.remove("with-keyboard");
}

// What was typed and not chosen stays as letters: nothing typed is lost.
function settle() {
  if (field && typed) insert(typed);
  typed = "";
  candidates = [];
  page = 0;
}

function insert(text) {
  const [start, end] = [field.selectionStart ?? field.value.length, field.selectionEnd ?? field.value.length];
  if (field.maxLength >= 0 && field.value.length - (end - start) + text.length > field.maxLength) return;
  field.setRangeText(text, start, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function erase() {
  if (typed) return type(typed.slice(0, -1));
  const [start, end] = [field.selectionStart, field.selectionEnd];
  if (start !== end) return field.setRangeText("", start, end, "end");
  const before = [...field.value.slice(0, start)];
  const last = before.pop();
  if (last) field.setRangeText("", start - last.length, start, "end");
}

function type(letters) {
  typed = letters;
  page = 0;
  if (!typed) candidates = [];
  else ask();
  show();
}

async function ask() {
  const mine = ++asked;
  try {
    const answer = await fetch(board.dataset.words, { method: "POST", body: new URLSearchParams({ typed }) });
    const found = await answer.json();
    if (mine !== asked) return;
    candidates = found.candidates;
  } catch {
    candidates = []; // The line is down: the letters can still be taken over.
  }
  show();
}

function choose(position) {
  const chosen = candidates[position];
  if (!chosen) return;
  insert(chosen.text);
  type(typed.slice(chosen.takes).replace(/^'/, ""));
}

function show() {
  board.querySelector("[data-typed]").textContent = typed;
  language.textContent = chinese ? pinyin : language.dataset.language;
  board.querySelector('[data-do="language"]').setAttribute("aria-pressed", String(!chinese));
  board.querySelector('[data-do="case"]').setAttribute("aria-pressed", String(upper));
  const first = page * PER_PAGE;
  board.querySelector("[data-candidates]").replaceChildren(
    ...candidates.slice(first, first + PER_PAGE).map((candidate, place) => {
      const line = document.createElement("li");
      const key = document.createElement("button");
      key.type = "button";
      key.dataset.choose = String(first + place);
      key.textContent = candidate.text;
      line.append(key);
      return line;
    }),
  );
  board.querySelector('[data-do="earlier"]').disabled = page === 0;
  board.querySelector('[data-do="later"]').disabled = first + PER_PAGE >= candidates.length;
  for (const key of board.querySelectorAll("[data-type]")) {
    const sign = key.dataset.type;
    key.textContent = upper && !chinese ? sign.toUpperCase() : sign;
  }
}

const ACTS = {
  back: erase,
  space: () => (typed && candidates.length ? choose(0) : insert(" ")),
  done: close,
  language: () => { settle(); chinese = !chinese; },
  case: () => { settle(); upper = !upper; if (upper) chinese = false; },
  earlier: () => { page -= 1; },
  later: () => { page += 1; },
};

function press(key) {
  if (key.dataset.choose) return choose(Number(key.dataset.choose));
  if (key.dataset.do) { ACTS[key.dataset.do](); return show(); }
  const sign = key.dataset.type;
  if (chinese && /[a-z]/.test(sign)) return type(typed + sign);
  settle();
  insert(upper && !chinese ? sign.toUpperCase() : sign);
  show();
}

if (board && large.matches) {
  for (const element of document.querySelectorAll("input, textarea")) {
    if (!takesWords(element)) continue;
    element.dataset.figures = element.inputMode;
    element.inputMode = "none"; // The system's own keyboard stays down.
  }
  document.addEventListener("focusin", (event) => { if (takesWords(event.target)) open(event.target); });
  document.addEventListener("pointerdown", (event) => {
    if (board.hidden || board.contains(event.target) || event.target === field) return;
    if (!takesWords(event.target)) close();
  });
  // A pressed key must not take the cursor out of the input.
  board.addEventListener("pointerdown", (event) => event.preventDefault());
  board.addEventListener("click", (event) => {
    const key = event.target.closest("button");
    if (key && field) { press(key); field?.focus(); }
  });
  document.addEventListener("submit", settle, true);
}
