export const id = 344;
export const ids = [344];
export const modules = {

/***/ 92515:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ listen),
/* harmony export */   V: () => (/* binding */ close)
/* harmony export */ });
/* harmony import */ var node_events__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(78474);

/** Starts a server on a free port of the loopback interface; returns the port. */
async function listen(server, signal) {
    server.listen(0, '127.0.0.1');
    await (0,node_events__WEBPACK_IMPORTED_MODULE_0__.once)(server, 'listening', { signal });
    const address = server.address();
    if (address === null || typeof address === 'string')
        throw new Error('The server has no port.');
    return address.port;
}
/** Closes a server and all its connections. */
async function close(server) {
    if (!server.listening)
        return;
    const closed = (0,node_events__WEBPACK_IMPORTED_MODULE_0__.once)(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
}


/***/ }),

/***/ 31344:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  startBroker: () => (/* binding */ startBroker)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __webpack_require__(37067);
// EXTERNAL MODULE: ./build/loopback.js
var loopback = __webpack_require__(92515);
// EXTERNAL MODULE: ./build/secrets/forms.js
var secrets_forms = __webpack_require__(21049);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(57075);
// EXTERNAL MODULE: external "node:stream/promises"
var promises_ = __webpack_require__(46466);
// EXTERNAL MODULE: external "node:util/types"
var types_ = __webpack_require__(73429);
// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __webpack_require__(38522);
// EXTERNAL MODULE: ./node_modules/undici/index.js
var undici = __webpack_require__(46752);
// EXTERNAL MODULE: ./build/text/text.js
var text_text = __webpack_require__(96424);
// EXTERNAL MODULE: ./node_modules/eventsource-parser/dist/parse.js + 1 modules
var parse = __webpack_require__(46085);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 9 modules
var schemas = __webpack_require__(27597);
;// CONCATENATED MODULE: ./build/providers/broker/reading.js



/** Reads server-sent events, or a body. */
function createReading(contentType) {
    return contentType.startsWith('text/event-stream') ? readEvents() : readBody();
}
/** In bytes. */
const longestEvent = 32 * 1024 * 1024;
const keepAlive = /^(?:ping|keepalive|keep-alive|heartbeat)$/;
const keepAliveData = /^\s*(?:\{\s*"type"\s*:\s*"(?:ping|keepalive)".{0,100})?$/s;
function readEvents() {
    const decoder = new TextDecoder();
    let usage = {};
    let [events, bytes] = [0, 0];
    const parser = (0,parse/* createParser */.C)({
        onEvent({ event, data }) {
            if (keepAlive.test(event ?? '') || keepAliveData.test(data))
                return;
            events += 1;
            usage = { ...usage, ...usageIn(data) };
        },
    });
    return {
        take(chunk) {
            const before = events;
            bytes += chunk.length;
            // The parser would keep a line that never ends: it is passed on unread.
            if (bytes > longestEvent)
                return true;
            parser.feed(decoder.decode(chunk, { stream: true }));
            if (events > before)
                bytes = 0;
            return events > before;
        },
        usage: () => usage,
    };
}
/** The usage of a longer body is not read. */
const longestBody = 1024 * 1024;
function readBody() {
    const decoder = new TextDecoder();
    let body = '';
    return {
        take(chunk) {
            const text = decoder.decode(chunk, { stream: true });
            if (body.length <= longestBody)
                body += text;
            return text.trim() !== '';
        },
        usage: () => (body.length > longestBody ? {} : usageIn(body)),
    };
}
const json = schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* unknown */.L5J()).catch({});
/** The usage in a JSON body or the data of an event. */
function usageIn(text) {
    // Most events have none, and are not parsed.
    if (!/"usage(?:Metadata)?"\s*:\s*\{/.test(text))
        return {};
    const body = json.parse((0,text_text/* parseJson */.qF)(text));
    const usages = [body, body.response, body.message, body.delta]
        .map((part) => json.parse(part))
        .map(({ usage, usageMetadata = usage }) => json.parse(usageMetadata));
    const usage = usages.find((one) => Object.keys(one).length > 0) ?? {};
    const counts = { ...usage, ...json.parse(usage.tokens) };
    const [inputTokens, outputTokens] = [sumFirst(counts, inputs), sumFirst(counts, outputs)];
    return {
        ...(inputTokens !== undefined && { inputTokens }),
        ...(outputTokens !== undefined && { outputTokens }),
    };
}
/** OpenAI's chat, OpenAI's responses or Anthropic or Cohere, Google, and the AI SDK. What stands in one list is added. */
const inputs = [
    ['prompt_tokens'],
    ['input_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'],
    ['promptTokenCount'],
    ['inputTokens'],
];
const outputs = [
    ['completion_tokens'],
    ['output_tokens'],
    ['candidatesTokenCount', 'thoughtsTokenCount'],
    ['outputTokens'],
];
/** The sum of the first list of names that has any number. */
function sumFirst(counts, lists) {
    return lists
        .map((names) => names.map((name) => counts[name]).filter((one) => typeof one === 'number'))
        .find((numbers) => numbers.length > 0)
        ?.reduce((sum, one) => sum + one);
}

;// CONCATENATED MODULE: ./build/providers/broker/redaction.js
const mask = Buffer.from('***');
/** A redaction of these values; of two that begin at the same place, the longer one. */
function createRedaction(values) {
    const needles = values
        .map((value) => Buffer.from(value))
        .sort((one, other) => other.length - one.length);
    let held = Buffer.alloc(0);
    const redact = (data, isLast) => {
        const findFrom = finderIn(data, needles);
        const openFrom = (from) => (isLast ? data.length : findOpen(data, from, needles));
        const pieces = [];
        let [from, open] = [0, openFrom(0)];
        let match = findFrom(0);
        while (match.start < open) {
            pieces.push(data.subarray(from, match.start), mask);
            from = match.end;
            if (open < from)
                open = openFrom(from);
            match = findFrom(from);
        }
        held = data.subarray(open);
        return Buffer.concat([...pieces, data.subarray(from, open)]);
    };
    return {
        take: (chunk) => redact(Buffer.concat([held, chunk]), false),
        end: () => redact(held, true),
    };
}
/**
 * Finds the first value at or after a place, infinitely far if there is none. The places must ascend: each value is
 * searched for once up to its next occurrence, so that the work grows only with the data.
 */
function finderIn(data, needles) {
    const starts = new Map(needles.map((needle) => [needle, -1]));
    return (from) => {
        const first = { start: Number.POSITIVE_INFINITY, end: Number.POSITIVE_INFINITY };
        for (const [needle, known] of starts) {
            const start = known < from ? indexOf(data, needle, from) : known;
            starts.set(needle, start);
            if (start < first.start)
                Object.assign(first, { start, end: start + needle.length });
        }
        return first;
    };
}
function indexOf(data, needle, from) {
    const index = data.indexOf(needle, from);
    return index === -1 ? Number.POSITIVE_INFINITY : index;
}
/** Where the data ends with the beginning of a value, which the next chunk may complete. */
function findOpen(data, from, needles) {
    const longest = needles[0]?.length ?? 0;
    for (let at = Math.max(from, data.length - longest + 1); at < data.length; at++) {
        const rest = data.length - at;
        const begins = (needle) => needle.length > rest && needle[0] === data[at] && data.compare(needle, 0, rest, at) === 0;
        if (needles.some(begins))
            return at;
    }
    return data.length;
}
/** Text without the values. */
function redactText(text, values) {
    const redaction = createRedaction(values);
    return Buffer.concat([redaction.take(Buffer.from(text)), redaction.end()]).toString();
}

// EXTERNAL MODULE: external "node:querystring"
var external_node_querystring_ = __webpack_require__(41792);
;// CONCATENATED MODULE: ./build/providers/broker/route.js

/** The slot at this place with exactly this text. A placeholder anywhere else stays one. */
function findSlot(slots, place) {
    return slots.find(({ part, name, text }) => part === place.part && name === place.name && text === place.text);
}
/** The query that the provider gets; undefined if the call does not take this one. `call` is undefined where calls are not known. */
function fillQuery(query, { call, slots }) {
    const filled = new URLSearchParams();
    for (const [name, text] of new URLSearchParams(query)) {
        const slot = findSlot(slots, { part: 'query', name, text });
        const isKnown = slot !== undefined || call === undefined || call.query.get(name)?.test(text);
        if (!isKnown || filled.has(name))
            return undefined;
        filled.append(name, slot?.value ?? text);
    }
    return filled;
}
/** Headers of one connection, which a proxy does not pass on (RFC 9110, section 7.6.1). */
const ofConnection = [
    ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection'],
    ...['te', 'trailer', 'transfer-encoding', 'upgrade'],
];
const ofRequest = [
    ...['host', 'accept-encoding', 'expect'],
    // Some servers take these to mean another request.
    ...['x-http-method', 'x-http-method-override', 'x-method-override', 'x-original-url'],
    ...['x-rewrite-url', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-prefix', 'forwarded'],
];
/** What opencode and the SDKs that it bundles send. */
const ofSdks = /^(?:accept|content-(?:length|type)|user-agent|originator|session-id|http-referer|x-title|x-source|x-billing-invoke-origin|x-cerebras-3rd-party-integration|(?:ai|anthropic|openai|x-opencode|x-parent-session|x-session)-.+)$/;
/** The headers that the provider gets. Its answer must be uncompressed, so that the broker can read it. */
function requestHeaders(headers, { base, calls, slots }) {
    const filled = credentialsIn(base);
    // Some headers make a gateway send the request, and the key, elsewhere.
    const isAllowed = (name) => calls === undefined ||
        ofSdks.test(name) ||
        slots.some((slot) => slot.part === 'header' && slot.name === name);
    for (const [name, text] of Object.entries(without(headers, ofRequest)))
        if (isAllowed(name))
            filled[name] =
                typeof text === 'string'
                    ? (findSlot(slots, { part: 'header', name, text })?.value ?? text)
                    : text;
    return { ...filled, 'accept-encoding': 'identity' };
}
/** User and password of a base URL, which are sent where opencode sends no key. */
function credentialsIn(base) {
    const { username, password } = new URL(base);
    if (username === '' && password === '')
        return {};
    const [user, secret] = [username, password].map((text) => external_node_querystring_.unescape(text));
    const credentials = Buffer.from(`${user}:${secret}`).toString('base64');
    return { authorization: `Basic ${credentials}` };
}
/** The headers that opencode gets. The length may have changed. */
function responseHeaders(headers, redact) {
    const kept = Object.entries(without(headers, ['content-length', 'content-encoding']));
    return Object.fromEntries(kept.map(([name, text]) => [name, Array.isArray(text) ? text.map(redact) : redact(text)]));
}
function without(headers, names) {
    const listed = String(headers.connection ?? '')
        .toLowerCase()
        .split(',');
    const left = new Set([...ofConnection, ...names, ...listed.map((name) => name.trim())]);
    const kept = {};
    for (const [name, value] of Object.entries(headers))
        if (value !== undefined && !left.has(name))
            kept[name] = value;
    return kept;
}

;// CONCATENATED MODULE: ./build/providers/broker/forward.js









/** Sends a request to its provider and streams the answer back. Never throws. */
async function forward(exchange) {
    const startedAt = Date.now();
    const left = new AbortController();
    exchange.response.once('close', () => left.abort());
    const traffic = new Traffic();
    const outcome = await stream(exchange, traffic, left.signal).then(() => ({}), (error) => report(error, exchange, left.signal));
    return {
        provider: exchange.route.provider,
        startedAt: new Date(startedAt).toISOString(),
        duration: (Date.now() - startedAt) / 1000,
        ...(traffic.status !== undefined && { status: traffic.status }),
        sentBytes: traffic.sentBytes,
        receivedBytes: traffic.receivedBytes,
        ...traffic.usage(),
        ...outcome,
    };
}
/** What has passed so far, which counts even if the exchange breaks off. */
class Traffic {
    sentBytes = 0;
    receivedBytes = 0;
    status;
    usage = () => ({});
}
async function stream(exchange, traffic, signal) {
    const { response, route, onProgress } = exchange;
    const { statusCode, headers, body } = await ask(exchange, traffic, signal);
    traffic.status = statusCode;
    if (statusCode >= 300 && statusCode < 400) {
        body.destroy();
        return refuseRedirect(exchange, statusCode, headers.location);
    }
    const decode = decodersOf(headers['content-encoding']);
    const reading = createReading(String(headers['content-type'] ?? ''));
    traffic.usage = reading.usage;
    const redactHeader = (text) => redactText(text, route.forbidden);
    response.writeHead(statusCode, responseHeaders(headers, redactHeader)).flushHeaders();
    const read = through((chunk) => {
        traffic.receivedBytes += chunk.length;
        if (reading.take(chunk) && statusCode < 300)
            onProgress();
        return chunk;
    });
    const redaction = createRedaction(route.forbidden);
    const redact = through(redaction.take, redaction.end);
    await (0,promises_.pipeline)([body, ...decode, read, redact, response], { signal });
}
async function ask(exchange, traffic, signal) {
    const { request, route, url, dispatcher } = exchange;
    request.on('data', (chunk) => {
        traffic.sentBytes += chunk.length;
    });
    return await (0,undici/* request */.Em)(url, {
        method: 'POST',
        headers: requestHeaders(request.headers, route),
        // A failure on the way to the provider must not close the connection on which it is reported.
        body: request.pipe(new external_node_stream_.PassThrough()),
        dispatcher,
        signal,
    });
}
/** A redirect is neither followed nor passed on: the key would go where the provider points to. */
function refuseRedirect({ response, url }, status, location) {
    const to = URL.parse(String(location ?? ''), url)?.origin ?? 'nowhere';
    const message = `The provider answered with a redirect (HTTP ${status}) to ${to}. The action does not send a key there. Set options.baseURL of the provider to its new address.`;
    sendError(response, { status: 421, message });
    throw new Error(`redirected to ${to}`);
}
/** Tells opencode what failed, unless the answer has begun. */
function report(error, { response, route, url }, signal) {
    if (signal.aborted)
        return { error: 'opencode left' };
    const text = redactText((0,text_text/* oneLine */.TN)(messageIn(error)), route.forbidden);
    // opencode retries after this status, as after a failed connection.
    const message = `Cannot connect to API (${new URL(url).host}): ${text}`;
    sendError(response, { status: 502, message });
    return { error: text };
}
/** The message of an error. A host with several addresses has an error for each: the first one says enough. */
function messageIn(error) {
    const errors = (0,types_.isNativeError)(error) && 'errors' in error ? error.errors : [error];
    const first = Array.isArray(errors) ? errors[0] : error;
    return (0,types_.isNativeError)(first) ? first.message : String(first);
}
function through(take, end) {
    return new external_node_stream_.Transform({
        transform(chunk, _, done) {
            done(null, take(chunk));
        },
        flush(done) {
            done(null, end?.());
        },
    });
}
/** Not every provider heeds `accept-encoding: identity`. */
function decodersOf(encoding = 'identity') {
    switch (String(encoding).toLowerCase()) {
        case 'gzip':
        case 'x-gzip':
        case 'deflate':
            return [(0,external_node_zlib_.createUnzip)()];
        case 'br':
            return [(0,external_node_zlib_.createBrotliDecompress)()];
        case 'identity':
        case '':
            return [];
        default:
            throw new Error(`The broker can't decode the encoding ${encoding}.`);
    }
}
/** Sends the error body of OpenAI, Anthropic and Google in one, so that every SDK finds the message. */
function sendError(response, { status, message }) {
    if (response.headersSent || response.destroyed)
        return;
    const error = { message, type: 'api_error', code: status, status: 'FAILED' };
    response
        .writeHead(status, { 'content-type': 'application/json', connection: 'close' })
        .end(JSON.stringify({ type: 'error', error, message }));
}

// EXTERNAL MODULE: ./build/providers/broker/target.js
var broker_target = __webpack_require__(27918);
// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(19473);
;// CONCATENATED MODULE: ./build/providers/broker/upstream.js


/** The connections to providers: through the runner's proxy if it has one, except to this machine. */
function openUpstream(env) {
    const noProxy = [env.no_proxy || env.NO_PROXY, 'localhost', '127.0.0.1', '::1'].filter(Boolean);
    try {
        return new undici/* EnvHttpProxyAgent */.J2({
            // Only connecting has a limit: the run decides how long an answer may take.
            connect: { timeout: 30_000 },
            headersTimeout: 0,
            bodyTimeout: 0,
            allowH2: false,
            httpProxy: env.http_proxy || env.HTTP_PROXY || '',
            httpsProxy: env.https_proxy || env.HTTPS_PROXY || '',
            noProxy: noProxy.join(','),
        });
    }
    catch (error) {
        throw badProxy(error);
    }
}
function badProxy(cause) {
    const message = 'HTTP_PROXY or HTTPS_PROXY is not a valid proxy address. Check the env of the step.';
    return new errors/* UserError */.y('config-invalid', message, { cause });
}

;// CONCATENATED MODULE: ./build/providers/broker/broker.js








/** A shorter value is not a key but a word, which an answer may contain. */
const shortestKey = 8;
/** Starts the broker on a free port; `onCall` gets each finished model call. */
async function startBroker({ env, onCall }, signal) {
    const routes = new Map();
    const dispatcher = openUpstream(env);
    const running = new Set();
    const progress = new Map();
    const server = external_node_http_.createServer((request, response) => {
        const destination = findDestination(request, routes);
        if ('status' in destination)
            return sendError(response, destination);
        const session = sessionOf(request);
        const onProgress = () => progress.set(session, Date.now());
        const call = forward({ ...destination, request, response, dispatcher, onProgress }).then(onCall);
        running.add(call);
        void call.finally(() => running.delete(call));
    });
    // The run decides how long a model may take.
    Object.assign(server, { requestTimeout: 0, keepAliveTimeout: 0 });
    for (const event of ['connect', 'upgrade'])
        server.on(event, (_, socket) => socket.end('HTTP/1.1 405 Method Not Allowed\r\n\r\n'));
    const port = await (0,loopback/* listen */.K)(server, signal);
    return {
        open(route) {
            const token = (0,external_node_crypto_.randomBytes)(24).toString('base64url');
            const keys = route.secrets.filter((key) => key.length >= shortestKey);
            routes.set(token, { ...route, forbidden: (0,secrets_forms/* writtenForms */.xb)(keys) });
            return `http://127.0.0.1:${port}/${token}/${encodeURIComponent(route.provider)}`;
        },
        lastProgress: (sessionIDs) => Math.max(...[anySession, ...sessionIDs].map((id) => progress.get(id) ?? 0)),
        async [Symbol.asyncDispose]() {
            await Promise.all([(0,loopback/* close */.V)(server), dispatcher.destroy(), ...running]);
        },
    };
}
/** What a call that names no session counts for. */
const anySession = '';
/** opencode names the session of a call in a header; a subagent's is its own. */
function sessionOf({ headers }) {
    return String(headers['x-session-id'] ?? headers['x-opencode-session'] ?? anySession);
}
function findDestination({ method, url = '', rawHeaders }, routes) {
    const target = (0,broker_target/* readTarget */._E)(url);
    if (!target)
        return { status: 400, message: 'The broker accepts only plain paths.' };
    const route = routes.get(target.token);
    if (route === undefined || encodeURIComponent(route.provider) !== target.provider)
        return { status: 404, message: 'The broker has no such route.' };
    if (method !== 'POST')
        return { status: 405, message: 'The broker accepts only model calls.' };
    if (hasDuplicates(rawHeaders))
        return { status: 400, message: 'The broker accepts each header only once.' };
    return findCall(target, route);
}
function findCall({ path, query }, route) {
    const call = route.calls?.find((one) => one.path.test(path));
    if (route.calls !== undefined && call === undefined)
        return { status: 403, message: `The broker accepts only model calls, not ${path}.` };
    const filled = fillQuery(query, { call, slots: route.slots });
    if (filled === undefined)
        return { status: 403, message: `The broker does not accept this query of ${path}.` };
    return { route, url: (0,broker_target/* addressBelow */.CY)(route.base, { path, query: filled }) };
}
/** Servers differ in which one of two headers they take. */
function hasDuplicates(rawHeaders) {
    const names = rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
    return new Set(names).size < names.length;
}


/***/ })

};
