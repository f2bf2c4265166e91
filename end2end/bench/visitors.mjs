// Many people with a cookie and an address each, which are all of this machine: what a server with its limits on sees of
// a busy hour.
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** How many visitors share an address, as they do in a school. */
const PER_ADDRESS = 10;
/** How many are made at once. */
const TOGETHER = 32;

/** Somebody with a browser. */
export class Visitor {
  #url;
  #agent;
  cookie = '';

  constructor(url, index) {
    const address = Math.floor(index / PER_ADDRESS) + 1;
    this.#url = url;
    this.#agent = new Agent({ keepAlive: true, localAddress: `127.1.${address >> 8}.${address & 255}` });
  }

  /** Asks for something and answers the status and the JSON that came. */
  async ask(method, path, body) {
    const response = await this.#send(method, path, body);
    let text = '';
    for await (const part of response.setEncoding('utf8')) text += part;
    return { status: response.statusCode, json: text ? JSON.parse(text) : undefined };
  }

  /** The same, where every answer but this one is a mistake. */
  async want(status, method, path, body) {
    const answer = await this.ask(method, path, body);
    if (answer.status !== status) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.json)}`);
    return answer.json;
  }

  /** Opens a stream of events; answers how to close it, when one of this name has come. */
  async listen(path, event) {
    const response = await this.#send('GET', path);
    if (response.statusCode !== 200) throw new Error(`${path}: ${response.statusCode}`);
    let heard = '';
    for await (const part of response.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
      heard += part;
      if (heard.includes(`event: ${event}\n`)) break;
    }
    response.resume();
    return () => response.destroy();
  }

  close() {
    this.#agent.destroy();
  }

  #send(method, path, body) {
    const headers = { cookie: this.cookie, 'sec-fetch-site': 'same-origin' };
    if (body !== undefined) headers['content-type'] = 'application/json';
    return new Promise((resolve, reject) => {
      const asked = request(new URL(path, this.#url), { method, headers, agent: this.#agent }, (response) => {
        const cookies = response.headers['set-cookie']?.map((cookie) => cookie.split(';')[0]);
        if (cookies) this.cookie = cookies.join('; ');
        resolve(response);
      });
      asked.once('error', reject);
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

/** Does something with each, a few at a time; answers what came of it, in their order. */
export async function each(list, work) {
  const results = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < list.length; index = next++) results[index] = await work(list[index], index);
  };
  await Promise.all(Array.from({ length: TOGETHER }, worker));
  return results;
}

/**
 * Begins something so often a second, whether what was begun before has ended or not, as people do. Answers how
 * many succeeded in a second, how long each of these took in milliseconds, and why others failed.
 */
export async function atRate(perSecond, seconds, begin) {
  const started = performance.now();
  const total = perSecond * seconds;
  const running = [];
  const [tookMs, failures] = [[], []];
  const timed = async (index) => {
    const begun = performance.now();
    await begin(index).then(
      () => tookMs.push(performance.now() - begun),
      (error) => failures.push(error.message),
    );
  };
  while (running.length < total) {
    const due = Math.min(total, Math.floor(((performance.now() - started) * perSecond) / 1_000));
    while (running.length < due) running.push(timed(running.length));
    await delay(1);
  }
  await Promise.all(running);
  return { perSecond: (tookMs.length * 1_000) / (performance.now() - started), tookMs, failures };
}
