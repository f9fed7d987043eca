// News while a page is open: a line that leads to them. Nothing depends on it; without script the page is read again by hand.
"use strict";
(() => {
  const place = document.getElementById("news");
  if (!place || !window.EventSource) return;
  // Only a page that is looked at holds a connection: a browser has six for a host.
  let news, after = "";
  const note = (event) => { after = event.lastEventId; };
  const close = () => { if (news) news.close(); news = undefined; };
  const open = () => {
    close();
    if (document.hidden) return;
    news = new EventSource(after ? `/events?after=${after}` : "/events");
    news.addEventListener("here", note);
    news.addEventListener("news", (event) => { note(event); place.hidden = false; });
  };
  document.addEventListener("visibilitychange", open);
  window.addEventListener("pagehide", close);
  open();
})();
