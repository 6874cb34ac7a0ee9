export const id = 919;
export const ids = [919,674];
export const modules = {

/***/ 19919:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  readDiff: () => (/* binding */ readDiff)
});

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 9 modules
var schemas = __webpack_require__(27597);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/errors.js
var errors = __webpack_require__(961);
// EXTERNAL MODULE: ./build/errors.js
var build_errors = __webpack_require__(19473);
// EXTERNAL MODULE: ./build/github/answer.js
var answer = __webpack_require__(87674);
// EXTERNAL MODULE: ./build/text.js
var build_text = __webpack_require__(50977);
// EXTERNAL MODULE: ./build/policy/globs.js
var globs = __webpack_require__(86912);
// EXTERNAL MODULE: ./build/context/foreign-code.js
var foreign_code = __webpack_require__(49600);
;// CONCATENATED MODULE: ./build/context/file-diff.js


/** The same with clean text. */
function cleanFileDiff(raw) {
    const clean = raw.text === undefined ? {} : (0,foreign_code/* cleanForeignCode */.b)(raw.text);
    return { ...raw, text: clean.text, invisible: clean.invisible ?? 0 };
}
const isGeneratedPath = (0,globs/* createMatcher */.P)([
    '**/*{.lock,.lockb,.lockfile,.lock.json,-lock.json,-lock.yaml,.snap,.map}',
    '**/{npm-shrinkwrap.json,go.sum,go.work.sum}',
    '**/*.{min,generated,g,pb}.*',
    '**/*_pb2{,_grpc}.py{,i}',
    '**/{dist,vendor,node_modules,__generated__,__snapshots__}/**',
], { ignoreCase: true });
/** Whether a tool writes the file rather than a person, by its name: such files are shown after all others. */
function isGenerated(path) {
    return isGeneratedPath(path);
}

;// CONCATENATED MODULE: ./build/context/listed.js


/** A page of `GET /repos/{owner}/{repo}/pulls/{pull_number}/files`. */
const listedFiles = schemas/* array */.YOg(schemas/* object */.Ikc({
    filename: schemas/* string */.YjP(),
    previous_filename: schemas/* string */.YjP().optional(),
    status: schemas/* string */.YjP(),
    additions: schemas/* number */.aig(),
    deletions: schemas/* number */.aig(),
    patch: schemas/* string */.YjP().optional(),
}));
/** A file of GitHub's list as git would show it; GitHub gives no patch of binary and of large files. */
function fromListed(file) {
    const { filename, status, additions, deletions, patch } = file;
    const shown = patch !== undefined || status === 'renamed';
    const text = shown && (patch !== undefined || additions + deletions === 0);
    const why = additions + deletions === 0 ? 'binary or empty' : 'GitHub gives no patch of it';
    const counts = { path: filename, additions, deletions };
    return text
        ? { ...counts, text: asUnified(file), why: undefined }
        : { ...counts, text: undefined, why };
}
function asUnified({ filename, previous_filename, status, patch }) {
    // A name of more than one line would begin others.
    const [from, to] = [(0,build_text/* oneLine */.TN)(previous_filename ?? filename), (0,build_text/* oneLine */.TN)(filename)];
    const moved = from === to ? [] : [`rename from ${from}`, `rename to ${to}`];
    const before = status === 'added' ? '/dev/null' : `a/${from}`;
    const after = status === 'removed' ? '/dev/null' : `b/${to}`;
    const hunks = patch === undefined ? [] : [`--- ${before}`, `+++ ${after}`, patch];
    return [`diff --git a/${from} b/${to}`, ...moved, ...hunks].join('\n');
}

// EXTERNAL MODULE: ./build/context/cut.js
var context_cut = __webpack_require__(88804);
;// CONCATENATED MODULE: ./build/context/selection.js



/** Takes what fits: whole files in their order, the beginning of those that are too long, no binary ones. */
function selectFiles(files, caps) {
    const written = files.filter(({ path }) => !isGenerated(path));
    const generated = files.filter(({ path }) => isGenerated(path));
    const shown = [];
    const leftOut = [];
    let room = caps.all;
    for (const file of [...written, ...generated]) {
        const text = file.text === undefined ? undefined : cutLines(file.text, caps.file);
        const fits = text !== undefined && text.length < room;
        if (fits) {
            shown.push({ ...file, text });
            room -= text.length + 1;
        }
        const reasons = fits ? losses(file, text) : [file.why ?? noRoom(file)];
        leftOut.push(...reasons.map((why) => leave(file, why)));
    }
    return { shown, leftOut };
}
function leave({ path, additions, deletions }, why) {
    return { path, additions, deletions, why };
}
function noRoom({ path }) {
    return isGenerated(path) ? 'generated, and no room left' : 'no room left';
}
function losses({ text = '', invisible }, kept) {
    const cut = `cut after ${(0,build_text/* grouped */.zD)(kept.length)} of ${(0,build_text/* grouped */.zD)(text.length)} characters`;
    const removed = `${(0,build_text/* counted */.hS)(invisible, 'invisible character')} removed`;
    return [...(kept.length < text.length ? [cut] : []), ...(invisible > 0 ? [removed] : [])];
}
/** Whole lines as long as there are any. */
function cutLines(text, most) {
    if (text.length <= most)
        return text;
    const cut = (0,context_cut/* cutText */.I)(text, most);
    const end = cut.lastIndexOf('\n');
    return end > 0 ? cut.slice(0, end) : cut;
}

;// CONCATENATED MODULE: ./build/context/unified.js
/** The files of a diff as git writes it. */
function parseUnified(diff) {
    // Only after a line feed: for a regular expression, a line of a file may begin after other characters, too.
    return diff.split(/\n(?=diff --git )/).flatMap((part) => {
        return part.startsWith('diff --git ') ? [parseFile(part.replace(/\n$/, ''))] : [];
    });
}
function parseFile(text) {
    const lines = text.split('\n');
    const at = lines.findIndex((line) => line.startsWith('@@ '));
    const header = at < 0 ? lines : lines.slice(0, at);
    const hunks = at < 0 ? [] : lines.slice(at);
    const binary = header.some((line) => /^(?:Binary files |GIT binary patch)/.test(line));
    return {
        path: pathOf(header),
        additions: hunks.filter((line) => line.startsWith('+')).length,
        deletions: hunks.filter((line) => line.startsWith('-')).length,
        text: binary ? undefined : text,
        why: binary ? 'binary' : undefined,
    };
}
function pathOf(header) {
    const after = (start) => header.find((line) => line.startsWith(start))?.slice(start.length);
    const moved = after('rename to ') ?? after('copy to ');
    if (moved !== undefined)
        return unquote(moved);
    const ends = [after('+++ '), after('--- ')].filter((end) => end !== undefined);
    const named = ends.find((end) => end !== '/dev/null');
    // git ends a name that has blanks in it by a tab.
    return unquote(named?.replace(/\t$/, '') ?? twice(header[0] ?? '')).replace(/^[ab]\//, '');
}
/** Without any other line on names, both in `diff --git a/NAME b/NAME` are of one length. */
function twice(line) {
    const names = line.slice('diff --git '.length);
    return names.slice((names.length + 1) / 2);
}
const escapes = {
    a: '\u0007',
    b: '\b',
    f: '\f',
    n: '\n',
    r: '\r',
    t: '\t',
    v: '\v',
};
/** A name as git quotes it (git-config, `core.quotePath`): escapes as in C, bytes in octal. */
function unquote(name) {
    if (!name.startsWith('"'))
        return name;
    const bytes = Buffer.from(name.slice(1, -1)).toString('latin1');
    const plain = bytes.replace(/\\([0-7]{3}|[\s\S])/g, (_whole, code) => {
        return code.length === 3
            ? String.fromCharCode(Number.parseInt(code, 8))
            : (escapes[code] ?? code);
    });
    return Buffer.from(plain, 'latin1').toString();
}

;// CONCATENATED MODULE: ./build/context/pull-diff.js








const caps = { all: 200_000, file: 40_000 };
const end = schemas/* object */.Ikc({ sha: schemas/* string */.YjP() });
const pullRequest = schemas/* object */.Ikc({
    base: end,
    head: end,
    additions: schemas/* number */.aig(),
    deletions: schemas/* number */.aig(),
    changed_files: schemas/* number */.aig(),
});
/** octokit gives bytes where the answer names no character set. */
const diffText = schemas/* union */.KCZ([
    schemas/* string */.YjP(),
    schemas/* instanceof */.Nlp(ArrayBuffer).transform((bytes) => new TextDecoder().decode(bytes)),
]);
/** Reads the diff of a pull request. What GitHub refuses is a problem, `config-invalid`; an abort is thrown. */
async function readDiff(github, number, signal) {
    try {
        const pull = await readPull(github, number, signal);
        const files = (await readFiles(github, number, signal)).map(cleanFileDiff);
        return { diff: { number, ...pull, givenFiles: files.length, ...selectFiles(files, caps) } };
    }
    catch (error) {
        signal.throwIfAborted();
        if (!isAnswer(error))
            throw error;
        return { problem: problemOf(error, number) };
    }
}
async function readPull(github, number, signal) {
    signal.throwIfAborted();
    const { data } = await github.octokit.rest.pulls.get(pullOf(github, number));
    const { base, head, additions, deletions, changed_files } = pullRequest.parse(data);
    const changedFiles = changed_files;
    return { baseSha: base.sha, headSha: head.sha, additions, deletions, changedFiles };
}
/** GitHub refuses diffs of more than 20,000 lines or 300 files by 406; the list has up to 3,000 files. */
async function readFiles(github, number, signal) {
    signal.throwIfAborted();
    try {
        const asked = { ...pullOf(github, number), mediaType: { format: 'diff' } };
        const { data } = await github.octokit.rest.pulls.get(asked);
        return parseUnified(diffText.parse(data));
    }
    catch (error) {
        if ((0,answer/* statusOf */.c2)(error) !== 406)
            throw error;
        return await listFiles(github, number, signal);
    }
}
async function listFiles(github, number, signal) {
    const { paginate, rest } = github.octokit;
    const files = [];
    const asked = { ...pullOf(github, number), per_page: 100 };
    for await (const { data } of paginate.iterator(rest.pulls.listFiles, asked)) {
        signal.throwIfAborted();
        files.push(...listedFiles.parse(data).map(fromListed));
    }
    return files;
}
function pullOf({ owner, repo }, pull_number) {
    return { owner, repo, pull_number };
}
/** Something that came back from GitHub, or did not come; anything else is a defect. */
function isAnswer(error) {
    return error instanceof errors/* ZodError */.G || (error instanceof Error && 'status' in error);
}
function problemOf(error, number) {
    const status = (0,answer/* statusOf */.c2)(error);
    const refused = !(0,answer/* isRateLimit */.a5)(error) && [401, 403, 404].includes(status ?? 0);
    const said = error instanceof errors/* ZodError */.G ? 'its answer was not complete' : (0,build_text/* quote */.hD)((0,build_text/* messageOf */.bD)(error));
    const what = `context: the diff of pull request #${number} could not be read from GitHub`;
    const how = status === undefined ? said : `${status}, ${said}`;
    const advice = refused
        ? 'Give the job the permission pull-requests: read, or set context to event.'
        : 'Run it again, or set context to event.';
    return new build_errors/* UserError */.y('config-invalid', `${what} (${how}). ${advice}`, { cause: error });
}


/***/ }),

/***/ 87674:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   JD: () => (/* binding */ isLost),
/* harmony export */   Yl: () => (/* binding */ headersOf),
/* harmony export */   a5: () => (/* binding */ isRateLimit),
/* harmony export */   answerText: () => (/* binding */ answerText),
/* harmony export */   c2: () => (/* binding */ statusOf)
/* harmony export */ });
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(27597);
/* harmony import */ var _text_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(50977);
/* harmony import */ var _workspace_git_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(82090);



/** What octokit throws where GitHub answered; without `response` there was no answer. */
const refusal = zod__WEBPACK_IMPORTED_MODULE_2__/* .object */ .Ikc({
    status: zod__WEBPACK_IMPORTED_MODULE_2__/* .number */ .aig(),
    response: zod__WEBPACK_IMPORTED_MODULE_2__/* .object */ .Ikc({
        headers: zod__WEBPACK_IMPORTED_MODULE_2__/* .record */ .g1P(zod__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP(), zod__WEBPACK_IMPORTED_MODULE_2__/* .union */ .KCZ([zod__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP(), zod__WEBPACK_IMPORTED_MODULE_2__/* .number */ .aig()]).optional()),
    }),
});
/** The HTTP status of an answer that octokit threw; undefined if there was none. */
function statusOf(error) {
    return refusal.safeParse(error).data?.status;
}
/** Headers of an answer that octokit threw, by their lower-case names. */
function headersOf(error) {
    return refusal.safeParse(error).data?.response.headers ?? {};
}
/** Whether GitHub refused because of too many requests: it did nothing. */
function isRateLimit(error) {
    const status = statusOf(error);
    if (status !== 403)
        return status === 429;
    const headers = headersOf(error);
    const spent = headers['x-ratelimit-remaining'] === '0' || 'retry-after' in headers;
    return spent || /rate limit/i.test(answerText(error) ?? '');
}
/** Whether the request may have failed on the way, so that nobody knows if it was done. */
function isLost(error) {
    if (error instanceof _workspace_git_js__WEBPACK_IMPORTED_MODULE_1__/* .GitError */ .XS || answerText(error) === undefined)
        return false;
    const status = statusOf(error);
    return status === undefined ? !isGraphqlRefusal(error) : status >= 500;
}
/** What GitHub or git said; undefined for any other error. */
function answerText(error) {
    if (error instanceof _workspace_git_js__WEBPACK_IMPORTED_MODULE_1__/* .GitError */ .XS)
        return (0,_text_js__WEBPACK_IMPORTED_MODULE_0__/* .oneLine */ .TN)(error.stderr) || error.message;
    if (!(error instanceof Error))
        return undefined;
    if (error.name === 'ZodError')
        return 'an answer that cannot be read';
    if (error.name === 'TimeoutError')
        return 'it took too long';
    const isAnswer = ['HttpError', 'AbortError'].includes(error.name) || isGraphqlRefusal(error);
    return isAnswer ? error.message : undefined;
}
function isGraphqlRefusal(error) {
    return error instanceof Error && error.name === 'GraphqlResponseError';
}


/***/ })

};
