export const id = 210;
export const ids = [210];
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

/***/ 45210:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  rehearsalProvider: () => (/* binding */ rehearsalProvider),
  rehearse: () => (/* binding */ rehearse),
  startRehearsal: () => (/* binding */ startRehearsal)
});

// EXTERNAL MODULE: external "node:path/posix"
var posix_ = __webpack_require__(53916);
// EXTERNAL MODULE: ./build/text/text.js
var text_text = __webpack_require__(96424);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 9 modules
var schemas = __webpack_require__(27597);
;// CONCATENATED MODULE: ./build/rehearsal/turn.js


/** Reads the turn from a request; undefined for one without tools, such as that for a title. */
function turnOf({ messages, tools }) {
    const root = rootOf(messages);
    const start = messages.findLastIndex((one) => one.role === 'user' && promptOf(one) !== '');
    const message = messages[start];
    if (root === undefined || message === undefined || tools.length === 0)
        return undefined;
    return {
        prompt: promptOf(message),
        root,
        tools: new Set(tools.map(({ name }) => name)),
        results: resultsIn(messages.slice(start + 1)),
    };
}
/** Those of the calls that the agent offers and that were not made yet. */
function openCalls(turn, calls) {
    return calls.filter((call) => turn.tools.has(call.name) && resultOf(turn, call) === undefined);
}
/** What a tool answered to such a call, if it was made. */
function resultOf(turn, call) {
    return turn.results.find((made) => subject(made) === subject(call))?.result;
}
/** A path of any system with slashes: opencode takes these on every system. */
function slashed(path) {
    return path.replaceAll('\\', '/');
}
/** A tool and what it works on; opencode may rewrite the other arguments. */
function subject({ name, arguments: { filePath, pattern, command } }) {
    return `${name} ${filePath ?? pattern ?? command}`;
}
/** The task alone, without opencode's reminders and what the action attaches about the event. */
function promptOf({ content }) {
    const text = content.replaceAll(/<system-reminder>[\s\S]*?<\/system-reminder>/g, '').trim();
    return text.split('\n\n# Context of this run\n')[0] ?? text;
}
/** opencode's system prompt names the absolute path in its `<env>` block. */
function rootOf(messages) {
    const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content);
    const [, root] = /^\s*Working directory: (.+)$/m.exec(system.join('\n')) ?? [];
    return root && slashed(root);
}
const argumentsText = schemas/* string */.YjP()
    .transform(text_text/* parseJson */.qF)
    .pipe(schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* unknown */.L5J()))
    .catch({});
function resultsIn(messages) {
    return messages
        .flatMap((message) => message.tool_calls)
        .map(({ id, name, arguments: text }) => ({
        name,
        arguments: argumentsText.parse(text),
        result: messages.find((one) => one.tool_call_id === id)?.content ?? '',
    }));
}

;// CONCATENATED MODULE: ./build/rehearsal/script.js



const byScript = 'the built-in rehearsal model: a script, not an AI.';
/** Looks at the files with the agent's own tools, then writes a plan. */
function plan(turn) {
    return look(turn) ?? say(planText(turn));
}
/** Looks at the files, writes a new one, adds a line to the README, then says what it did. */
function implement(turn) {
    const changes = [writeReport(turn), ...editReadme(turn)];
    const checks = changes.some((call) => succeeded(turn, call)) ? [script_status] : [];
    return (look(turn) ??
        request(turn, 'Now the changes.', changes) ??
        request(turn, 'Now a check of the changes.', checks) ??
        say(implementText(turn, changes)));
}
function say(text) {
    return { kind: 'message', text };
}
/** A request for the calls that were not made yet; undefined if there are none. */
function request(turn, text, calls) {
    const toolCalls = openCalls(turn, calls);
    return toolCalls.length > 0 ? { kind: 'message', text, toolCalls } : undefined;
}
/** ripgrep ignores `.gitignore` for a glob that includes files, and respects it for one that excludes some. */
const glob = { name: 'glob', arguments: { pattern: '!**/node_modules/**' } };
const script_status = {
    name: 'bash',
    arguments: { command: 'git status --short', description: 'Shows the changed files' },
};
function look(turn) {
    return (request(turn, 'First a look at the files.', [glob, read(turn, '.')]) ??
        request(turn, 'Now the README.', readmeOf(turn).map((name) => read(turn, name))));
}
function read({ root }, name) {
    return { name: 'read', arguments: { filePath: posix_.join(root, name) } };
}
function readmeOf(turn) {
    return filesOf(turn)
        .filter((file) => /^readme(\.\w+)?$/i.test(file))
        .slice(0, 1);
}
/** The files that the tools have listed, relative to the root: those of the search, and those of the top folder. */
function filesOf(turn) {
    const { root } = turn;
    const lines = (resultOf(turn, glob) ?? '').split('\n').map(slashed);
    const found = lines.filter((line) => line.startsWith(`${root}/`));
    const listing = resultOf(turn, read(turn, '.')) ?? '';
    const [, entries = ''] = /<entries>\n([\s\S]*?)\n\n\(/.exec(listing) ?? [];
    const listed = entries.split('\n').filter((entry) => /[^/]$/.test(entry));
    return [...new Set([...found.map((file) => posix_.relative(root, file)), ...listed])].sort();
}
/** The lines of a file that was read; opencode numbers them: `12: text`. */
function linesOf(turn, name) {
    const numbered = (resultOf(turn, read(turn, name)) ?? '').matchAll(/^\d+: (.*)$/gm);
    return [...numbered].map(([, line = '']) => line);
}
function planText(turn) {
    const files = filesOf(turn);
    const more = resultOf(turn, glob)?.includes('(Results are truncated') ? ' or more' : '';
    const shown = files.slice(0, 20).map((file) => `- ${code(file)}`);
    return [
        '## Rehearsal plan',
        `> [!NOTE]\n> This plan comes from ${byScript} The files are real: the agent's own tools listed them.`,
        '### Task',
        quoted(turn.prompt),
        '### Files',
        `${(0,text_text/* counted */.hS)(files.length, 'file')}${more}${files.length > shown.length ? ', for example' : ''}`,
        shown.join('\n'),
        '### Steps',
        [
            `1. ${readmeStep(turn)}`,
            '2. Find the code that the task is about.',
            '3. Write a test that fails without the change.',
            '4. Make the smallest change that passes it.',
            '5. Run the checks of the project.',
        ].join('\n'),
    ].join('\n\n');
}
function readmeStep(turn) {
    const [name] = readmeOf(turn);
    if (name === undefined)
        return 'Read the documentation: there is no README in the top folder.';
    const [heading] = linesOf(turn, name).flatMap((line) => /^#+ +(.+)$/.exec(line)?.[1] ?? []);
    return `Read ${code(name)}${heading === undefined ? '' : ` (${code(heading)})`}.`;
}
const report = 'REHEARSAL.md';
const addedLine = '> Rehearsed: a script wrote this line, not an AI.';
function writeReport({ root, prompt }) {
    const content = [
        '# Rehearsal',
        `This file comes from ${byScript} It shows that the agent can write here, and what happens to its changes. You can delete it.`,
        '## Task',
        quoted(prompt),
    ].join('\n\n');
    return {
        name: 'write',
        arguments: { filePath: posix_.join(root, report), content: `${content}\n` },
    };
}
/** Adds the line after a text that is in the README exactly once, as the edit tool requires. */
function editReadme(turn) {
    return readmeOf(turn).flatMap((name) => {
        const lines = linesOf(turn, name);
        const isUnique = (line) => lines.join('\n').split(line).length === 2;
        const anchor = lines.find((line) => line.trim() !== '' && isUnique(line));
        if (anchor === undefined || lines.includes(addedLine))
            return [];
        const filePath = posix_.join(turn.root, name);
        const newString = `${anchor}\n\n${addedLine}`;
        return [{ name: 'edit', arguments: { filePath, oldString: anchor, newString } }];
    });
}
function implementText(turn, changes) {
    const result = resultOf(turn, script_status);
    return [
        '## Rehearsal',
        `> [!NOTE]\n> This answer comes from ${byScript}`,
        changes.map((call) => `- ${changeText(turn, call)}`).join('\n'),
        ...(result ? ['The changed files, by `git status --short`:', quoted(result.trimEnd())] : []),
    ].join('\n\n');
}
function changeText(turn, call) {
    const name = code(posix_.relative(turn.root, String(call.arguments.filePath)));
    if (succeeded(turn, call))
        return `${name} was changed.`;
    const result = resultOf(turn, call) ?? 'The agent does not offer it.';
    return `${name} was not changed. The tool ${code(call.name)}: ${code(result.slice(0, 160))}`;
}
function succeeded(turn, call) {
    return /\bsuccessfully\b/.test(resultOf(turn, call)?.split('\n')[0] ?? '');
}
/** Text as inline code. */
function code(text) {
    return `\`${text.replaceAll(/[`\n\r]/g, ' ')}\``;
}
/** The beginning of a text as a block quote. */
function quoted(text) {
    const beginning = text.length > 400 ? `${text.slice(0, 400).trimEnd()} …` : text;
    return beginning.replaceAll(/^/gm, '> ');
}

// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __webpack_require__(37067);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(57075);
// EXTERNAL MODULE: external "node:stream/consumers"
var consumers_ = __webpack_require__(38321);
// EXTERNAL MODULE: external "node:stream/promises"
var promises_ = __webpack_require__(46466);
// EXTERNAL MODULE: ./node_modules/zod/v4/core/errors.js
var errors = __webpack_require__(37428);
// EXTERNAL MODULE: ./build/loopback.js
var loopback = __webpack_require__(92515);
;// CONCATENATED MODULE: ./build/rehearsal/chat.js

/** Content as one text: OpenAI takes a text, a list of parts, or nothing with tool calls. */
const content = schemas/* union */.KCZ([schemas/* string */.YjP(), schemas/* array */.YOg(schemas/* object */.Ikc({ text: schemas/* string */.YjP().optional() }))])
    .nullish()
    .transform((value) => Array.isArray(value) ? value.map(({ text = '' }) => text).join('') : (value ?? ''));
const toolCall = schemas/* object */.Ikc({ id: schemas/* string */.YjP(), function: schemas/* object */.Ikc({ name: schemas/* string */.YjP(), arguments: schemas/* string */.YjP() }) })
    .transform((call) => ({ id: call.id, ...call.function }));
const message = schemas/* object */.Ikc({
    role: schemas/* enum */.k5n(['system', 'user', 'assistant', 'tool']),
    content,
    tool_calls: schemas/* array */.YOg(toolCall).default([]),
    tool_call_id: schemas/* string */.YjP().optional(),
});
/** The part of OpenAI's chat completion request that the scripts read. */
const chatBody = schemas/* object */.Ikc({
    model: schemas/* string */.YjP(),
    messages: schemas/* array */.YOg(message).min(1),
    tools: schemas/* array */.YOg(schemas/* object */.Ikc({ function: schemas/* object */.Ikc({ name: schemas/* string */.YjP() }) }).transform((tool) => tool.function))
        .default([]),
});

;// CONCATENATED MODULE: ./build/rehearsal/reply.js
/** The answer as server-sent events, in pieces of so many characters. */
function* reply_frames(request, reply, pieceLength = 48) {
    const { toolCalls = [], finish = toolCalls.length > 0 ? 'tool_calls' : 'stop' } = reply;
    const common = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 0 };
    const frame = (choices, usage) => `data: ${JSON.stringify({ ...common, model: request.model, choices, usage })}\n\n`;
    for (const delta of deltas(reply, pieceLength))
        yield frame([{ index: 0, delta, finish_reason: null }]);
    yield frame([{ index: 0, delta: {}, finish_reason: finish }]);
    yield frame([], usageOf(request, reply));
    yield 'data: [DONE]\n\n';
}
function* deltas({ text, toolCalls = [] }, pieceLength) {
    yield { role: 'assistant', content: '' };
    for (const content of pieces(text, pieceLength))
        yield { content };
    for (const [index, call] of toolCalls.entries()) {
        const id = `call_${crypto.randomUUID()}`;
        const named = { name: call.name, arguments: '' };
        yield { tool_calls: [{ index, id, type: 'function', function: named }] };
        for (const piece of pieces(JSON.stringify(call.arguments), pieceLength))
            yield { tool_calls: [{ index, function: { arguments: piece } }] };
    }
}
/** Pieces of so many code points: none ends within a surrogate pair. */
function pieces(text, length) {
    return text.match(new RegExp(`[\\s\\S]{1,${length}}`, 'gu')) ?? [];
}
/** Four characters make about one token. */
function usageOf(request, { usage, text, toolCalls = [] }) {
    const estimate = (what) => Math.ceil(what.length / 4);
    const prompt = usage?.prompt ?? estimate(JSON.stringify(request));
    const completion = usage?.completion ?? estimate(text + JSON.stringify(toolCalls));
    return {
        prompt_tokens: prompt,
        completion_tokens: completion,
        total_tokens: prompt + completion,
    };
}

;// CONCATENATED MODULE: ./build/rehearsal/server.js









/** Streams OpenAI's chat completions from a free port of the loopback until it is disposed. */
async function startModelServer(brain) {
    const key = `sk-${crypto.randomUUID()}`;
    const server = external_node_http_.createServer((request, response) => {
        void answer({ request, response, key, brain });
    });
    // A client that reuses a connection just as it times out would see a reset.
    server.keepAliveTimeout = 0;
    const port = await (0,loopback/* listen */.K)(server);
    return {
        url: `http://127.0.0.1:${port}/v1`,
        key,
        [Symbol.asyncDispose]: () => (0,loopback/* close */.V)(server),
    };
}
async function answer(incoming) {
    const { response } = incoming;
    try {
        await converse(incoming);
    }
    catch (error) {
        // After the headers it is the client that has left.
        if (!response.headersSent)
            sendError(response, { status: 500, message: (0,text_text/* messageOf */.bD)(error) });
    }
}
async function converse({ request, response, key, brain }) {
    const { headers } = request;
    if (headers.authorization !== `Bearer ${key}`) {
        const message = 'Incorrect API key provided.';
        return sendError(response, { status: 401, message, code: 'invalid_api_key' });
    }
    const path = `${request.method} ${request.url}`;
    if (path !== 'POST /v1/chat/completions')
        return sendError(response, { status: 404, message: `Invalid URL (${path})` });
    const body = (0,text_text/* parseJson */.qF)(await (0,consumers_.text)(request));
    const { data: chat, error } = chatBody.safeParse(body);
    if (error)
        return sendError(response, { status: 400, message: errors/* prettifyError */.S1(error) });
    const reply = await brain(chat, { headers, body, response });
    if (reply.kind === 'error')
        sendError(response, reply);
    if (reply.kind !== 'message')
        return;
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    await (0,promises_.pipeline)(external_node_stream_.Readable.from(reply_frames(chat, reply)), response);
}
function sendError(response, error) {
    const { message, code = null } = error;
    const body = { error: { message, type: 'invalid_request_error', param: null, code } };
    response
        .writeHead(error.status, { 'content-type': 'application/json', ...error.headers })
        .end(JSON.stringify(body));
}

;// CONCATENATED MODULE: ./build/rehearsal/rehearsal.js



/** What each built-in model does, by what comes after `rehearsal/`. */
const models = {
    plan: withTurn(plan),
    implement: withTurn(implement),
    'rate-limit': () => ({
        kind: 'error',
        status: 429,
        message: 'Rate limit reached for the rehearsal model. Please try again in 1h0m0s.',
        code: 'rate_limit_exceeded',
        headers: { 'retry-after': '3600' },
    }),
    stall: () => ({ kind: 'silence' }),
    error: () => ({
        kind: 'error',
        status: 400,
        message: 'The rehearsal model refuses every request.',
    }),
};
/** Starts the built-in scripted model: no key, no network, no cost, no state between requests. */
function startRehearsal() {
    return startModelServer(rehearse);
}
/** The answer of the model that the request names. */
function rehearse(request) {
    const message = `There is no rehearsal model "${request.model}".`;
    return models[request.model]?.(request) ?? { kind: 'error', status: 404, message };
}
/** The entry of opencode's configuration under `provider.rehearsal`. */
function rehearsalProvider({ url, key }) {
    const limit = { context: 128_000, output: 8_000 };
    const settings = { limit, cost: { input: 0, output: 0 }, tool_call: true };
    return {
        npm: '@ai-sdk/openai-compatible',
        name: 'Rehearsal',
        options: { baseURL: url, apiKey: key },
        models: Object.fromEntries(Object.keys(models).map((id) => [id, { name: `Rehearsal: ${id}`, ...settings }])),
    };
}
/** A request without tools, as for a title, gets one word. */
function withTurn(script) {
    return (request) => {
        const turn = turnOf(request);
        return turn === undefined ? { kind: 'message', text: 'Rehearsal' } : script(turn);
    };
}


/***/ })

};
