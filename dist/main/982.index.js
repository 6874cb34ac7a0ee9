export const id = 982;
export const ids = [982];
export const modules = {

/***/ 61982:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  rehearsalModels: () => (/* binding */ rehearsalModels),
  rehearsalProvider: () => (/* binding */ rehearsalProvider),
  rehearse: () => (/* binding */ rehearse),
  startRehearsal: () => (/* binding */ startRehearsal)
});

// EXTERNAL MODULE: external "node:path/posix"
var posix_ = __webpack_require__(53916);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 9 modules
var schemas = __webpack_require__(27597);
// EXTERNAL MODULE: ./build/text.js
var build_text = __webpack_require__(50977);
;// CONCATENATED MODULE: ./build/rehearsal/turn.js


/** True for an absolute path of any system: the agent's tools answer with those of the machine. */
function isAbsolute(path) {
    return /^(\/|[A-Za-z]:[\\/])/.test(path);
}
/** A path of any system with slashes, which opencode takes on every system. */
function slashed(path) {
    return path.replaceAll('\\', '/');
}
/** Reads the turn from a request; undefined where there is no work tree or tool, as for a title. */
function turnOf(request) {
    const root = rootOf(request.messages);
    const start = request.messages.findLastIndex(isPrompt);
    const message = request.messages[start];
    if (root === undefined || message === undefined || request.tools.length === 0)
        return undefined;
    return {
        prompt: withoutContext(promptText(message)),
        root,
        tools: new Set(request.tools.map((tool) => tool.name)),
        done: doneIn(request.messages.slice(start + 1)),
    };
}
/** Those of the calls whose tool is offered and that were not made yet: a plan of these always ends. */
function notYetDone(turn, calls) {
    const done = new Set(turn.done.map(subject));
    return calls.filter((call) => turn.tools.has(call.name) && !done.has(subject(call)));
}
/** The result of such a call, if it was made. */
function resultOf(turn, call) {
    return turn.done.find((done) => subject(done) === subject(call))?.result;
}
/** A tool and what it was pointed at: opencode may rewrite the other arguments. */
function subject({ name, arguments: { filePath, pattern, command } }) {
    return `${name} ${filePath ?? pattern ?? command}`;
}
function isPrompt(message) {
    return message.role === 'user' && promptText(message) !== '';
}
/** opencode adds its own reminders, of plan mode for instance, to the user's message. */
/** The task alone: what the action attaches to it is about the event. */
function withoutContext(prompt) {
    return prompt.split('\n\n# Context of this run\n')[0] ?? prompt;
}
function promptText({ content }) {
    return content.replaceAll(/<system-reminder>[\s\S]*?<\/system-reminder>/g, '').trim();
}
/** opencode's system prompt has this line in its `<env>` block, with an absolute path. */
function rootOf(messages) {
    return messages
        .filter((message) => message.role === 'system')
        .map(({ content }) => slashed(/^\s*Working directory: (.+)$/m.exec(content)?.[1] ?? ''))
        .find(isAbsolute);
}
function doneIn(messages) {
    const results = new Map(messages.flatMap((message) => message.role === 'tool' ? [[message.tool_call_id, message.content]] : []));
    return messages
        .flatMap((message) => (message.role === 'assistant' ? message.tool_calls : []))
        .map((call) => ({
        name: call.name,
        arguments: parsedArguments(call.arguments),
        result: results.get(call.id) ?? '',
    }));
}
const argumentsText = schemas/* string */.YjP()
    .transform(build_text/* parseJson */.qF)
    .pipe(schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* unknown */.L5J()))
    .catch({});
function parsedArguments(text) {
    return argumentsText.parse(text);
}

;// CONCATENATED MODULE: ./build/rehearsal/findings.js


/** Collects what the tools have shown so far. */
function findingsOf(turn) {
    const globs = turn.done.filter((done) => done.name === 'glob').map((done) => done.result);
    const reads = turn.done.filter((done) => done.name === 'read');
    const entries = reads.flatMap((done) => entriesOf(turn.root, done));
    const isFolder = (entry) => entry.endsWith('/');
    const files = [
        ...globs.flatMap((result) => pathsOf(turn.root, result)),
        ...entries.filter((entry) => !isFolder(entry)),
    ];
    return {
        files: [...new Set(files)].sort(),
        folders: entries.filter(isFolder).map((entry) => entry.slice(0, -1)),
        read: new Map(reads.flatMap((done) => linesOf(turn.root, done))),
        matches: turn.done
            .filter((done) => done.name === 'grep')
            .flatMap((done) => matchesOf(turn.root, done.result)),
        listed: listedBy(globs),
    };
}
/** `glob` answers with absolute paths, at most 100, or says that there are none. */
function pathsOf(root, result) {
    return result
        .split('\n')
        .filter(isAbsolute)
        .map((file) => posix_.relative(root, slashed(file)));
}
function listedBy(globs) {
    const good = globs.filter((result) => isAbsolute(result) || result.startsWith('No files'));
    if (good.length === 0)
        return 'failed';
    return good.some((result) => result.includes('(Results are truncated')) ? 'cut' : 'whole';
}
/** `read` of a directory: one entry a line between tags, folders with a slash at the end. */
function entriesOf(root, { arguments: { filePath }, result }) {
    const entries = /<type>directory<\/type>\n<entries>\n([\s\S]*?)\n\n\(/.exec(result)?.[1];
    const folder = posix_.relative(root, String(filePath));
    return (entries?.split('\n') ?? [])
        .filter((entry) => !/^(\.git\/?)?$/.test(entry))
        .map((entry) => (folder === '' ? entry : `${folder}/${entry}`));
}
/** `read` of a file: `12: text of the line`. */
function linesOf(root, { arguments: { filePath }, result }) {
    if (!result.includes('<type>file</type>'))
        return [];
    const lines = result.matchAll(/^\d+: (.*)$/gm);
    return [[posix_.relative(root, String(filePath)), [...lines].map(([, text = '']) => text)]];
}
/** `grep` groups its matches: `/path/of/file:`, then `  Line 12: text` for each. */
function matchesOf(root, result) {
    let file = '';
    return result.split('\n').flatMap((text) => {
        if (isAbsolute(text) && text.endsWith(':'))
            file = posix_.relative(root, slashed(text.slice(0, -1)));
        const line = /^ {2}Line (\d+): /.exec(text)?.[1];
        return line === undefined ? [] : [{ file, line: Number(line) }];
    });
}

;// CONCATENATED MODULE: ./build/rehearsal/looks.js

const ignoredFolders = /(^|\/)(\.[^/]*|node_modules|vendor|dist|build|target|coverage)(\/|$)/;
const sourceFile = /\.([cm]?[jt]sx?|py|go|rs|rb|java|kt|cs|c|cc|cpp|h|swift|php|sh|vue|svelte)$/;
const testFile = /(^|\/)(__tests__|tests?|spec)\/|[._-](test|spec)\.[^/]+$|(^|\/)test_[^/]+$/;
/**
 * The first calls: what files there are. The search may be cut or fail, the top folder is sure.
 * ripgrep forgets `.gitignore` for a glob that says what to take, and keeps to it for one that says
 * what to leave out.
 */
function surveyCalls({ root }) {
    return [
        { name: 'glob', arguments: { pattern: '!**/node_modules/**' } },
        { name: 'read', arguments: { filePath: root } },
    ];
}
/** One search for all the keywords, in any case. */
function searchCalls({ prompt }) {
    const words = keywordsOf(prompt);
    return words.length === 0
        ? []
        : [{ name: 'grep', arguments: { pattern: `(?i)(${words.join('|')})` } }];
}
/** The reading of the README. */
function readmeCalls({ root }, findings) {
    const readme = readmeOf(findings);
    return readme === undefined ? [] : [readCall(root, readme)];
}
/** The reading of the two likeliest source files; of a few folders first where the search failed. */
function sourceCalls({ root }, findings) {
    const folders = findings.listed === 'failed'
        ? findings.folders.filter((folder) => !ignoredFolders.test(`${folder}/`) && !folder.includes('/'))
        : [];
    return [...folders.slice(0, 4), ...sourcesOf(findings).slice(0, 2)].map((name) => readCall(root, name));
}
/** The README of the top folder. */
function readmeOf({ files }) {
    return files.find((file) => /^readme(\.\w+)?$/i.test(file));
}
/** The source files, those with the most matches first; tests apart. */
function sourcesOf(findings) {
    return ranked(findings, (file) => sourceFile.test(file) && !testFile.test(file));
}
/** The test files, those with the most matches first. */
function testsOf(findings) {
    return ranked(findings, (file) => testFile.test(file));
}
/** The words of the prompt to search for: those in backticks, then the longest; at most three. */
function keywordsOf(prompt) {
    const beginning = prompt.slice(0, 2000);
    const quoted = [...beginning.matchAll(/`(\w{3,40})`/g)].map(([, word = '']) => word);
    const telling = (beginning.match(/\b[A-Za-z_]{4,30}\b/g) ?? [])
        .map((word) => word.toLowerCase())
        .filter((word) => !commonWords.has(word))
        .toSorted((one, other) => other.length - one.length);
    return [...new Set([...quoted, ...telling])].slice(0, 3);
}
const commonWords = new Set('about action after also answer before change changes could code describe does each event every explain file files from github have here http https implement improve into issue keep make more must need only opencode plan please project propose pull rehearsal repository request review should show some step steps task test tests than that their them then there these this through untrusted what when where which while will with without would write your'.split(' '));
function ranked({ files, matches }, wanted) {
    const count = (file) => matches.filter((match) => match.file === file).length;
    const depth = (file) => file.split('/').length;
    return files
        .filter((file) => wanted(file) && !ignoredFolders.test(file))
        .toSorted((one, other) => count(other) - count(one) || depth(one) - depth(other));
}
function readCall(root, name) {
    return { name: 'read', arguments: { filePath: posix_.join(root, name) } };
}

;// CONCATENATED MODULE: ./build/rehearsal/markdown.js
/** Text as inline code: inert whatever it holds. */
function code(text) {
    return `\`${text.replaceAll(/[`\n\r]/g, ' ')}\``;
}
/** The beginning of a text as a fenced block that nothing in it can close. */
function quoted(text, characters) {
    const beginning = text.length > characters ? `${text.slice(0, characters).trimEnd()} …` : text;
    const runs = beginning.match(/`+/g) ?? [];
    const fence = '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
    return `${fence}text\n${beginning}\n${fence}`;
}
/** `1 file`, `2 files`. */
function counted(count, noun, plural = `${noun}s`) {
    return `${count} ${count === 1 ? noun : plural}`;
}

;// CONCATENATED MODULE: ./build/rehearsal/implement.js





const report = 'REHEARSAL.md';
const line = '> Rehearsed: this line was put here by a script, not by an AI.';
const check = {
    name: 'bash',
    arguments: { command: 'git status --short', description: 'Shows what changed' },
};
/** Writes one new file and one line of the README with the agent's own tools, then says what it did. */
function implementReply(turn) {
    const survey = notYetDone(turn, surveyCalls(turn));
    if (survey.length > 0) {
        return { kind: 'message', text: 'First a look at what there is.', toolCalls: survey };
    }
    const findings = findingsOf(turn);
    const reading = notYetDone(turn, readmeCalls(turn, findings));
    if (reading.length > 0) {
        return { kind: 'message', text: 'The README before it is edited.', toolCalls: reading };
    }
    const changes = [writeCall(turn, findings), ...editCalls(turn, findings)];
    const open = notYetDone(turn, changes);
    if (open.length > 0)
        return { kind: 'message', text: 'Now the changes.', toolCalls: open };
    const checking = notYetDone(turn, [check]);
    if (checking.length > 0 && changes.some((call) => succeeded(turn, call))) {
        return { kind: 'message', text: 'And a check of the work.', toolCalls: checking };
    }
    return { kind: 'message', text: implementText(turn, findings, changes) };
}
function writeCall({ root, prompt }, findings) {
    const content = [
        '# Rehearsal',
        'This file was written by the built-in rehearsal model: a script, not an AI. It shows that the agent can write here, and what becomes of its changes. It can be deleted.',
        '## Task',
        quoted(prompt, 400),
        '## Seen',
        `${counted(findings.files.length, 'file')}, ${counted(findings.folders.length, 'folder')} at the top.`,
    ].join('\n\n');
    return {
        name: 'write',
        arguments: { filePath: posix_.join(root, report), content: `${content}\n` },
    };
}
function editCalls({ root }, findings) {
    const readme = readmeOf(findings);
    const lines = findings.read.get(readme ?? '') ?? [];
    const anchor = anchorOf(lines);
    if (readme === undefined || anchor === undefined || lines.includes(line))
        return [];
    const edit = { oldString: anchor, newString: `${anchor}\n\n${line}` };
    return [{ name: 'edit', arguments: { filePath: posix_.join(root, readme), ...edit } }];
}
/** An edit names a text that is in the file exactly once: a heading, or else one of the last lines. */
function anchorOf(lines) {
    const content = lines.join('\n');
    const headings = lines.filter((text) => /^#{1,6} \S/.test(text));
    return [...headings, ...lines.toReversed()].find((text) => text.trim() !== '' && content.split(text).length === 2);
}
function implementText(turn, findings, changes) {
    const status = resultOf(turn, check);
    const changed = changes.some((call) => succeeded(turn, call));
    return [
        '## Rehearsal',
        `> [!NOTE]\n> This comes from the built-in rehearsal model: a script, not an AI. ${changed ? 'The tools, the tree and the changes are real.' : 'Nothing was changed.'}`,
        changes.map((call) => `- ${changeText(turn, findings, call)}`).join('\n'),
        ...(status ? ['`git status --short` says:', quoted(status.trimEnd(), 600)] : []),
    ].join('\n\n');
}
function changeText(turn, { files }, call) {
    const name = posix_.relative(turn.root, String(call.arguments.filePath));
    const kind = files.includes(name) ? 'written anew' : 'a new file';
    const what = `${code(name)}: ${call.name === 'write' ? kind : 'one line more'}`;
    if (succeeded(turn, call))
        return `${what}.`;
    const result = resultOf(turn, call);
    return result === undefined
        ? `${what}, had the agent been offered the tool ${code(call.name)}. In plan mode it is not.`
        : `${what}, but the tool ${code(call.name)} refused: ${code(result.slice(0, 160))}`;
}
function succeeded(turn, call) {
    return /\bsuccessfully\b/.test(resultOf(turn, call)?.split('\n')[0] ?? '');
}

;// CONCATENATED MODULE: ./build/rehearsal/plan-text.js



/** The plan as Markdown: real names from the tree, and a plain word on who wrote it. */
function planText(prompt, findings) {
    return [
        '## Rehearsal plan',
        "> [!NOTE]\n> This plan was written by the built-in rehearsal model: a script, not an AI. What it names is real, read with the agent's own tools; the judgement is yours.",
        '### Task',
        quoted(prompt, 400),
        '### What is there',
        whatIsThere(prompt, findings).join('\n'),
        '### Steps',
        steps(findings)
            .map((step, index) => `${index + 1}. ${step}`)
            .join('\n'),
    ].join('\n\n');
}
function whatIsThere(prompt, findings) {
    return [
        `- **Files:** ${fileCount(findings)}`,
        ...list('- **By folder:** ', tally(findings.files, topFolder)),
        ...list('- **By kind:** ', tally(findings.files, kind)),
        `- **README:** ${readme(findings)}`,
        ...search(prompt, findings),
    ];
}
function fileCount({ files, listed }) {
    const count = files.length;
    if (listed === 'cut')
        return `${count} seen, and there are more`;
    if (listed === 'failed') {
        return `${count} seen by reading folders: the file search, for which opencode needs ripgrep, did not work`;
    }
    return `${count}`;
}
function readme(findings) {
    const name = readmeOf(findings);
    if (name === undefined)
        return 'none in this folder';
    const heading = headings(findings)[0];
    return heading === undefined
        ? `${code(name)}, without a heading`
        : `${code(name)}, which begins with ${code(heading)}`;
}
function search(prompt, { matches, listed }) {
    const words = keywordsOf(prompt).map(code);
    if (words.length === 0 || listed === 'failed')
        return [];
    const files = [...new Set(matches.map((match) => match.file))];
    if (files.length === 0)
        return [`- **Search** for ${words.join(', ')}: no match`];
    const found = `${counted(matches.length, 'match', 'matches')} in ${counted(files.length, 'file')}`;
    const places = files.slice(0, 5).map((file) => `  - ${placeOf(file, matches)}`);
    return [`- **Search** for ${words.join(', ')}: ${found}`, ...places];
}
function placeOf(file, matches) {
    const lines = matches.filter((match) => match.file === file).map((match) => match.line);
    const more = lines.length > 5 ? ' …' : '';
    const label = lines.length === 1 ? 'line' : 'lines';
    return `${code(file)}, ${label} ${lines.slice(0, 5).join(', ')}${more}`;
}
function steps(findings) {
    const [first, second] = sourcesOf(findings).map((file) => code(file) + size(findings, file));
    const [test] = testsOf(findings).map(code);
    const section = headings(findings)[1];
    return [
        first
            ? `Understand ${first}: the likeliest place for this task.`
            : 'Find the place for this task.',
        ...(second ? [`Follow it into ${second}.`] : []),
        test
            ? `Write the expectation first, beside ${test}.`
            : 'Write the expectation first: a test, of which none was seen here.',
        'Make the change, as small as it can be.',
        checkStep(findings),
        ...(section ? [`Tell the reader: the section ${code(section)} of the README.`] : []),
    ];
}
const checks = {
    'package.json': 'npm test',
    'Cargo.toml': 'cargo test',
    'go.mod': 'go test ./...',
    'pyproject.toml': 'python -m pytest',
    'pom.xml': 'mvn test',
    Makefile: 'make',
};
function checkStep({ files }) {
    const file = Object.keys(checks).find((name) => files.includes(name));
    const command = file === undefined ? undefined : checks[file];
    return file === undefined || command === undefined
        ? 'Run the checks of the project.'
        : `Run ${code(command)}, since there is a ${code(file)}.`;
}
function size({ read }, file) {
    const lines = read.get(file);
    return lines === undefined ? '' : ` (${counted(lines.length, 'line')})`;
}
function headings(findings) {
    const lines = findings.read.get(readmeOf(findings) ?? '') ?? [];
    return lines.flatMap((line) => /^#{1,3} +(.+?)[ #]*$/.exec(line)?.[1]?.slice(0, 80) ?? []);
}
function topFolder(file) {
    return file.includes('/') ? `${file.split('/')[0]}/` : './';
}
function kind(file) {
    return posix_.extname(file) || posix_.basename(file);
}
/** How many of each, the most first: `src/` 12, `docs/` 3. */
function tally(files, by) {
    return Object.entries(Object.groupBy(files, by))
        .map(([name, group]) => ({ name, count: group?.length ?? 0 }))
        .toSorted((one, other) => other.count - one.count)
        .slice(0, 6)
        .map(({ name, count }) => `${code(name)} ${count}`);
}
function list(label, items) {
    return items.length === 0 ? [] : [label + items.join(', ')];
}

;// CONCATENATED MODULE: ./build/rehearsal/plan.js




/** Looks around with the agent's own tools, then writes a plan of what it found. */
function planReply(turn) {
    const survey = notYetDone(turn, [...surveyCalls(turn), ...searchCalls(turn)]);
    if (survey.length > 0) {
        return { kind: 'message', text: 'First a look at what there is.', toolCalls: survey };
    }
    const findings = findingsOf(turn);
    const reading = [...readmeCalls(turn, findings), ...sourceCalls(turn, findings)];
    const unread = notYetDone(turn, reading);
    if (unread.length > 0) {
        return { kind: 'message', text: 'Now the files that matter most.', toolCalls: unread };
    }
    return { kind: 'message', text: planText(turn.prompt, findings) };
}

// EXTERNAL MODULE: external "node:events"
var external_node_events_ = __webpack_require__(78474);
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
;// CONCATENATED MODULE: ./build/rehearsal/chat.js

const content = schemas/* union */.KCZ([schemas/* string */.YjP(), schemas/* array */.YOg(schemas/* looseObject */._H3({ type: schemas/* string */.YjP(), text: schemas/* string */.YjP().optional() }))])
    .transform((value) => typeof value === 'string' ? value : value.map((part) => part.text ?? '').join(''));
const toolCall = schemas/* object */.Ikc({
    id: schemas/* string */.YjP(),
    type: schemas/* literal */.euz('function'),
    function: schemas/* object */.Ikc({ name: schemas/* string */.YjP(), arguments: schemas/* string */.YjP() }),
})
    .transform((call) => ({ id: call.id, ...call.function }));
const message = schemas/* discriminatedUnion */.gMt('role', [
    schemas/* object */.Ikc({ role: schemas/* literal */.euz('system'), content }),
    schemas/* object */.Ikc({ role: schemas/* literal */.euz('user'), content }),
    schemas/* object */.Ikc({
        role: schemas/* literal */.euz('assistant'),
        content: content.nullish().transform((text) => text ?? ''),
        tool_calls: schemas/* array */.YOg(toolCall).default([]),
    }),
    schemas/* object */.Ikc({ role: schemas/* literal */.euz('tool'), content, tool_call_id: schemas/* string */.YjP() }),
]);
const tool = schemas/* object */.Ikc({
    type: schemas/* literal */.euz('function'),
    function: schemas/* object */.Ikc({
        name: schemas/* string */.YjP(),
        parameters: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* unknown */.L5J()).default({}),
    }),
})
    .transform((entry) => entry.function);
/** The part of OpenAI's chat completion request that is understood; content parts become one text. */
const chatBody = schemas/* object */.Ikc({
    model: schemas/* string */.YjP(),
    messages: schemas/* array */.YOg(message).min(1),
    tools: schemas/* array */.YOg(tool).default([]),
    stream: schemas/* boolean */.zMY().default(false),
    stream_options: schemas/* object */.Ikc({ include_usage: schemas/* boolean */.zMY().default(false) }).optional(),
});

// EXTERNAL MODULE: external "node:timers/promises"
var external_node_timers_promises_ = __webpack_require__(58500);
;// CONCATENATED MODULE: ./build/rehearsal/reply.js

/** OpenAI's error body. */
function errorBody({ message, type, code }) {
    return JSON.stringify({
        error: { message, type: type ?? 'invalid_request_error', param: null, code: code ?? null },
    });
}
/** The answer in one JSON body, for a request without `stream`. */
function completion(request, reply) {
    const toolCalls = wireToolCalls(reply);
    return JSON.stringify({
        ...envelope(request, 'chat.completion'),
        choices: [
            {
                index: 0,
                message: {
                    role: 'assistant',
                    content: reply.text,
                    ...(reply.reasoning && { reasoning_content: reply.reasoning }),
                    ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
                },
                finish_reason: finishOf(reply),
            },
        ],
        usage: wireUsage(request, reply),
    });
}
/** The answer as server-sent events, the frames that follow a text included. */
async function* reply_frames(request, reply, signal) {
    for (const delta of deltas(reply)) {
        yield reply_frame(request, [{ index: 0, delta, finish_reason: null }]);
        if (reply.chunkDelayMs !== undefined)
            await (0,external_node_timers_promises_.setTimeout)(reply.chunkDelayMs, undefined, { signal });
    }
    yield reply_frame(request, [{ index: 0, delta: {}, finish_reason: finishOf(reply) }]);
    if (request.stream_options?.include_usage) {
        yield reply_frame(request, [], { usage: wireUsage(request, reply) });
    }
    yield 'data: [DONE]\n\n';
}
/** The frames of a text that is not finished. */
function textFrames(request, text) {
    return [...deltas({ kind: 'message', text })]
        .map((delta) => reply_frame(request, [{ index: 0, delta, finish_reason: null }]))
        .join('');
}
function* deltas(reply) {
    yield { role: 'assistant', content: '' };
    for (const piece of pieces(reply.reasoning ?? ''))
        yield { reasoning_content: piece };
    for (const piece of pieces(reply.text, reply.chunkLength))
        yield { content: piece };
    for (const [index, { function: called, ...call }] of wireToolCalls(reply).entries()) {
        yield { tool_calls: [{ index, ...call, function: { name: called.name, arguments: '' } }] };
        for (const piece of pieces(called.arguments)) {
            yield { tool_calls: [{ index, function: { arguments: piece } }] };
        }
    }
}
/** Pieces of so many code points: no piece ends within a surrogate pair. */
function pieces(text, length = 48) {
    return text.match(new RegExp(`[\\s\\S]{1,${length}}`, 'gu')) ?? [];
}
function reply_frame(request, choices, more = {}) {
    const chunk = { ...envelope(request, 'chat.completion.chunk'), choices, ...more };
    return `data: ${JSON.stringify(chunk)}\n\n`;
}
function envelope(request, object) {
    return {
        id: `chatcmpl-${request.messages.length}`,
        object,
        created: Math.floor(Date.now() / 1000),
        model: request.model,
    };
}
function finishOf({ finish, toolCalls = [] }) {
    return finish ?? (toolCalls.length > 0 ? 'tool_calls' : 'stop');
}
function wireToolCalls({ toolCalls = [] }) {
    return toolCalls.map((call) => ({
        id: `call_${crypto.randomUUID().replaceAll('-', '').slice(0, 24)}`,
        type: 'function',
        function: { name: call.name, arguments: JSON.stringify(call.arguments) },
    }));
}
function wireUsage(request, reply) {
    const usage = reply.usage ?? {
        prompt: tokens(JSON.stringify([request.messages, request.tools])),
        completion: tokens(writtenText(reply)),
    };
    return {
        prompt_tokens: usage.prompt,
        completion_tokens: usage.completion,
        total_tokens: usage.prompt + usage.completion,
        prompt_tokens_details: { cached_tokens: usage.cached ?? 0 },
        completion_tokens_details: { reasoning_tokens: usage.reasoning ?? 0 },
    };
}
function writtenText({ text, reasoning = '', toolCalls = [] }) {
    const calls = toolCalls.map((call) => call.name + JSON.stringify(call.arguments));
    return [reasoning, text, ...calls].join('');
}
/** Four characters a token: the usual rule of thumb, good enough for a script. */
function tokens(text) {
    return Math.ceil(text.length / 4);
}

;// CONCATENATED MODULE: ./build/rehearsal/server.js









/** Serves OpenAI's chat completions on a free port of the loopback until it is disposed. */
async function startModelServer(models, brain) {
    const key = `sk-${crypto.randomUUID()}`;
    const server = external_node_http_.createServer((request, response) => {
        void answer({ request, response, key, models, brain });
    });
    // A client that reuses a connection just as it times out would see a reset.
    server.keepAliveTimeout = 0;
    server.listen(0, '127.0.0.1');
    await (0,external_node_events_.once)(server, 'listening');
    return {
        url: `http://127.0.0.1:${portOf(server)}/v1`,
        key,
        async [Symbol.asyncDispose]() {
            if (!server.listening)
                return;
            const closed = (0,external_node_events_.once)(server, 'close');
            server.close();
            server.closeAllConnections();
            await closed;
        },
    };
}
async function answer(incoming) {
    const { request, response } = incoming;
    const over = new AbortController();
    response.once('close', () => over.abort());
    try {
        await route(incoming, over.signal);
    }
    catch (error) {
        // When the client has left there is nobody to tell.
        if (over.signal.aborted)
            return;
        const message = error instanceof Error ? error.message : String(error);
        if (response.headersSent)
            request.socket.resetAndDestroy();
        else
            refuse(response, { status: 500, message, type: 'server_error' });
    }
}
async function route(incoming, signal) {
    const { request, response, key, models } = incoming;
    const path = `${request.method} ${request.url}`;
    if (request.headers.authorization !== `Bearer ${key}`) {
        const message = 'Incorrect API key provided.';
        return refuse(response, { status: 401, message, code: 'invalid_api_key' });
    }
    if (path === 'GET /v1/models') {
        const data = models.map((id) => ({ id, object: 'model', created: 0, owned_by: 'script' }));
        return send(response, JSON.stringify({ object: 'list', data }));
    }
    if (path === 'POST /v1/chat/completions')
        return chat(incoming, signal);
    refuse(response, { status: 404, message: `Invalid URL (${path})` });
}
async function chat({ request, response, models, brain }, signal) {
    const body = (0,build_text/* parseJson */.qF)(await (0,consumers_.text)(request));
    const parsed = chatBody.safeParse(body);
    if (!parsed.success) {
        return refuse(response, { status: 400, message: errors/* prettifyError */.S1(parsed.error) });
    }
    if (!models.includes(parsed.data.model)) {
        const message = `The model "${parsed.data.model}" does not exist.`;
        return refuse(response, { status: 404, message, code: 'model_not_found' });
    }
    const chatRequest = { ...parsed.data, ...sessionsOf(request.headers) };
    const reply = await brain(chatRequest, { headers: request.headers, body, signal });
    await carryOut(reply, { request: chatRequest, response, signal });
}
async function carryOut(reply, answering) {
    const { request, response } = answering;
    switch (reply.kind) {
        case 'message':
            return sendMessage(reply, answering);
        case 'error':
            return refuse(response, reply);
        case 'silence':
            return;
        case 'reset':
            response.socket?.resetAndDestroy();
            return;
        case 'half':
            startStream(response).write(textFrames(request, reply.text));
            return;
        case 'cut':
            startStream(response).write(textFrames(request, reply.text), () => response.socket?.destroy());
            return;
        case 'stream-error':
            startStream(response).write(textFrames(request, reply.text));
            response.end(`data: ${errorBody({ message: reply.message, type: 'server_error' })}\n\n`);
    }
}
async function sendMessage(reply, { request, response, signal }) {
    if (!request.stream)
        return send(response, completion(request, reply));
    await (0,promises_.pipeline)(external_node_stream_.Readable.from(reply_frames(request, reply, signal)), startStream(response));
}
function startStream(response) {
    return response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache',
    });
}
function send(response, body) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
}
function refuse(response, error) {
    response
        .writeHead(error.status, { 'content-type': 'application/json', ...error.headers })
        .end(errorBody(error));
}
/** opencode names its session, and a subagent's parent, in these headers. */
function sessionsOf(headers) {
    const sessionID = headers['x-session-id'];
    const parentSessionID = headers['x-parent-session-id'];
    return {
        ...(typeof sessionID === 'string' && { sessionID }),
        ...(typeof parentSessionID === 'string' && { parentSessionID }),
    };
}
function portOf(server) {
    const address = server.address();
    if (address === null || typeof address === 'string')
        throw new Error('No port to listen on.');
    return address.port;
}

;// CONCATENATED MODULE: ./build/rehearsal/rehearsal.js




const rehearsals = new Map([
    ['plan', { name: 'Rehearsal: plan', answer: withTools(planReply) }],
    ['implement', { name: 'Rehearsal: implement', answer: withTools(implementReply) }],
    ['rate-limit', { name: 'Rehearsal: rate limit', answer: rateLimit }],
    ['stall', { name: 'Rehearsal: stall', answer: () => ({ kind: 'silence' }) }],
    ['error', { name: 'Rehearsal: error', answer: refusal }],
]);
/** The built-in models: what comes after `rehearsal/`. */
const rehearsalModels = [...rehearsals.keys()];
/** Starts the built-in scripted model: no key, no network, no cost, nothing kept between requests. */
function startRehearsal() {
    return startModelServer(rehearsalModels, rehearse);
}
/** The answer of the model that the request names. */
function rehearse(request) {
    const rehearsal = rehearsals.get(request.model);
    if (rehearsal === undefined)
        throw new Error(`No rehearsal model "${request.model}".`);
    return rehearsal.answer(request);
}
/** The entry of opencode's configuration under `provider.rehearsal`. */
function rehearsalProvider({ url, key }) {
    const limits = { limit: { context: 128_000, output: 8_000 }, cost: { input: 0, output: 0 } };
    return {
        npm: '@ai-sdk/openai-compatible',
        name: 'Rehearsal',
        options: { baseURL: url, apiKey: key },
        models: Object.fromEntries([...rehearsals].map(([id, { name }]) => [id, { name, ...limits, tool_call: true }])),
    };
}
/** A request for a title or a summary offers no tools and gets a few words. */
function withTools(answer) {
    return (request) => {
        const turn = turnOf(request);
        return turn === undefined ? { kind: 'message', text: 'Rehearsal' } : answer(turn);
    };
}
function rateLimit() {
    return {
        kind: 'error',
        status: 429,
        message: 'Rate limit reached for the rehearsal model. Please try again in 1h0m0s.',
        type: 'requests',
        code: 'rate_limit_exceeded',
        headers: { 'retry-after': '3600' },
    };
}
function refusal() {
    return {
        kind: 'error',
        status: 400,
        message: 'The rehearsal model refuses this request, as it refuses every one.',
        code: 'rehearsal_error',
    };
}


/***/ })

};
