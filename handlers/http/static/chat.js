/* The web chat put together: what is shown, what is sent, what is kept until it is answered. */
(function (chat) {
  "use strict";
  const TYPING_AFTER = 1000;
  const SILENT_AFTER = 20000; // then the socket is doubted once, and after that the message taken as received
  const OFFLINE_AFTER = 2500;
  const SAME_REPLY = 5000; // several messages within this time are one reply

  function at(id) { return document.getElementById(id); }

  const main = at("chat");
  const log = at("log");
  const top = document.querySelector(".top");
  const strings = JSON.parse(main.dataset.strings);
  const marks = JSON.parse(main.dataset.marks);
  const memory = chat.openMemory(Date.now());
  const seen = new Set(memory.messages.map(function (each) { return each.id; }));
  const shown = new Map(); // client id -> element of the resident's own message
  let choices = null;
  let firstReply = null; // first message after the resident's last words: its first line stays in view
  let firstReplyAt = 0;
  let typingTimer = 0;
  let silentTimer = 0;
  let offlineTimer = 0;
  let socketNumber = 0;

  // --- what is shown ---------------------------------------------------------------------------------------------

  function topHeight() { return getComputedStyle(top).position === "sticky" ? top.offsetHeight : 0; }

  function nearBottom() {
    return window.scrollY + window.innerHeight > document.documentElement.scrollHeight - 160;
  }

  /* As far down as possible, but never past the first line of `element`. */
  function bringIntoView(element) {
    const first = element.getBoundingClientRect().top + window.scrollY - topHeight() - 8;
    const bottom = document.documentElement.scrollHeight - window.innerHeight;
    window.scrollTo(0, Math.max(0, Math.min(first, bottom)));
    at("newer").hidden = true;
  }

  function dropChoices() {
    if (!choices) return;
    const hadFocus = choices.contains(document.activeElement);
    choices.remove();
    choices = null;
    if (hadFocus && log.lastElementChild) log.lastElementChild.focus({ preventScroll: true });
  }

  function showOwn(message) {
    const made = chat.ownMessage(message.text, strings);
    shown.set(message.id, made);
    log.append(made);
    return made;
  }

  function showBot(message, live) {
    dropChoices();
    const made = chat.botMessage(message, strings, marks, Date.now());
    made.id = "m-" + String(message.id || "").replace(/[^\w-]/g, "");
    if (message.buttons && message.buttons.length && !chat.isOver(message, Date.now())) {
      choices = chat.choices(message.buttons, strings, press);
      made.append(choices);
    }
    const page = chat.pageLink(message, strings, main.dataset);
    if (page) made.append(page);
    log.append(made);
    if (message.type === "notice") watchNotice(message, made, live);
    return made;
  }

  function watchNotice(message, made, live) {
    const bar = at("urgent");
    const over = !made.matches(".urgent, .update, .drill");
    if (over) bar.replaceChildren();
    else if (live || !bar.firstChild) bar.replaceChildren(chat.urgentLine(message, made.id));
    const left = Date.parse(message.expires_at || "") - Date.now();
    if (over || !(left > 0) || left > 86400000) return;
    setTimeout(function () {
      const spent = chat.botMessage(message, strings, marks, Date.now());
      spent.id = made.id;
      made.replaceWith(spent);
      const line = bar.querySelector("a");
      if (line && line.hash === "#" + spent.id) bar.replaceChildren();
    }, left);
  }

  function showNet() {
    clearTimeout(offlineTimer);
    const offline = !socket.isOpen();
    if (offline && navigator.onLine && at("net").hidden) {
      offlineTimer = setTimeout(showNetNow, OFFLINE_AFTER); // a blink of the net is not worth a line
    } else {
      showNetNow();
    }
  }

  function showNetNow() {
    const offline = !socket.isOpen();
    const unsent = memory.pending.filter(function (each) { return !each.hidden; });
    const said = unsent.length ? strings.offline_unsent : strings.offline;
    at("net").hidden = !offline;
    if (offline && at("net-text").textContent !== said) at("net-text").textContent = said;
    at("waiting").hidden = offline || log.childElementCount > 0;
    if (offline) showTyping(false);
    for (const [id, made] of shown) {
      const waits = offline && unsent.some(function (each) { return each.frame.id === id; });
      made.classList.toggle("unsent", waits);
      const note = made.querySelector(".delivery");
      if (waits && !note) made.append(chat.delivery(strings.unsent));
      if (!waits && note) note.remove();
    }
  }

  function showTyping(wanted) {
    clearTimeout(typingTimer);
    const sign = at("typing");
    if (!wanted) { sign.hidden = true; return; }
    if (!sign.hidden) return;
    typingTimer = setTimeout(function () {
      const follow = nearBottom();
      sign.hidden = false;
      if (follow) window.scrollTo(0, document.documentElement.scrollHeight);
    }, TYPING_AFTER);
  }

  // --- what is sent ----------------------------------------------------------------------------------------------

  function say(frame, label) {
    const id = chat.newId();
    const pending = { frame: Object.assign({ id: id }, frame), at: Date.now(), hidden: label === null, sentOn: [] };
    dropChoices();
    at("newer").hidden = true;
    firstReply = null;
    if (label !== null) {
      const message = { own: true, id: id, text: label };
      const made = showOwn(message);
      memory.add(message);
      if (at("typing").hidden) window.scrollTo(0, document.documentElement.scrollHeight);
      made.focus({ preventScroll: true });
    }
    memory.pending.push(pending);
    memory.save();
    transmit(pending);
    showNet();
  }

  function press(button) { say({ type: "button", value: button.value }, String(button.label)); }

  function transmit(pending) {
    if (!socket.send(pending.frame)) return;
    pending.sentOn.push(socketNumber);
    memory.save();
    showTyping(true);
    clearTimeout(silentTimer);
    silentTimer = setTimeout(doubt, SILENT_AFTER);
  }

  /* No answer for long: try a new socket; what two sockets took without an answer wants none ("thank you"). */
  function doubt() {
    showTyping(false);
    if (!socket.isOpen() || !memory.pending.length) return;
    const twice = memory.pending.filter(function (each) { return new Set(each.sentOn).size > 1; });
    for (const each of twice) memory.settle(each.frame.id);
    if (memory.pending.length) socket.renew();
    showNet();
  }

  function settle(id) {
    memory.settle(id);
    if (!memory.pending.length) {
      clearTimeout(silentTimer);
      showTyping(false);
    }
    showNet();
  }

  // --- what comes in ---------------------------------------------------------------------------------------------

  function take(frame) {
    if (frame.type === "typing") { showTyping(true); return; }
    if (frame.type === "ack") { settle(frame.reply_to); return; }
    if (!["message", "notice", "error"].includes(frame.type)) return;
    if (frame.id !== undefined && seen.has(frame.id)) return;
    if (firstReply && Date.now() - firstReplyAt > SAME_REPLY) firstReply = null;
    // The greeting on a fresh page leaves the top of the page, with who runs this, where it is.
    const fresh = !memory.messages.length && memory.pending.every(function (each) { return each.hidden; });
    const asked = frame.type !== "notice" && (memory.pending.length > 0 || firstReply !== null);
    const follow = !fresh && (asked || nearBottom());
    if (frame.type !== "error") {
      seen.add(frame.id);
      memory.after = frame.id;
      memory.add(frame);
    }
    showTyping(false);
    const made = showBot(frame, true);
    // An error answers the oldest message; what comes unasked ("there is an answer now") answers none.
    if (frame.type !== "notice") settle(frame.type === "error" ? undefined : frame.reply_to);
    if (memory.pending.length) showTyping(true);
    if (!firstReply && frame.type !== "notice") {
      firstReply = made;
      firstReplyAt = Date.now();
    }
    if (follow) bringIntoView(asked ? firstReply : made);
    else at("newer").hidden = fresh;
  }

  function onOpen() {
    socketNumber += 1;
    socket.send({ type: "hello", after: memory.after });
    for (const each of memory.pending) transmit(each);
    const another = memory.language !== main.dataset.language;
    memory.language = main.dataset.language;
    memory.save();
    // The first words are the service's own: asked for, so that they come the same way as every answer.
    const greeted = memory.pending.some(function (each) { return each.hidden; });
    if (main.dataset.start && !greeted && (another || !memory.messages.length)) {
      say({ type: "text", text: main.dataset.start }, null);
    }
  }

  // --- begin -----------------------------------------------------------------------------------------------------

  const typing = document.createElement("p");
  typing.id = "typing";
  typing.className = "waiting";
  typing.hidden = true;
  typing.textContent = strings.typing;
  log.after(typing);

  log.setAttribute("aria-busy", "true"); // what was said before is not read out again
  for (const each of memory.messages) {
    if (each.own) showOwn(each); else showBot(each, false);
  }
  log.removeAttribute("aria-busy");

  at("dock").hidden = false;
  at("clear").hidden = false;
  at("waiting").hidden = memory.messages.length > 0;
  at("newer").textContent = strings.newer;
  if (memory.messages.length) {
    window.history.scrollRestoration = "manual";
    window.scrollTo(0, document.documentElement.scrollHeight);
  }

  chat.compose({
    form: at("composer"), field: at("field"), send: at("send"), limit: at("limit"), strings: strings,
    frameBytes: Number(main.dataset.frameBytes), letters: Number(main.dataset.letters),
    onText: function (text) {
      say({ type: "text", text: text }, text);
      // With a mouse the next question can be typed at once; on a phone the keyboard makes room for the answer.
      if (window.matchMedia("(pointer: fine)").matches) at("field").focus({ preventScroll: true });
    },
  });
  at("menu").addEventListener("click", function () { say({ type: "text", text: main.dataset.menu }, strings.menu); });
  at("newer").addEventListener("click", function () { bringIntoView(log.lastElementChild); });
  window.addEventListener("scroll", function () { if (nearBottom()) at("newer").hidden = true; }, { passive: true });

  function askToClear(open) {
    at("sure").hidden = !open;
    at("clear").setAttribute("aria-expanded", String(open));
    (open ? at("clear-no") : at("clear")).focus({ preventScroll: true });
    window.scrollTo(0, document.documentElement.scrollHeight);
  }
  at("clear").addEventListener("click", function () { askToClear(at("sure").hidden); });
  at("clear-no").addEventListener("click", function () { askToClear(false); });
  at("clear-yes").addEventListener("click", function () {
    for (const each of log.querySelectorAll("a[download]")) URL.revokeObjectURL(each.href);
    memory.clear();
    shown.clear();
    choices = firstReply = null;
    log.replaceChildren(chat.botMessage({ text: strings.cleared }, strings, marks, Date.now()));
    at("urgent").replaceChildren();
    askToClear(false);
    settle("");
  });

  const framed = main.dataset.session;
  if (framed) {
    memory.session = memory.session || framed;
    memory.save();
    // The button that closes the frame is outside of it; the Escape key must work inside too. Nothing is told by it.
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && window.parent !== window) window.parent.postMessage("cotmoc:close", "*");
    });
  }
  const scheme = window.location.protocol === "https:" ? "wss://" : "ws://";
  const socket = chat.connect({
    url: scheme + window.location.host + main.dataset.socket, onOpen: onOpen, onFrame: take,
    protocols: framed ? ["cotmoc", "cotmoc.session." + memory.session] : [],
    onChange: function () { if (socket) showNet(); },
  });
  showNet();
})(window.cotmoc = window.cotmoc || {});
