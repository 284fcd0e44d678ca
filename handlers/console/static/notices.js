"use strict";
// A countdown beside the time, a list that is filtered, and forms that say CHƯA GỬI instead of losing what was typed.
(() => {
  const WAIT = 20000;
  const lost = (shown) => {
    const line = document.getElementById("lost");
    if (!line || line.hidden === !shown) return;
    line.hidden = !shown;
    if (shown) line.scrollIntoView({ block: "start" });
  };
  const unlock = (form) => {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) {
      button.classList.remove("busy"); button.removeAttribute("aria-disabled");
      if (button.dataset.before) { button.textContent = button.dataset.before; delete button.dataset.before; }
    }
  };
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.hasAttribute("data-urgent")) return;
    event.preventDefault();
    const button = event.submitter;
    const body = new URLSearchParams(new FormData(form, button || undefined));
    if (button && button.dataset.busy) { button.dataset.before = button.textContent; button.textContent = button.dataset.busy; }
    lost(false);
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), WAIT);
    try {
      const answer = await fetch(form.action, { method: "POST", body, signal: stop.signal, credentials: "same-origin" });
      if (new URL(answer.url).pathname.startsWith("/console/sign-in")) { location.assign(answer.url); return; }
      const whole = new DOMParser().parseFromString(await answer.text(), "text/html");
      const page = whole.querySelector("main");
      if (!page) throw new Error("no page");
      document.querySelector("main").replaceWith(document.adoptNode(page));
      document.title = whole.title;
      if (answer.redirected) history.pushState({}, "", answer.url);
      if (window.htmx) window.htmx.process(page);
      begin();
      const wrong = document.querySelector("[role=alert]:not([hidden]), .wrong-here");
      (wrong || page).scrollIntoView({ block: "start" });
    } catch (_) {
      unlock(form);
      lost(true);
    } finally {
      clearTimeout(timer);
    }
  });
  addEventListener("popstate", () => location.reload());
  addEventListener("offline", () => lost(true));
  addEventListener("online", () => lost(false));

  let skew = 0;
  const tick = () => {
    for (const each of document.querySelectorAll("time.countdown")) {
      each.dataset.said = each.dataset.said || each.textContent;
      if (!each.dataset.skew) each.dataset.skew = String(Date.parse(each.dataset.now) - Date.now());
      skew = Number(each.dataset.skew);
      const left = Math.floor((Date.parse(each.dateTime) - Date.now() - skew) / 1000);
      const words = left >= 0 ? `${each.dataset.left} ${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : each.dataset.over;
      each.textContent = `${each.dataset.said} (${words})`;
      each.classList.toggle("over", left < 0);
    }
  };
  const plain = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replaceAll("đ", "d");
  const begin = () => {
    for (const box of document.querySelectorAll("[data-filtered]")) {
      const field = box.querySelector("[data-filter]");
      if (!field) continue;
      field.hidden = false;
      field.querySelector("input").addEventListener("input", (event) => {
        const wanted = plain(event.target.value);
        for (const line of box.querySelectorAll("[data-name]")) line.hidden = !plain(line.dataset.name).includes(wanted);
      });
    }
    tick();
  };
  begin();
  setInterval(tick, 1000);
  if (!navigator.onLine) lost(true);
})();
