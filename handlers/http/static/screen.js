/* A screen that nobody looks after: turns its pages, asks for news, drops what is over, begins anew once a day. */
(function (screen) {
  "use strict";
  const TURN = 12000;
  const ASK = 30000;
  const DAY = 86400000;
  const SHIFTS = 8;

  function at(id) { return document.getElementById(id); }

  const root = at("screen");
  const words = JSON.parse(root.dataset.words);
  const state = screen.openState(root.dataset.screen);
  const begun = Date.now();
  let place = -1; // of the page that is shown
  let turns = 0;
  let alone = true; // whether a notice that leaves no room has the next turn for itself
  let language = "vi";
  let alarmed = "";
  let keptFor = "";

  function local(moment) {
    const zone = state.shown ? state.shown.zone : "Asia/Ho_Chi_Minh";
    const shape = { timeZone: zone, hourCycle: "h23", hour: "2-digit", minute: "2-digit", weekday: "short",
      day: "numeric", month: "numeric", year: "numeric" };
    const found = {};
    for (const each of new Intl.DateTimeFormat("en-GB", shape).formatToParts(moment)) found[each.type] = each.value;
    return found;
  }

  function tick() {
    const now = local(state.now());
    const day = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(now.weekday);
    const date = now.day + "/" + now.month + "/" + now.year;
    const own = words[language];
    say("clock", now.hour + ":" + now.minute + "   " + own.weekdays[day] + " " + date);
    const minute = now.hour + ":" + now.minute;
    const night = state.shown ? state.shown.night : { from: "18:00", until: "06:00" };
    const dark = night.from > night.until ? minute >= night.from || minute < night.until : minute >= night.from && minute < night.until;
    document.documentElement.classList.toggle("night", dark);
    const heard = local(state.contactAt);
    const stale = state.isStale();
    root.classList.toggle("stale-screen", stale);
    const told = !state.contactAt ? own.never : (stale ? own.stale : own.updated).replace("{time}", heard.hour + ":" + heard.minute);
    say("contact-text", told);
    const live = state.notices().map(function (each) { return each.id + "/" + each.until + JSON.stringify(each.said); }).join();
    if (live !== alarmed) { alarmed = live; show(false); }
    else if (current() && state.isOver(current())) show(true);
    if (Date.now() - begun > DAY && !stale && state.now() - state.contactAt < ASK) window.location.reload();
  }

  function say(id, text) { if (at(id).textContent !== text) at(id).textContent = text; }

  let shownSlide = null;
  function current() { return shownSlide; }

  /* The next page, under the notice; each turn shows the next notice, where there are several. A long notice leaves no
     room: then it has every other turn for itself, and is set smaller above a page in between. */
  function show(next) {
    const slides = state.slides();
    const notices = state.notices();
    const notice = notices.length ? notices[turns % notices.length] : null;
    shownSlide = null;
    for (let tried = 0; tried < slides.length; tried += 1) {
      if (next || tried > 0 || place < 0) place += 1;
      place %= slides.length;
      const slide = slides[place];
      if (fits(slide, notice, false)) return;
      if (notice && alone) break;
      if (notice && fits(slide, notice, true)) { alone = true; return; }
    }
    alone = false; // the notice by itself, in one language after the other
    place -= 1;
    at("stage").replaceChildren();
    speak(["vi", "km", "en"][turns % 3]);
    screen.showAlarm(at("alarm"), notice, language, false);
  }

  function fits(slide, notice, small) {
    speak(slide.lang);
    screen.showAlarm(at("alarm"), notice, language, small);
    if (!screen.showSlide(at("stage"), slide, words[slide.lang])) return false;
    shownSlide = slide;
    return true;
  }

  function speak(wanted) {
    language = wanted;
    root.lang = wanted;
    say("title", state.shown.title[wanted]);
  }

  function turn() {
    turns += 1;
    root.dataset.shift = String(turns % SHIFTS);
    if (state.shown) show(true);
  }

  async function ask() {
    if (await state.ask()) {
      // A newer page may know what this one does not.
      if (state.shown.version !== root.dataset.version && Date.now() - begun > 600000) window.location.reload();
      if (shownSlide === null && !state.notices().length) show(false);
      const now = JSON.stringify(state.shown.slides);
      if (now !== keptFor) {
        keptFor = now;
        screen.keepForLater(root.dataset.screen, state.shown).catch(function () { keptFor = ""; });
      }
    }
    tick();
  }

  root.hidden = false;
  if (navigator.serviceWorker) navigator.serviceWorker.register("/screens/worker.js").catch(function () { /* plain http */ });
  if (state.shown) show(false);
  tick();
  ask();
  setInterval(tick, 1000);
  setInterval(turn, TURN);
  setInterval(ask, ASK);
  window.addEventListener("online", ask);
})(window.cotmocScreen = window.cotmocScreen || {});
