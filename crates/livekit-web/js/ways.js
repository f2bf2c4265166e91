// Which ways media may take to the server, by what the browser itself has tried.

/** How often to look while a connection is being made, in milliseconds: what was tried is forgotten with it. */
const LOOK_MS = 500;

/** Watches the ways of a room that is connecting. */
export class Ways {
  #tried = new Set();
  #timer;

  constructor(room) {
    // A connection that is being given up has no statistics any more.
    this.#timer = setInterval(() => this.#look(room.engine?.pcManager).catch(() => undefined), LOOK_MS);
  }

  /** Looks no longer; answers the ways that were tried in vain, as text for those who run networks. */
  end() {
    clearInterval(this.#timer);
    return Array.from(this.#tried).sort().reverse().join(', '); // UDP before TCP
  }

  async #look(transports) {
    for (const transport of [transports?.publisher, transports?.subscriber]) {
      for (const relay of relays(transport)) this.#tried.add(relay);
      const report = await transport?.getStats();
      for (const { type, localCandidateId, remoteCandidateId } of report?.values() ?? []) {
        if (type !== 'candidate-pair') continue;
        const [local, remote] = [report.get(localCandidateId), report.get(remoteCandidateId)];
        if (local && remote) this.#tried.add(way(local, remote));
      }
    }
  }
}

/**
 * The relays that a connection has to try, whether Parlour has named them or LiveKit: of one that does not answer the browser
 * tells nothing. livekit-client keeps its connection to itself.
 */
function relays(transport) {
  const { iceServers = [] } = transport?._pc?.getConfiguration() ?? {};
  return iceServers.flatMap(({ urls }) => urls).filter((url) => url.startsWith('turn'));
}

/** A relay by its address, the server itself by protocol, address and port. */
function way(local, remote) {
  if (local.candidateType === 'relay') return local.url ?? 'turn';
  const address = remote.address?.includes(':') ? `[${remote.address}]` : remote.address;
  return `${remote.protocol.toUpperCase()} ${address}:${remote.port}`;
}
