/* One WebSocket that comes back by itself: exponential back-off with jitter, at once when the net returns. */
(function (chat) {
  "use strict";
  const FIRST_WAIT = 1000;
  const LONGEST_WAIT = 60000;
  const LONGEST_OPENING = 15000;

  /* wire = {url, protocols, onOpen(), onFrame(object), onChange()} */
  chat.connect = function (wire) {
    let socket = null;
    let failures = 0;
    let timer = 0;
    let opening = 0;
    let lastTry = 0;

    function isOpen() { return socket !== null && socket.readyState === WebSocket.OPEN; }

    function drop() {
      if (!socket) return;
      const old = socket;
      socket = null;
      old.onopen = old.onmessage = old.onclose = null;
      old.close();
    }

    function open() {
      clearTimeout(timer);
      drop();
      lastTry = Date.now();
      const mine = socket = new WebSocket(wire.url, wire.protocols);
      // A captive portal or a dead cell can leave a handshake hanging for minutes.
      opening = setTimeout(function () { if (mine === socket && !isOpen()) lost(); }, LONGEST_OPENING);
      mine.onopen = function () { clearTimeout(opening); wire.onOpen(); wire.onChange(); };
      mine.onmessage = function (event) {
        let frame = null;
        try { frame = JSON.parse(event.data); } catch (unreadable) { return; }
        failures = 0; // only a word from the service counts as success
        if (frame && typeof frame === "object") wire.onFrame(frame);
      };
      mine.onclose = lost;
    }

    function lost() {
      clearTimeout(opening);
      drop();
      clearTimeout(timer);
      const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * Math.pow(2, failures));
      failures += 1;
      timer = setTimeout(open, longest * (0.5 + Math.random() / 2));
      wire.onChange();
    }

    /* The net is back or the page is looked at again: no reason to sit out a long wait, nor to hammer. */
    function soon() {
      if (isOpen()) return;
      failures = Math.min(failures, 1);
      clearTimeout(timer);
      timer = setTimeout(open, Math.max(0, lastTry + FIRST_WAIT - Date.now()) + Math.random() * 500);
    }

    window.addEventListener("online", soon);
    window.addEventListener("offline", function () { if (socket) lost(); });
    document.addEventListener("visibilitychange", function () { if (!document.hidden) soon(); });
    window.addEventListener("pagehide", function () { clearTimeout(timer); drop(); });
    window.addEventListener("pageshow", function (event) { if (event.persisted) open(); });
    open();

    return {
      isOpen: isOpen,
      send: function (frame) {
        if (isOpen()) socket.send(JSON.stringify(frame));
        return isOpen();
      },
      renew: lost, // a socket that looks open but answers nothing
    };
  };
})(window.cotmoc = window.cotmoc || {});
