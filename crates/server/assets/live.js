// News while a page is open: a line that leads to them. Nothing depends on it; without script the page is read again by hand.
"use strict";
(() => {
  const place = document.getElementById("news");
  if (!place || !window.EventSource) return;
  const news = new EventSource("/events");
  news.addEventListener("news", () => { place.hidden = false; });
  window.addEventListener("pagehide", () => news.close());
})();
