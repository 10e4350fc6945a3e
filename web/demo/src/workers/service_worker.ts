// Keeps the page for use without a network. The build writes the list of files and a version made of their content.
// A version is stored whole before it serves, and an old one goes on until its last page is closed or its visitor asks
// for the new one: pages never see a mixture of two.

declare const kVersion: string;
declare const kShell: string[]; // stored on the first visit
declare const self: ServiceWorkerGlobalScope;

const kPrefix = `deepfilter-demo ${self.registration.scope} `;
const kCache = kPrefix + kVersion;

self.addEventListener('install', (event) => {
  event.waitUntil(store());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

self.addEventListener('message', (event) => {
  if (event.data === 'take over') void self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const inScope = request.url.startsWith(self.registration.scope);
  if (request.method === 'GET' && inScope) event.respondWith(answer(request));
});

async function store(): Promise<void> {
  const cache = await caches.open(kCache);
  // "no-cache" asks the server whether what the browser has is still right: no byte twice, and none out of date.
  await cache.addAll(kShell.map((path) => new Request(path, { cache: 'no-cache' })));
}

/** Caches of older versions of this page; other pages of the same origin keep theirs. */
async function forgetOthers(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(kPrefix) && name !== kCache).map((name) => caches.delete(name)),
  );
}

async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(kCache);
  const url = new URL(request.url);
  url.search = '';
  url.hash = '';
  const kept = await cache.match(url.href);
  if (kept) return kept;
  const response = await fetch(request);
  // The larger models are stored when they are first wanted.
  if (response.status === 200) await cache.put(url.href, response.clone());
  return response;
}
