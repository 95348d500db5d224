// The story of story.py, told by an integrator whose product runs on Node: node:crypto, fetch, and
// node:http for the one thing that fetch forbids (a body on GET). No packages.
//
//     node story.mjs sandbox.json        (or the line of --json on standard input)

import { createHmac, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const APPLICANTS = "/resources/applicants";
const LEVELS = `${APPLICANTS}/-/levels`;
const MINT = "/resources/accessTokens/shareToken";
const LEGACY = "/resources/accessTokens/-/shareToken";
const REUSE = "/resources/api/reusableIdentity/reuse";
const COPY = `${APPLICANTS}/-/import`;
const PATIENCE_MS = 30_000;
const PHOTO = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

class Reply {
  constructor(status, header, body) {
    this.status = status;
    this.header = header;
    this.body = body;
  }

  get json() {
    return JSON.parse(this.body);
  }

  /** What an error body says, with null for what it leaves out. */
  get refusal() {
    const { code = null, errorCode = null, errorName = null } = this.json;
    return { code, errorCode, errorName };
  }

  /** Status and verdict of an applicant object, or of a review object. */
  get review() {
    const review = this.json.review ?? this.json;
    return { review: review.reviewStatus, answer: review.reviewResult?.reviewAnswer ?? null };
  }

  /** What was read from a document, or else what the donor supplied. */
  get firstName() {
    return this.json.info?.firstName ?? this.json.fixedInfo?.firstName ?? null;
  }
}

/** Speaks as one workspace; `slow` is by how many seconds its clock lags behind. */
class Client {
  #url;
  #token;
  #secret;

  constructor(url, token, secret, slow = 0) {
    this.#url = url;
    this.#token = token;
    this.#secret = secret;
    this.slow = slow;
  }

  #signed(method, target, body, headers) {
    const stamp = String(Math.floor(Date.now() / 1000 - this.slow));
    const signature = createHmac("sha256", this.#secret)
      .update(stamp + method + target)
      .update(body)
      .digest("hex");
    return {
      "X-App-Token": this.#token,
      "X-App-Access-Ts": stamp,
      "X-App-Access-Sig": signature,
      "Content-Type": "application/json",
      ...headers,
    };
  }

  /** One signed request, whatever comes of it. */
  async once(method, target, body = Buffer.alloc(0), headers = {}) {
    const signed = this.#signed(method, target, body, headers);
    if (method === "GET" && body.length) return this.#getWithBody(target, body, signed);
    const answer = await fetch(this.#url + target, {
      method,
      headers: signed,
      body: method === "GET" ? undefined : body,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return new Reply(answer.status, (name) => answer.headers.get(name) ?? "", await answer.text());
  }

  #getWithBody(target, body, headers) {
    const { hostname, port } = new URL(this.#url);
    const options = { hostname, port, path: target, method: "GET", timeout: PATIENCE_MS };
    options.headers = { ...headers, "Content-Length": body.length };
    return new Promise((resolve, reject) => {
      const sent = request(options, (answer) => {
        const chunks = [];
        const header = (name) => answer.headers[name.toLowerCase()] ?? "";
        answer.on("data", (chunk) => chunks.push(chunk));
        answer.on("end", () =>
          resolve(new Reply(answer.statusCode, header, Buffer.concat(chunks).toString())),
        );
      });
      sent.on("error", reject);
      sent.end(body);
    });
  }

  /** As patient as the rate limit wants; each attempt is signed afresh. */
  async call(method, target, body, headers) {
    for (;;) {
      const reply = await this.once(method, target, body, headers);
      if (reply.status !== 429) return reply;
      await sleep(1000 * Number(reply.header("Retry-After")));
    }
  }

  get(target) {
    return this.call("GET", target);
  }

  post(target, value) {
    const body = value === undefined ? undefined : Buffer.from(JSON.stringify(value));
    return this.call("POST", target, body);
  }

  /** A document's image, as a form of two parts; the whole raw body is signed. */
  upload(applicantId, idDocType) {
    const boundary = randomBytes(12).toString("hex");
    const head = (name, kind) =>
      `--${boundary}\r\nContent-Disposition: form-data; ${name}\r\nContent-Type: ${kind}\r\n\r\n`;
    const metadata = { idDocType, country: "FRA" };
    const body = Buffer.concat([
      Buffer.from(head('name="metadata"', "application/json") + JSON.stringify(metadata)),
      Buffer.from(`\r\n${head('name="content"; filename="photo.png"', "image/png")}`),
      PHOTO,
      Buffer.from(idDocType), // trailing bytes, which make another picture of it
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]);
    const headers = { "Content-Type": `multipart/form-data; boundary=${boundary}` };
    return this.call("POST", `${APPLICANTS}/${applicantId}/info/idDoc`, body, headers);
  }
}

const tell = (step, reply, facts = {}) =>
  process.stdout.write(`${JSON.stringify({ step, status: reply.status, ...facts })}\n`);

/** Ask until the answer will do; gives the last one up as it is. */
async function until(check, good, restMs = 100) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const reply = await check();
    if (good(reply) || Date.now() > deadline) return reply;
    await sleep(restMs);
  }
}

const lookUp = (client, externalId) =>
  client.get(`${APPLICANTS}/-/byExternalUserId/${encodeURIComponent(externalId)}`);

async function tellSteps(name, client, applicantId) {
  const reply = await client.get(`${APPLICANTS}/${applicantId}/requiredIdDocsStatus`);
  const kinds = Object.entries(reply.json).map(([step, found]) => [step, found?.idDocType ?? null]);
  tell(name, reply, { kinds: Object.fromEntries(kinds) });
}

const { url, workspaces } = JSON.parse(readFileSync(process.argv[2] ?? 0, "utf8").split("\n")[0]);
const workspace = (name) => workspaces.find((one) => one.name === name);
const recipientKeys = [workspace("recipient").app_token, workspace("recipient").secret_key];
const recipientId = workspace("recipient").client_id;
const donor = new Client(url, workspace("donor").app_token, workspace("donor").secret_key);
const recipient = new Client(url, ...recipientKeys);
const externalId = `story js/ü+${randomBytes(6).toString("hex")}`;
const customerId = `customer ${randomBytes(6).toString("hex")}`;

async function begin() {
  tell("api status", await new Client(url, "", "").get("/resources/status/api"));
  for (const [name, client] of Object.entries({ donor, recipient })) {
    const reply = await client.get(LEVELS);
    const { items, totalItems: total } = reply.json;
    tell(`levels of the ${name}`, reply, { names: items.map((item) => item.name), total });
  }
  tell("read with a body", await donor.call("GET", LEVELS, Buffer.from("{}")));
}

async function makeAnApplicant() {
  const fixedInfo = { firstName: "Zoë", lastName: "Łukasik", dob: "1990-04-12", country: "FRA" };
  const target = `${APPLICANTS}?levelName=id-only`;
  const reply = await donor.post(target, { externalUserId: externalId, fixedInfo });
  const { id, externalUserId } = reply.json;
  tell("create", reply, { same_external_id: externalUserId === externalId, ...reply.review });
  const again = await donor.post(target, { externalUserId: externalId, fixedInfo });
  tell("create again", again, { says_id: again.json.description.endsWith(`already exists: ${id}`) });
  return id;
}

async function haveItApproved(id) {
  for (const idDocType of ["PASSPORT", "SELFIE"]) {
    const reply = await donor.upload(id, idDocType);
    const image = /^\d+$/.test(reply.header("X-Image-Id"));
    tell(`upload ${idDocType}`, reply, { image_id: image, document: reply.json.idDocType ?? null });
  }
  const again = await donor.upload(id, "SELFIE");
  tell("upload SELFIE again", again, again.refusal);
  tell("pending", await donor.post(`${APPLICANTS}/${id}/status/pending`));
  const reply = await donor.get(`${APPLICANTS}/${id}/status`);
  tell("status", reply, reply.review);
  const verdict = { reviewAnswer: "GREEN" };
  tell("complete", await donor.post(`${APPLICANTS}/${id}/status/testCompleted`, verdict));
}

async function readIt(id) {
  const quoted = encodeURIComponent(externalId);
  const places = {
    id,
    "external id": `-;externalUserId=${quoted}`,
    "encoded external id": `-%3BexternalUserId%3D${quoted}`,
  };
  for (const [name, place] of Object.entries(places)) {
    const reply = await donor.get(`${APPLICANTS}/${place}/one`);
    tell(`read by ${name}`, reply, { same: reply.json.id === id, ...reply.review });
  }
  const found = await lookUp(donor, externalId);
  tell("look up", found, { exists: found.json.exists, same: found.json.applicant.id === id });
  const nobody = await lookUp(donor, `${externalId}x`);
  tell("look up somebody unknown", nobody, { exists: nobody.json.exists });
  await tellSteps("steps", donor, id);
  const foreign = await recipient.get(`${APPLICANTS}/${id}/status`);
  tell("read somebody else's", foreign, foreign.refusal);
}

const minted = (id, ttlInSecs = 600) =>
  donor.post(MINT, { applicantId: id, forClientId: recipientId, ttlInSecs });

async function mint(id) {
  const replies = {
    mint: await minted(id),
    "mint, seconds as text": await minted(id, "600"),
    "mint by query": await donor.call(
      "POST",
      `${LEGACY}?applicantId=${id}&forClientId=${recipientId}`,
      undefined,
      { "Content-Encoding": "utf-8" },
    ),
  };
  let token;
  for (const [name, reply] of Object.entries(replies)) {
    token = reply.json.token;
    const fits = token.length > 20 && token.length <= 1024;
    tell(name, reply, { for_recipient: reply.json.forClientId === recipientId, fits });
  }
  const reply = await donor.post(MINT, { applicantId: "0".repeat(24), forClientId: "nobody_1" });
  tell("mint for nobody", reply, reply.refusal);
  return token;
}

const reuseQuery = (token) =>
  `shareToken=${encodeURIComponent(token)}&userId=${encodeURIComponent(customerId)}&levelName=id-relaxed`;

async function preview(token) {
  for (const method of ["GET", "POST"]) {
    const reply = await recipient.call(method, `${REUSE}/preview?${reuseQuery(token)}`);
    const kept = (await lookUp(recipient, customerId)).json.exists;
    tell(`preview by ${method}`, reply, { first_name: reply.firstName, kept });
  }
}

async function reuse(id, token) {
  const reply = await recipient.post(`${REUSE}?${reuseQuery(token)}&sourceKey=&x=1&x=2`);
  const shared = reply.json;
  tell("reuse", reply, {
    new_id: shared.id !== id,
    first_name: reply.firstName,
    same_external_id: shared.externalUserId === customerId,
    ...reply.review,
  });
  const verdict = await until(
    () => recipient.get(`${APPLICANTS}/${shared.id}/one`),
    (read) => read.review.answer !== null,
  );
  tell("verdict", verdict, verdict.review);
  await tellSteps("steps of the reuse", recipient, shared.id);
  const again = await recipient.post(`${REUSE}?${reuseQuery(token)}`);
  tell("reuse again", again, again.refusal);
}

async function copy(id) {
  const alone = `shareToken=${encodeURIComponent((await minted(id)).json.token)}`;
  for (const method of ["GET", "POST"]) {
    const reply = await recipient.call(method, `${COPY}/preview?${alone}`);
    const marked = reply.json.externalUserId.startsWith("preview-random-");
    tell(`preview of the copy by ${method}`, reply, { marked, ...reply.review });
  }
  const query = `${alone}&levelName=id-and-poa&userId=&resetIdDocSetTypes=`;
  const reply = await recipient.post(`${COPY}?${query}`);
  const marked = reply.json.externalUserId.startsWith("copy-");
  tell("copy", reply, { marked, ...reply.review });
  await tellSteps("steps of the copy", recipient, reply.json.id);
  const again = await recipient.post(`${COPY}?${alone}`);
  tell("copy again", again, again.refusal);
}

async function meetBadTokens(id) {
  const unknown = await recipient.post(`${REUSE}?${reuseQuery("_act-never-heard-of")}`);
  tell("reuse an unknown token", unknown, unknown.refusal);
  const short = `${REUSE}/preview?${reuseQuery((await minted(id, 1)).json.token)}`;
  const dead = await until(() => recipient.get(short), (reply) => reply.status !== 200);
  const saysWhen = dead.json.description.includes("is invalid now: created at");
  tell("preview an expired token", dead, { says_when: saysWhen, ...dead.refusal });
  const reply = await donor.post(`${REUSE}?${reuseQuery((await minted(id)).json.token)}`);
  tell("reuse a token for another", reply, reply.refusal);
}

async function meetBadCredentials() {
  const [token, secret] = recipientKeys;
  const wrong = {
    "wrong secret": new Client(url, token, "x".repeat(32)),
    "unknown token": new Client(url, `sbx:${"A".repeat(24)}.${"B".repeat(32)}`, secret),
    "no token": new Client(url, "", secret),
  };
  for (const [name, client] of Object.entries(wrong)) {
    const reply = await client.get(LEVELS);
    tell(name, reply, reply.refusal);
  }
  const late = new Client(url, token, secret, 3600);
  const reply = await late.get(LEVELS);
  const skew = Date.parse(reply.header("Date")) / 1000 - (Date.now() / 1000 - late.slow);
  tell("stale clock", reply, { an_hour_slow: Math.abs(skew - 3600) < 30, ...reply.refusal });
  late.slow -= skew;
  tell("corrected clock", await late.get(LEVELS));
}

/** Read as fast as we can until we are told to wait, then wait as long as we are told. */
async function meetTheLimit() {
  const reply = await until(() => recipient.once("GET", LEVELS), (read) => read.status === 429, 0);
  const seconds = reply.header("Retry-After");
  tell("too fast", reply, { seconds: /^\d+$/.test(seconds), code: reply.json.code ?? null });
  await sleep(1000 * Number(seconds));
  tell("after the wait", await recipient.once("GET", LEVELS));
}

await begin();
const applicantId = await makeAnApplicant();
await haveItApproved(applicantId);
await readIt(applicantId);
const shareToken = await mint(applicantId);
await preview(shareToken);
await reuse(applicantId, shareToken);
await copy(applicantId);
await meetBadTokens(applicantId);
await meetBadCredentials();
await meetTheLimit();
