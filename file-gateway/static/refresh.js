// Keeps the part of the page marked #live up to date while something is still being worked on. Without this script the
// button 最新の状態にする does the same.
'use strict';
(() => {
  const wait = 2000;
  let failures = 0;
  async function look() {
    const live = document.getElementById('live');
    if (!live || live.dataset.pending !== 'true' || failures > 5) return;
    try {
      if (document.visibilityState === 'visible') {
        const response = await fetch(location.href, { credentials: 'same-origin', redirect: 'error' });
        if (!response.ok) throw new Error('status');
        const page = new DOMParser().parseFromString(await response.text(), 'text/html');
        const fresh = page.getElementById('live');
        if (!fresh) throw new Error('page');
        // Only what changed is touched, so that focus stays and a screen reader speaks of news alone.
        if (fresh.innerHTML !== live.innerHTML) {
          const summary = live.querySelector('[aria-live]');
          const news = fresh.querySelector('[aria-live]');
          if (summary && news) {
            if (summary.innerHTML !== news.innerHTML) { summary.innerHTML = news.innerHTML; summary.className = news.className; }
            news.replaceWith(summary.cloneNode(true));
            const rest = [...fresh.childNodes].filter((node) => node !== fresh.querySelector('[aria-live]'));
            [...live.childNodes].filter((node) => node !== summary).forEach((node) => node.remove());
            live.append(...rest);
          } else {
            live.replaceChildren(...fresh.childNodes);
          }
        }
        live.dataset.pending = fresh.dataset.pending;
      }
      failures = 0;
    } catch { failures += 1; }
    setTimeout(look, wait);
  }
  setTimeout(look, wait);
})();
