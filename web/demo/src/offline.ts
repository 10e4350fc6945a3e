// Registers the service worker that keeps the page for use without a network, says when it has it all, and offers a
// newer version when there is one: until then the stored version goes on.

import { button, part, say } from './dom.js';

export function keepOffline(): void {
  if (!('serviceWorker' in navigator)) return;
  navigator.serviceWorker.register('./service_worker.js').then(watch, () => {
    // A private window may forbid it; the page works, online only.
  });
}

function watch(registration: ServiceWorkerRegistration): void {
  void navigator.serviceWorker.ready.then(() =>
    say(part('offline'), 'The page itself is now kept in this browser and works offline, too.'),
  );
  // Without a controller this is the first visit, and nothing is older.
  const offer = (): void => {
    if (registration.waiting && navigator.serviceWorker.controller) {
      button('update').hidden = false;
    }
  };
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', offer));
  offer();
  button('update').addEventListener('click', () => {
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
    registration.waiting?.postMessage('take over');
  });
}
