/* The chat for other sites: one element, in a shadow of its own. Nothing is loaded before the button is pressed. */
(function () {
  "use strict";
  const SITES = ["@SITES@"];
  const WORDS = {
    vi: { open: "Hỏi Cột Mốc", close: "Đóng", title: "Hỏi đáp với Cột Mốc" },
    km: { open: "សួរ Cột Mốc", close: "បិទ", title: "សួរចម្លើយជាមួយ Cột Mốc" },
    en: { open: "Ask Cột Mốc", close: "Close", title: "Questions to Cột Mốc" },
  };
  const script = document.currentScript;
  const home = new URL(script.src).origin;
  if (!SITES.includes(window.location.origin)) {
    console.info("Cột Mốc: " + window.location.origin + " is not in COTMOC_WIDGET_SITES.");
    return;
  }
  if (document.querySelector("cotmoc-chat")) return;
  const wanted = (script.dataset.lang || document.documentElement.lang || "vi").slice(0, 2).toLowerCase();
  const language = WORDS[wanted] ? wanted : "vi";
  const words = WORDS[language];

  const sheet = new CSSStyleSheet(); // no <style>: the policy of the host page does not matter to it
  sheet.replaceSync(`
    :host { all: initial !important; position: fixed !important; right: 16px !important; bottom: 16px !important;
      z-index: 2147483000 !important; display: block !important; }
    * { box-sizing: border-box; font: 700 18px/1.35 "Noto Sans", "Noto Sans Khmer", system-ui, sans-serif; }
    button { min-height: 56px; min-width: 56px; padding: 8px 20px; border: 2px solid #fff; border-radius: 28px; cursor: pointer;
      background: #0B4F8A; color: #fff; box-shadow: 0 2px 10px rgba(0, 0, 0, .35); }
    button:focus-visible { outline: 3px solid #0B4F8A; outline-offset: 3px; }
    section { position: fixed; right: 16px; bottom: 88px; width: 400px; height: min(680px, calc(100vh - 104px));
      display: flex; flex-direction: column; background: #fff; border: 2px solid #6B7785; border-radius: 12px; overflow: hidden; }
    section[hidden] { display: none; }
    iframe { flex: 1; width: 100%; border: 0; }
    .shut { display: none; border: 0; border-radius: 0; border-bottom: 2px solid #6B7785; box-shadow: none; background: #fff;
      color: #0B4F8A; }
    @media (max-width: 480px), (max-height: 480px) {
      section { inset: 0; width: auto; height: auto; border: 0; border-radius: 0; }
      .shut { display: block; }
    }
    @media print { :host { display: none !important; } }
  `);

  const host = document.createElement("cotmoc-chat");
  const shadow = host.attachShadow({ mode: "closed" });
  shadow.adoptedStyleSheets = [sheet];
  const panel = document.createElement("section");
  const shut = document.createElement("button");
  const open = document.createElement("button");
  let frame = null;

  panel.id = "panel";
  panel.hidden = true;
  panel.lang = open.lang = language;
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", words.title);
  shut.type = open.type = "button";
  shut.className = "shut";
  shut.textContent = words.close;
  open.setAttribute("aria-controls", "panel");
  panel.append(shut);
  shadow.append(panel, open);

  function show(wish) {
    if (wish && !frame) {
      frame = document.createElement("iframe");
      frame.title = words.title;
      frame.referrerPolicy = "no-referrer";
      frame.src = home + "/?embedded=1&lang=" + language;
      panel.append(frame);
    }
    panel.hidden = !wish;
    open.textContent = wish ? words.close : words.open;
    open.setAttribute("aria-expanded", String(wish));
    if (wish) frame.focus();
  }

  function close() {
    show(false);
    open.focus();
  }

  open.addEventListener("click", function () { if (panel.hidden) show(true); else close(); });
  shut.addEventListener("click", close);
  shadow.addEventListener("keydown", function (event) { if (event.key === "Escape" && !panel.hidden) close(); });
  window.addEventListener("message", function (event) {
    if (frame && event.source === frame.contentWindow && event.origin === home && event.data === "cotmoc:close") close();
  });
  show(false);

  function add() { document.body.append(host); }
  if (document.body) add(); else document.addEventListener("DOMContentLoaded", add);
})();
