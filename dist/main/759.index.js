export const id = 759;
export const ids = [759];
export const modules = {

/***/ 94759:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  startBroker: () => (/* binding */ startBroker)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: external "node:events"
var external_node_events_ = __webpack_require__(78474);
// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __webpack_require__(37067);
// EXTERNAL MODULE: external "node:querystring"
var external_node_querystring_ = __webpack_require__(41792);
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
// EXTERNAL MODULE: ./build/text.js
var build_text = __webpack_require__(50977);
;// CONCATENATED MODULE: ./build/providers/broker/route.js
/** What the provider gets in a place: a placeholder that stands anywhere else, or in other words, stays one. */
function fillSlot(slots, found) {
    const slot = slots.find(({ part, name, text }) => part === found.part && name === found.name && text === found.text);
    return slot?.value ?? found.text;
}
/** The query as the provider gets it; undefined if the call has no such one. */
function fillQuery({ target, call, slots }) {
    const given = [...new URLSearchParams(target.query)];
    const isPlaced = (name, text) => slots.some((slot) => slot.part === 'query' && slot.name === name && slot.text === text);
    const isKnown = ([name, text]) => isPlaced(name, text) ||
        (Object.hasOwn(call?.query ?? {}, name) && call?.query[name]?.test(text));
    if (new Set(given.map(([name]) => name)).size < given.length)
        return undefined;
    if (call !== undefined && !given.every(isKnown))
        return undefined;
    const filled = new URLSearchParams();
    for (const [name, text] of given)
        filled.append(name, fillSlot(slots, { part: 'query', name, text }));
    return filled;
}

;// CONCATENATED MODULE: ./build/providers/broker/headers.js

/** Headers of one connection, which a proxy does not pass on (RFC 9110, section 7.6.1). */
const ofConnection = [
    'connection',
    'keep-alive',
    'proxy-authenticate',
    'proxy-authorization',
    'proxy-connection',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
];
const ofRequest = [
    ...['host', 'accept-encoding', 'expect'],
    // With these some servers take a request for another one.
    ...['x-http-method', 'x-http-method-override', 'x-method-override', 'x-original-url'],
    ...['x-rewrite-url', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-prefix', 'forwarded'],
];
/** What opencode and the SDKs that it brings along send. */
const ofSdks = /^(?:accept|content-(?:length|type)|user-agent|originator|session-id|http-referer|x-title|x-source|x-billing-invoke-origin|x-cerebras-3rd-party-integration|(?:ai|anthropic|openai|x-opencode|x-parent-session|x-session)-.+)$/;
/** The headers of a request as the provider gets them; its answer is to come uncompressed, so that it can be read. */
function requestHeaders(headers, { calls, slots }) {
    const placed = new Set(slots.filter(({ part }) => part === 'header').map(({ name }) => name));
    // A header can make a gateway send the request, and the key, elsewhere.
    const isTaken = (name) => calls === undefined || placed.has(name) || ofSdks.test(name);
    const filled = Object.entries(without(headers, ofRequest))
        .filter(([name]) => isTaken(name))
        .map(([name, text]) => [
        name,
        Array.isArray(text) ? text : fillSlot(slots, { part: 'header', name, text }),
    ]);
    return { ...Object.fromEntries(filled), 'accept-encoding': 'identity' };
}
/** The headers of an answer as opencode gets them; its length may be another one by now. */
function responseHeaders(headers, redact) {
    const kept = without(headers, ['content-length', 'content-encoding']);
    const redacted = Object.entries(kept).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.map(redact) : redact(value),
    ]);
    return Object.fromEntries(redacted);
}
function without(headers, names) {
    const named = [headers.connection]
        .flat()
        .flatMap((value) => value?.toLowerCase().split(',') ?? []);
    const left = new Set([...ofConnection, ...names, ...named.map((name) => name.trim())]);
    const kept = {};
    for (const [name, value] of Object.entries(headers))
        if (value !== undefined && !left.has(name))
            kept[name] = value;
    return kept;
}

// EXTERNAL MODULE: ./node_modules/eventsource-parser/dist/parse.js + 1 modules
var parse = __webpack_require__(46085);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 9 modules
var schemas = __webpack_require__(27597);
;// CONCATENATED MODULE: ./build/providers/broker/token-usage.js


const count = schemas/* number */.aig().optional().catch(undefined);
/** OpenAI's chat and responses, Anthropic's, Google's, Cohere's and the AI SDK's own names, in this order. */
const counts = schemas/* object */.Ikc({
    prompt_tokens: count,
    completion_tokens: count,
    input_tokens: count,
    output_tokens: count,
    cache_read_input_tokens: count,
    cache_creation_input_tokens: count,
    promptTokenCount: count,
    candidatesTokenCount: count,
    thoughtsTokenCount: count,
    tokens: schemas/* object */.Ikc({ input_tokens: count, output_tokens: count }).optional().catch(undefined),
    inputTokens: count,
    outputTokens: count,
});
const holder = schemas/* object */.Ikc({
    usage: counts.optional().catch(undefined),
    usageMetadata: counts.optional().catch(undefined),
});
const inner = holder.optional().catch(undefined);
const body = holder.extend({ response: inner, message: inner, delta: inner });
/** The usage that a JSON body or the data of an event tells; undefined if it tells none. */
function usageIn(text) {
    // Most events have none: they are not parsed.
    if (!/"usage(?:Metadata)?"\s*:\s*\{/.test(text))
        return undefined;
    const parsed = body.safeParse((0,build_text/* parseJson */.qF)(text));
    if (!parsed.success)
        return undefined;
    const { response, message, delta, ...own } = parsed.data;
    const found = [own, response, message, delta]
        .flatMap((one) => [one?.usage, one?.usageMetadata])
        .find((one) => one !== undefined);
    return found && tokensOf(found);
}
function tokensOf(found) {
    const { input_tokens: fresh, cache_read_input_tokens, cache_creation_input_tokens } = found;
    const { candidatesTokenCount: shown, thoughtsTokenCount } = found;
    const input = found.prompt_tokens ??
        sum(fresh, cache_read_input_tokens, cache_creation_input_tokens) ??
        found.promptTokenCount ??
        found.tokens?.input_tokens ??
        found.inputTokens;
    const output = found.completion_tokens ??
        found.output_tokens ??
        sum(shown, thoughtsTokenCount) ??
        found.tokens?.output_tokens ??
        found.outputTokens;
    return {
        ...(input !== undefined && { inputTokens: input }),
        ...(output !== undefined && { outputTokens: output }),
    };
}
function sum(first, ...more) {
    return first === undefined
        ? undefined
        : more.reduce((all, one) => all + (one ?? 0), first);
}

;// CONCATENATED MODULE: ./build/providers/broker/reading.js


/** Reads server-sent events, or a body. */
function createReading(contentType) {
    return contentType.startsWith('text/event-stream') ? readEvents() : readBody();
}
/** Of an event, in bytes. */
const longestEvent = 32 * 1024 * 1024;
const keepAlive = /^(?:ping|keepalive|keep-alive|heartbeat)$/;
const keepAliveData = /^\s*(?:\{\s*"type"\s*:\s*"(?:ping|keepalive)".{0,100})?$/s;
function readEvents() {
    const decoder = new TextDecoder();
    let usage = {};
    let events = 0;
    let since = 0;
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
            since += chunk.length;
            // A line without an end would be kept: what it says is passed on, and not read.
            if (since > longestEvent)
                return true;
            parser.feed(decoder.decode(chunk, { stream: true }));
            if (events > before)
                since = 0;
            return events > before;
        },
        usage: () => usage,
    };
}
/** A longer body is not looked through for its usage. */
const longest = 1024 * 1024;
function readBody() {
    const decoder = new TextDecoder();
    let body = '';
    return {
        take(chunk) {
            const text = decoder.decode(chunk, { stream: true });
            if (body.length <= longest)
                body += text;
            return text.trim() !== '';
        },
        usage: () => (body.length > longest ? {} : (usageIn(body) ?? {})),
    };
}

;// CONCATENATED MODULE: ./build/providers/broker/redaction.js
const mark = Buffer.from('***');
/** A redaction of these values; of two that begin at the same place the longer one. */
function createRedaction(values) {
    const needles = values.map((value) => Buffer.from(value)).sort((a, b) => b.length - a.length);
    let held = Buffer.alloc(0);
    const redact = (data, isLast) => {
        const { clean, rest } = sweep(data, { needles, isLast });
        held = rest;
        return clean;
    };
    return {
        take: (chunk) => redact(held.length > 0 ? Buffer.concat([held, chunk]) : asBuffer(chunk), false),
        end: () => redact(held, true),
    };
}
/** The data without the values, and the rest that can't be decided on yet. */
function sweep(data, search) {
    const pieces = [];
    const next = finderIn(data, search);
    let from = 0;
    let found = next(from);
    while (found.end !== undefined) {
        pieces.push(data.subarray(from, found.start), mark);
        from = found.end;
        found = next(from);
    }
    const last = data.subarray(from, found.start);
    const clean = pieces.length > 0 ? Buffer.concat([...pieces, last]) : last;
    return { clean, rest: data.subarray(found.start) };
}
/**
 * Finds the next value from a place on, or where what can't be decided on begins. The places must ascend: what was seen
 * is not looked at again, so that the work grows with the data, however many values it holds.
 */
function finderIn(data, { needles, isLast }) {
    const starts = needles.map(() => -1);
    let open = -1;
    return (from) => {
        if (open < from)
            open = isLast ? data.length : openFrom(data, from, needles);
        let found = { start: open };
        needles.forEach((needle, at) => {
            const start = nextStart(starts[at] ?? -1, from, { data, needle });
            starts[at] = start;
            if (start < found.start)
                found = { start, end: start + needle.length };
        });
        return found;
    };
}
/** Where a value stands at or after `from`, given where it was seen last; infinite for nowhere. */
function nextStart(last, from, { data, needle }) {
    if (last >= from)
        return last;
    const start = data.indexOf(needle, from);
    return start === -1 ? Number.POSITIVE_INFINITY : start;
}
/** Text with the values taken out. */
function redactText(text, values) {
    const redaction = createRedaction(values);
    return Buffer.concat([redaction.take(Buffer.from(text)), redaction.end()]).toString();
}
function asBuffer(chunk) {
    return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
/** Where the data ends in the beginning of a value, which the next piece may complete. */
function openFrom(data, from, needles) {
    const longest = needles[0]?.length ?? 0;
    for (let at = Math.max(from, data.length - longest + 1); at < data.length; at++) {
        const rest = data.length - at;
        const begins = (needle) => needle.length > rest && needle[0] === data[at] && data.compare(needle, 0, rest, at) === 0;
        if (needles.some(begins))
            return at;
    }
    return data.length;
}

;// CONCATENATED MODULE: ./build/providers/broker/forward.js









/** Passes a request on to its provider and streams the answer back. Never throws. */
async function forward(exchange) {
    const { response, route } = exchange;
    const startedAt = Date.now();
    const left = new AbortController();
    response.once('close', () => left.abort());
    const traffic = { sentBytes: 0, receivedBytes: 0, status: undefined, reading: undefined };
    const outcome = await stream(exchange, traffic, left.signal).then(() => ({}), (error) => ({ error: redactText(whatBroke(error, left.signal), route.forbidden) }));
    const { sentBytes, receivedBytes, status, reading } = traffic;
    return {
        provider: route.provider,
        startedAt,
        endedAt: Date.now(),
        ...(status !== undefined && { status }),
        sentBytes,
        receivedBytes,
        ...reading?.usage(),
        ...outcome,
    };
}
async function stream(exchange, traffic, signal) {
    const { response, onProgress } = exchange;
    const { forbidden } = exchange.route;
    const answer = await send(exchange, traffic, signal);
    traffic.status = answer.statusCode;
    if (answer.statusCode >= 300 && answer.statusCode < 400)
        return refuseRedirect(answer, exchange);
    const decode = decoderOf(answer.headers['content-encoding']);
    const reading = createReading(String(answer.headers['content-type'] ?? ''));
    traffic.reading = reading;
    response.writeHead(answer.statusCode, responseHeaders(answer.headers, (text) => redactText(text, forbidden)));
    response.flushHeaders();
    const isAnswer = answer.statusCode < 300;
    const read = through((chunk) => {
        traffic.receivedBytes += chunk.length;
        if (reading.take(chunk) && isAnswer)
            onProgress();
        return chunk;
    });
    const redaction = createRedaction(forbidden);
    const redact = forbidden.length > 0 ? [through(redaction.take, redaction.end)] : [];
    await (0,promises_.pipeline)([answer.body, ...decode, read, ...redact, response], { signal });
}
async function send({ request, response, route, ...exchange }, traffic, signal) {
    // What goes wrong on the way to the provider must not close the connection on which that is told.
    const body = request.pipe(new external_node_stream_.PassThrough());
    request.on('data', (chunk) => {
        traffic.sentBytes += chunk.length;
    });
    try {
        return await (0,undici/* request */.Em)(exchange.url, {
            method: 'POST',
            headers: {
                ...(route.credentials && { authorization: route.credentials }),
                ...requestHeaders(request.headers, route),
            },
            body,
            dispatcher: exchange.dispatcher,
            signal,
        });
    }
    catch (error) {
        if (!signal.aborted) {
            const what = redactText(whatBroke(error, signal), route.forbidden);
            const { host } = new URL(exchange.url);
            // A status that opencode tries again after, as it does after a connection that failed.
            refuse(response, { status: 502, message: `Cannot connect to API (${host}): ${what}` });
        }
        throw error;
    }
}
/** Neither followed nor passed on: the key would go where the provider points to. */
async function refuseRedirect({ statusCode, headers, body }, { response, url }) {
    body.destroy();
    const to = URL.parse(String(headers.location ?? ''), url)?.origin ?? 'nowhere';
    const message = `The provider answered with a redirect (HTTP ${statusCode}) to ${to}, which is not followed with a key. Set options.baseURL of the provider to the address that it moved to.`;
    refuse(response, { status: 421, message });
    throw new Error(`redirected to ${to}`);
}
function whatBroke(error, signal) {
    if (signal.aborted)
        return 'opencode left';
    // Of several addresses of a host the first says enough.
    const causes = (0,types_.isNativeError)(error) && 'errors' in error ? error.errors : [error];
    const first = Array.isArray(causes) ? causes[0] : error;
    return (0,build_text/* oneLine */.TN)((0,types_.isNativeError)(first) ? first.message : String(first));
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
/** It was asked for an answer that is not compressed; not all keep to that. */
function decoderOf(encoding) {
    switch (String(encoding ?? 'identity').toLowerCase()) {
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
            throw new Error(`It answered in an encoding that can't be looked through (${encoding}).`);
    }
}
/** Answers in a form that every SDK reads the message of: OpenAI's, Anthropic's and Google's error body in one. */
function refuse(response, { status, message }) {
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
// EXTERNAL MODULE: ./build/programs/environment.js
var environment = __webpack_require__(42101);
;// CONCATENATED MODULE: ./build/providers/broker/upstream.js



/** How long a connection may take; how long an answer may take is the run's to decide. */
const connectMs = 30_000;
const options = {
    connect: { timeout: connectMs },
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
};
/** The way to providers: through the runner's proxy, where it has one; this machine is always reached directly. */
function openUpstream(env) {
    const [http, https] = ['http_proxy', 'https_proxy'].map((name) => env[name] || env[name.toUpperCase()]);
    if (!http && !https)
        return new undici/* Agent */.g6(options);
    const { NO_PROXY = '' } = (0,environment/* withoutLoopbackProxy */.CZ)({
        NO_PROXY: (env.no_proxy || env.NO_PROXY) ?? '',
        HTTP_PROXY: 'set',
    });
    try {
        return new undici/* EnvHttpProxyAgent */.J2({
            ...options,
            ...(http && { httpProxy: http }),
            ...(https && { httpsProxy: https }),
            noProxy: NO_PROXY,
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









/** Starts the broker on a free port of the loopback; `onCall` is told each model call that is over. */
async function startBroker({ env, onCall }, signal) {
    const routes = new Map();
    const dispatcher = openUpstream(env);
    const running = new Set();
    let lastProgress = 0;
    const onProgress = () => {
        lastProgress = Date.now();
    };
    const server = external_node_http_.createServer((request, response) => {
        const way = findWay(request, routes);
        if ('status' in way)
            return refuse(response, way);
        const call = forward({ ...way, request, response, dispatcher, onProgress }).then(onCall);
        running.add(call);
        void call.finally(() => running.delete(call));
    });
    // No limits of its own: how long a model may take is the run's to decide.
    Object.assign(server, { requestTimeout: 0, keepAliveTimeout: 0 });
    for (const event of ['connect', 'upgrade'])
        server.on(event, (_, socket) => socket.end('HTTP/1.1 405 Method Not Allowed\r\n\r\n'));
    server.listen(0, '127.0.0.1');
    await (0,external_node_events_.once)(server, 'listening', { signal });
    return {
        open(route) {
            const token = (0,external_node_crypto_.randomBytes)(24).toString('base64url');
            const [forbidden, credentials] = [formsOfKeys(route.secrets), credentialsOf(route.base)];
            routes.set(token, { ...route, forbidden, credentials });
            return `http://127.0.0.1:${portOf(server)}/${token}/${encodeURIComponent(route.provider)}`;
        },
        lastProgress: () => lastProgress,
        async [Symbol.asyncDispose]() {
            const closed = (0,external_node_events_.once)(server, 'close');
            server.close();
            server.closeAllConnections();
            await Promise.all([closed, dispatcher.destroy(), ...running]);
        },
    };
}
function findWay({ method, url = '', rawHeaders }, routes) {
    const target = (0,broker_target/* readTarget */._E)(url);
    if (!target)
        return { status: 400, message: 'The broker takes plain paths below its own.' };
    const route = routes.get(target.token);
    if (route === undefined || encodeURIComponent(route.provider) !== target.provider)
        return { status: 404, message: 'The broker has no such route.' };
    if (method !== 'POST')
        return { status: 405, message: 'The broker takes calls of models only.' };
    if (hasDuplicates(rawHeaders))
        return { status: 400, message: 'The broker takes each header once.' };
    return findCall(target, route);
}
function findCall(target, route) {
    const { path } = target;
    const call = route.calls?.find((one) => one.path.test(path));
    if (route.calls !== undefined && call === undefined)
        return { status: 403, message: `The broker takes calls of models only, not ${path}.` };
    const query = fillQuery({ target, call, slots: route.slots });
    if (query === undefined)
        return { status: 403, message: `The broker takes ${path} only with the query of its SDK.` };
    return { route, url: (0,broker_target/* addressBelow */.CY)(route.base, { path, query }) };
}
/** Servers differ in which one of two they take. */
function hasDuplicates(rawHeaders) {
    const names = rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
    return new Set(names).size < names.length;
}
/** What a base URL has as user and password, which stand in a header where there is no other. */
function credentialsOf(base) {
    const { username, password } = new URL(base);
    if (username === '' && password === '')
        return undefined;
    return `Basic ${Buffer.from(`${external_node_querystring_.unescape(username)}:${external_node_querystring_.unescape(password)}`).toString('base64')}`;
}
function portOf(server) {
    const address = server.address();
    if (address === null || typeof address === 'string')
        throw new Error('No port to listen on.');
    return address.port;
}
/** A shorter value is no key, but a word of which an answer may speak. */
const shortestKey = 8;
function formsOfKeys(keys) {
    return (0,secrets_forms/* writtenForms */.xb)(keys.filter((key) => key.length >= shortestKey));
}


/***/ })

};
