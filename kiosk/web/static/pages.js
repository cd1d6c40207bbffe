// Small comforts. Every page works without them.
"use strict";

// Seconds: whoever asked for it is given twice the time.
const LEAVE_AFTER_S = 60;
const LAST_CALL_S = 30;
const LOST_ASKS = 3;
const patience = () => (document.body.dataset.unhurried === undefined ? 1 : 2);

// How the screen is shown is switched in place, so that nothing typed so far is lost.
document.addEventListener("submit", async (event) => {
  const mode = event.target.dataset.switches;
  if (!mode) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const fields = new FormData(event.target, event.submitter);
  await fetch(event.target.action, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" });
  const on = document.documentElement.classList.toggle(mode);
  event.submitter.setAttribute("aria-pressed", String(on));
  if (mode === "elder") document.body.toggleAttribute("data-unhurried", on);
});

// A form is sent once, however often the button is touched.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) {
    event.preventDefault();
    return;
  }
  event.target.dataset.sent = "yes";
});
// What is typed into an application is kept while it is typed: whoever leaves loses nothing.
function keepTyping(form) {
  let waiting = 0;
  const keep = async () => {
    waiting = 0;
    const fields = new FormData(form);
    fields.append("step", "keep");
    try {
      await fetch(form.action, { method: "POST", body: new URLSearchParams(fields), keepalive: true });
    } catch {
      // The line is down: the next change tries again, and the button sends everything.
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, 600);
  });
  form.addEventListener("submit", () => clearTimeout(waiting));
  window.addEventListener("pagehide", () => { if (waiting && !form.dataset.sent) keep(); });
}
for (const form of document.querySelectorAll("form[data-kept]")) keepTyping(form);
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// Digits for a screen without a keyboard.
document.addEventListener("click", (event) => {
  const key = event.target.closest("[data-key]");
  if (!key) return;
  const input = document.getElementById(key.closest("[data-types-into]").dataset.typesInto);
  if (key.dataset.key === "back") input.value = input.value.slice(0, -1);
  else if (key.dataset.key === "clear") input.value = "";
  else if (input.value.length < input.maxLength) input.value += key.dataset.key;
});

// Read the page aloud where the browser has a voice; leaving the page or a second press ends it.
const reader = document.querySelector("[data-read-aloud]");
if (reader && window.speechSynthesis) {
  reader.hidden = false;
  reader.addEventListener("click", () => {
    const speaking = reader.getAttribute("aria-pressed") === "true";
    speechSynthesis.cancel();
    reader.setAttribute("aria-pressed", String(!speaking));
    if (speaking) return;
    const words = new SpeechSynthesisUtterance(document.querySelector("main").innerText);
    words.lang = document.documentElement.lang;
    words.rate = patience() > 1 ? 0.8 : 1;
    words.addEventListener("end", () => reader.setAttribute("aria-pressed", "false"));
    speechSynthesis.speak(words);
  });
  window.addEventListener("pagehide", () => speechSynthesis.cancel());
}

// A waiting page asks again and swaps what has changed; nobody's typing is disturbed.
const isTypedInto = (field) => field === document.activeElement || field.value !== field.defaultValue;
const typedInto = () => [...document.querySelectorAll("main :is(input:not([type=hidden]), textarea)")].some(isTypedInto);
function keepFresh(seconds) {
  setTimeout(async () => {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html", "X-Refresh": "yes" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("main");
      const held = document.querySelector("main");
      if (typedInto()) return watchFreshness();
      if (!answer.ok || !fresh) return location.reload();
      if (fresh.innerHTML !== held.innerHTML) held.replaceWith(document.adoptNode(fresh));
    } catch {
      // The line is down: what stands here stays, and the next turn tries again.
    }
    watchFreshness();
  }, seconds * 1000);
}
function watchFreshness() {
  const seconds = Number(document.querySelector("main")?.dataset.refresh);
  if (seconds) keepFresh(seconds);
}
watchFreshness();

// At a machine: when the card is laid down or taken away, the page follows; when the line is down, it says so and
// takes nothing more, with everything typed still there.
function followVisit(body) {
  const notice = document.getElementById("line-down");
  const rest = [...body.children].filter((part) => part !== notice);
  let lost = 0;
  const show = (down) => {
    if (notice.hidden !== down) return;
    notice.hidden = !down;
    for (const part of rest) part.inert = down;
    if (!down && body.dataset.gone !== undefined) document.getElementById("leave").requestSubmit();
  };
  setInterval(async () => {
    try {
      const answer = await fetch(body.dataset.visitState, { headers: { Accept: "application/json" } });
      const visit = await answer.json();
      lost = 0;
      show(false);
      if (visit.state === body.dataset.state) return;
      const goesOn = visit.state === "card" || visit.state === "proven";
      location.replace(goesOn ? body.dataset.card : body.dataset.left);
    } catch {
      lost += 1;
      show(lost >= LOST_ASKS);
    }
  }, 1500);
}

// Whether somebody asked for another language or another look.
const isWished = () => document.documentElement.lang !== "zh-CN" || document.documentElement.classList.length > 1;

// At a machine: whoever walks away is signed out, after a warning that can be answered; a page without
// a person goes back to the beginning, with nothing left of what was wished for.
function guardIdleness(body) {
  const warning = document.getElementById("idle");
  let since = Date.now();
  const back = () => {
    since = Date.now();
    if (warning) warning.hidden = true;
  };
  for (const kind of ["pointerdown", "keydown", "scroll"]) document.addEventListener(kind, back, { passive: true });
  setInterval(() => {
    if (document.querySelector("main[data-busy]")) return back();
    const left = patience() * (LEAVE_AFTER_S + LAST_CALL_S) - Math.floor((Date.now() - since) / 1000);
    if (warning && left <= patience() * LAST_CALL_S) {
      warning.hidden = false;
      warning.querySelector("[data-count]").textContent = String(Math.max(left, 0));
    }
    if (left > 0) return;
    const notice = document.getElementById("line-down");
    if (warning && notice && !notice.hidden) {
      // Nobody can be signed out now, but nothing of them stays on the screen.
      body.dataset.gone = "";
      for (const part of body.children) part.hidden = part !== notice;
      return;
    }
    if (warning) document.getElementById("leave").requestSubmit();
    else if (isWished()) location.replace(body.dataset.left);
    else if (location.pathname !== body.dataset.home) location.replace(body.dataset.home);
  }, 1000);
}
// At a desk: whoever leaves it idle finds it locked, with everything typed still there; the server locks it too.
function guardDesk(body) {
  const lock = document.getElementById("lock");
  const rest = [...body.children].filter((part) => part !== lock);
  let since = Date.now();
  const show = (locked) => {
    lock.hidden = !locked;
    for (const part of rest) part.inert = part.hidden = locked;
    if (locked) lock.querySelector("input").focus();
  };
  for (const kind of ["pointerdown", "keydown", "scroll"]) {
    document.addEventListener(kind, () => { if (lock.hidden) since = Date.now(); }, { passive: true });
  }
  setInterval(() => {
    if (lock.hidden && Date.now() - since > 1000 * Number(body.dataset.lockAfter)) show(true);
  }, 1000);
  lock.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    const password = lock.querySelector("input");
    const fields = new URLSearchParams({ password: password.value });
    const answer = await fetch(event.target.action, { method: "POST", body: fields, redirect: "manual" });
    const open = answer.type === "opaqueredirect";
    password.value = "";
    lock.querySelector("[data-refused]").hidden = open;
    since = Date.now();
    show(!open);
  });
}
if (document.body.dataset.lockAfter) guardDesk(document.body);
if (document.body.dataset.visitState) followVisit(document.body);
if (document.body.dataset.home) guardIdleness(document.body);
