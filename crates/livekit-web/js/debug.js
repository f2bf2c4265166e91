// The page's debug panel (`?debug`), fetched only when it is asked for: what the call does, live, and as a file for a bug
// report. Nothing in it is a secret: no names, no messages, no tokens, and not the meeting's link.

const EVERY_MS = 2_000;
const MOST_LINES = 200;

/** Opens the panel. `stats` answers what flows on every track, or nothing while there is no call. */
export function show(journal, stats) {
  const panel = element('aside', { className: 'debug', ariaLabel: 'Debug' });
  const state = element('p');
  const tracks = element('ul', { ariaLabel: 'Tracks' });
  const log = element('ol', { ariaLabel: 'Events', tabIndex: 0 });
  const download = element('button', { type: 'button', className: 'button', textContent: 'Download report' });
  const close = element('button', { type: 'button', className: 'button', textContent: 'Close' });
  const actions = element('div', { className: 'debug-actions' });
  actions.append(download, close);
  panel.append(element('h2', { textContent: 'Debug' }), actions, state, tracks, log);

  const line = ({ at, kind, detail }) => {
    const entry = element('li', { textContent: `${new Date(at).toISOString().slice(11, 23)} ${kind} ${detail}` });
    log.prepend(entry);
    if (log.childElementCount > MOST_LINES) log.lastElementChild.remove();
  };
  journal.entries().forEach(line);
  const stopFollowing = journal.follow(line);

  let before = new Map();
  const look = async () => {
    const now = (await stats()) ?? [];
    state.textContent = sentence();
    tracks.replaceChildren(
      ...now.map((track) => element('li', { textContent: trackLine(track, before.get(track.sid)) })),
    );
    before = new Map(now.map((track) => [track.sid, track]));
  };
  const timer = setInterval(look, EVERY_MS);
  void look();

  download.addEventListener('click', async () => save(report(journal, (await stats()) ?? [])));
  close.addEventListener('click', () => {
    clearInterval(timer);
    stopFollowing();
    panel.remove();
  });
  document.body.append(panel);
}

const element = (tag, properties = {}) => Object.assign(document.createElement(tag), properties);

const connection = () => document.querySelector('main[data-connection]')?.dataset.connection ?? 'none';
const profile = () => ({ ...document.documentElement.dataset });

function sentence() {
  const { profile: name, logLevel, resumeMs, captureHeight, simulcast } = document.documentElement.dataset;
  return (
    `connection: ${connection()} · profile: ${name} (log ${logLevel}, resume ${resumeMs} ms, ` +
    `camera ${captureHeight} px, simulcast ${simulcast})`
  );
}

function trackLine({ sid, source, local, packets, bytes, height, lost, at }, before) {
  const seconds = before ? (at - before.at) / 1_000 : 0;
  const rate = seconds > 0 ? `${Math.round(((bytes - before.bytes) * 8) / 1_000 / seconds)} kbit/s` : '';
  const size = height ? ` ${height} px` : '';
  return `${local ? 'out' : 'in'} ${source} ${sid}${size} ${rate} ${packets} packets, ${lost} lost`;
}

const report = (journal, stats) => ({
  at: new Date().toISOString(),
  userAgent: navigator.userAgent,
  online: navigator.onLine,
  visible: document.visibilityState,
  connection: connection(),
  profile: profile(),
  tracks: stats,
  events: journal.entries(),
});

function save(content) {
  const file = new Blob([JSON.stringify(content, undefined, 2)], { type: 'application/json' });
  const link = element('a', { href: URL.createObjectURL(file), download: 'parlour-report.json' });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href));
}
