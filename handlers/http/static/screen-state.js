/* What a screen knows: what it was told last, when that was, and what time it is there. Kept over a reload. */
(function (screen) {
  "use strict";
  const STALE_AFTER = 600000;
  const ANSWER_WITHIN = 15000;
  // All of them, as the style sheet names them: the page of another script may come first without net.
  const FONTS = ["sans-400", "sans-700", "sans-khmer-400", "sans-khmer-700"].map(function (each) {
    return "/static/fonts/noto-" + each + ".woff2";
  });

  function stored(key) {
    try { return JSON.parse(localStorage.getItem(key)) || {}; } catch (unreadable) { return {}; }
  }

  /* name: of the screen. One key in the browser's store, written over each time: weeks leave no more than a day. */
  screen.openState = function (name) {
    const key = "cotmoc.screen." + name;
    const address = "/screens/" + name + ".json";
    const held = stored(key);
    const state = {
      shown: held.shown || null,
      contactAt: held.contactAt || 0, // of the service's clock
      offset: held.offset || 0, // of that clock to ours, which nobody may have set

      now: function () { return Date.now() + state.offset; },
      isStale: function () { return state.now() - state.contactAt > STALE_AFTER; },
      isOver: function (each) { return Boolean(each.until) && Date.parse(each.until) <= state.now(); },
      notices: function () {
        return state.shown ? state.shown.notices.filter(function (each) { return !state.isOver(each); }) : [];
      },
      slides: function () {
        return state.shown ? state.shown.slides.filter(function (each) { return !state.isOver(each); }) : [];
      },

      /* True: the service answered. What it said is kept. */
      ask: async function () {
        const stop = new AbortController();
        const timer = setTimeout(function () { stop.abort(); }, ANSWER_WITHIN);
        try {
          const answer = await fetch(address, { cache: "no-cache", signal: stop.signal });
          if (!answer.ok) return false;
          const shown = await answer.json();
          const at = Date.parse(answer.headers.get("Date") || "") || Date.now();
          state.shown = shown;
          state.contactAt = at;
          if (Math.abs(at - Date.now() - state.offset) > 2000) state.offset = at - Date.now();
          const all = { shown: shown, contactAt: at, offset: state.offset };
          try { localStorage.setItem(key, JSON.stringify(all)); } catch (full) { /* then until the next reload */ }
          return true;
        } catch (silent) {
          return false;
        } finally {
          clearTimeout(timer);
        }
      },
    };
    return state;
  };

  /* The page, what it is made of and its pictures, for a reload without net; what is no longer shown goes. */
  screen.keepForLater = async function (name, shown) {
    if (!window.caches) return; // a page without https has none
    const pictures = shown.slides.flatMap(function (each) { return [each.image, each.qr].filter(Boolean); });
    const parts = Array.from(document.querySelectorAll("link[href], script[src]"), function (each) { return each.href || each.src; });
    const wanted = new Set(["/screens/" + name, ...parts, ...FONTS, ...pictures].map(function (each) {
      return new URL(each, window.location.href).href;
    }));
    const cache = await caches.open("cotmoc-screen-" + name);
    const kept = new Set();
    for (const each of await cache.keys()) {
      if (wanted.has(each.url)) kept.add(each.url); else await cache.delete(each);
    }
    for (const each of wanted) {
      if (!kept.has(each) || each.endsWith("/screens/" + name)) await cache.add(each).catch(function () { /* next time */ });
    }
  };
})(window.cotmocScreen = window.cotmocScreen || {});
