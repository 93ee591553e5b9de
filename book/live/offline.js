// A page that has been run can be read and run again without a network. This stands at the site's root, and is
// registered once Python has run. What comes from the network goes before what is kept, so that nothing grows old.
const STORE = "lossgd-pages";
const KEPT_BY_PYTHON = /\/_static\/(python|live)-[^/]+\/[^/]+(?<!\.m?js|\.css)$/;

self.oninstall = () => self.skipWaiting();
self.onactivate = (event) => event.waitUntil(self.clients.claim());

// What the page has loaded before this was there.
self.onmessage = (event) => event.waitUntil(keep(event.data));

async function keep(urls) {
  const store = await caches.open(STORE);
  await Promise.allSettled(urls.map((url) => store.add(url)));
}

async function answer(request) {
  const store = await caches.open(STORE);
  try {
    const response = await fetch(request);
    if (response.status === 200) store.put(request, response.clone());
    return response;
  } catch (error) {
    const kept = await store.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
}

self.onfetch = (event) => {
  const { method, url } = event.request;
  const ours = method === "GET" && url.startsWith(self.location.origin);
  if (ours && !KEPT_BY_PYTHON.test(new URL(url).pathname)) event.respondWith(answer(event.request));
};
