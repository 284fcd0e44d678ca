/* A page left open never shows as in force what has expired, and learns of what is new; offline it says so. */
(function () {
  "use strict";
  const EVERY = 30000;

  function expire() {
    for (const each of document.querySelectorAll("[data-until]")) {
      if (Date.parse(each.dataset.until) > Date.now()) continue;
      if (each.tagName === "A") { each.remove(); continue; }
      each.className = "card expired";
      for (const head of each.querySelectorAll(".card-head")) head.hidden = !head.classList.contains("over");
      each.removeAttribute("data-until");
    }
  }

  async function renew() {
    const main = document.querySelector("[data-renew]");
    if (!main || document.hidden) return;
    let fresh = null;
    try {
      const answer = await fetch(window.location.href, { cache: "no-cache" });
      if (answer.ok) fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-renew]");
    } catch (error) {
      fresh = null;
    }
    const stale = document.getElementById("stale");
    if (!fresh) { if (stale) stale.hidden = false; return; }
    if (stale) stale.hidden = true;
    const open = main.querySelector("details[open]");
    const details = fresh.querySelector("details");
    if (open && details) details.open = true;
    if (fresh.textContent !== main.textContent) main.replaceWith(fresh);
    expire();
  }

  expire();
  setInterval(expire, 1000);
  setInterval(renew, EVERY);
  window.addEventListener("online", renew);
  document.addEventListener("visibilitychange", renew);
})();
