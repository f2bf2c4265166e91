// What nobody caught is told to Parlour: what it was and where, never what was said (a message may quote anything).

import { note } from './journal.js';

/** A page that fails in a loop says so only so often. */
const MOST_REPORTS = 5;
const MOST_FRAMES = 10;
let reports = 0;

function report(kind, error) {
  note(kind, error?.name);
  reports += 1;
  if (reports > MOST_REPORTS) return;
  const body = JSON.stringify({ kind, name: String(error?.name ?? typeof error), frames: frames(error?.stack) });
  const headers = { 'content-type': 'application/json' };
  // Also from a page that is about to go. A report that does not arrive is not worth another failure.
  fetch('/api/client-errors', { method: 'POST', headers, body, keepalive: true }).catch(() => {});
}

/** The places in our own files that a stack names. Messages and addresses of pages, which are keys, stay here. */
const frames = (stack) =>
  Array.from(String(stack ?? '').matchAll(/\/pkg\/([\w.-]+\.(?:js|wasm)[\w:[\]-]*)/g), ([, place]) => place).slice(0, MOST_FRAMES);

/**
 * Whether an error has stopped the application, or has gone through it, for all that its stack tells: what that was about to do
 * is never done then, and what it held is held for ever.
 */
const hasStopped = (error) => error instanceof WebAssembly.RuntimeError || /wasm-function/.test(error.stack);

/** The application itself is gone, or a part of it; livekit-client is not, so the call goes on as it was. */
function stopped() {
  if (document.getElementById('stopped')) return;
  const notice = document.createElement('div');
  notice.id = 'stopped';
  notice.className = 'stopped';
  notice.setAttribute('role', 'alert');
  const sentence = document.createElement('p');
  sentence.textContent =
    'This page has stopped working. In a call you are still heard and seen, but buttons may not answer. Reload and join again.';
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'button primary';
  button.textContent = 'Reload';
  button.addEventListener('click', () => location.reload());
  notice.append(sentence, button);
  document.body.append(notice);
}

addEventListener('error', ({ error }) => {
  if (!error) return;
  report('error', error);
  if (hasStopped(error)) stopped();
});
addEventListener('unhandledrejection', ({ reason }) => {
  report('rejection', reason);
  // A promise that is rejected may have been made by the application, and has not gone through it.
  if (reason instanceof WebAssembly.RuntimeError) stopped();
});
