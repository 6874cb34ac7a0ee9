export const id = 929;
export const ids = [929,674];
export const modules = {

/***/ 45929:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  readDiff: () => (/* binding */ readDiff)
});

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 9 modules
var schemas = __webpack_require__(27597);
// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(19473);
// EXTERNAL MODULE: ./build/github/answer.js
var answer = __webpack_require__(87674);
// EXTERNAL MODULE: ./build/text/text.js
var text_text = __webpack_require__(96424);
// EXTERNAL MODULE: ./build/policy/globs.js
var globs = __webpack_require__(86912);
// EXTERNAL MODULE: ./build/context/foreign-text.js
var foreign_text = __webpack_require__(66134);
;// CONCATENATED MODULE: ./build/context/file-diff.js




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
function readFileDiff(file) {
    const { filename: path, status, additions, deletions, patch } = file;
    const isEmpty = additions + deletions === 0;
    const counts = { path, additions, deletions };
    if (patch === undefined && !(status === 'renamed' && isEmpty)) {
        const why = isEmpty ? 'binary or empty' : 'GitHub has no patch for it';
        return { ...counts, text: undefined, why, invisible: 0 };
    }
    return { ...counts, ...(0,foreign_text/* cleanForeignCode */.bu)(asUnified(file)), why: undefined };
}
function asUnified({ filename, previous_filename, status, patch }) {
    // A name of more than one line would begin others.
    const [from, to] = [(0,text_text/* oneLine */.TN)(previous_filename ?? filename), (0,text_text/* oneLine */.TN)(filename)];
    const moved = from === to ? [] : [`rename from ${from}`, `rename to ${to}`];
    const before = status === 'added' ? '/dev/null' : `a/${from}`;
    const after = status === 'removed' ? '/dev/null' : `b/${to}`;
    const hunks = patch === undefined ? [] : [`--- ${before}`, `+++ ${after}`, patch];
    return [`diff --git a/${from} b/${to}`, ...moved, ...hunks].join('\n');
}
/** Whether a tool writes the file rather than a person, by its name: such files are shown after all others. */
const isGenerated = (0,globs/* createMatcher */.P)([
    '**/*{.lock,.lockb,.lockfile,.lock.json,-lock.json,-lock.yaml,.snap,.map}',
    '**/{npm-shrinkwrap.json,go.sum,go.work.sum}',
    '**/*.{min,generated,g,pb}.*',
    '**/*_pb2{,_grpc}.py{,i}',
    '**/{dist,vendor,node_modules,__generated__,__snapshots__}/**',
], { ignoreCase: true });

;// CONCATENATED MODULE: ./build/context/selection.js



/** Takes what fits: whole files in their order, the beginning of those that are too long. */
function selectFiles(files, caps) {
    const shown = [];
    const leftOut = [];
    let room = caps.all;
    for (const file of files.toSorted((a, b) => rankOf(a) - rankOf(b))) {
        const { path, additions, deletions, why = noRoom(file) } = file;
        const text = file.text && cutLines(file.text, caps.file);
        const fits = text !== undefined && text.length < room;
        if (fits) {
            shown.push({ ...file, text });
            room -= text.length + 1;
        }
        const reasons = fits ? losses(file, text) : [why];
        leftOut.push(...reasons.map((reason) => ({ path, additions, deletions, why: reason })));
    }
    return { shown, leftOut };
}
function rankOf({ path }) {
    return isGenerated(path) ? 1 : 0;
}
function noRoom({ path }) {
    return isGenerated(path) ? 'generated, and no room left' : 'no room left';
}
function losses({ text = '', invisible }, kept) {
    const cut = `cut after ${(0,text_text/* grouped */.zD)(kept.length)} of ${(0,text_text/* grouped */.zD)(text.length)} characters`;
    const removed = `${(0,text_text/* counted */.hS)(invisible, 'invisible character')} removed`;
    return [...(kept.length < text.length ? [cut] : []), ...(invisible > 0 ? [removed] : [])];
}
/** Whole lines, unless the first one is too long. */
function cutLines(text, most) {
    if (text.length <= most)
        return text;
    const cut = (0,foreign_text/* cutText */.IN)(text, most);
    const end = cut.lastIndexOf('\n');
    return end > 0 ? cut.slice(0, end) : cut;
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
/** Reads the diff of a pull request. Throws a `UserError` (`config-invalid`) if GitHub refuses it. */
async function readDiff({ octokit, owner, repo }, number, signal) {
    const asked = { owner, repo, pull_number: number };
    try {
        const { data } = await octokit.rest.pulls.get(asked);
        const { base, head, additions, deletions, changed_files } = pullRequest.parse(data);
        const pages = octokit.paginate.iterator(octokit.rest.pulls.listFiles, {
            ...asked,
            per_page: 100,
        });
        const files = [];
        for await (const page of pages) {
            signal.throwIfAborted();
            files.push(...listedFiles.parse(page.data).map(readFileDiff));
        }
        return {
            ...{ number, additions, deletions, changedFiles: changed_files, givenFiles: files.length },
            ...{ baseSha: base.sha, headSha: head.sha },
            ...selectFiles(files, caps),
        };
    }
    catch (error) {
        signal.throwIfAborted();
        throw problemOf(error, number);
    }
}
function problemOf(error, number) {
    const message = (0,answer.answerText)(error);
    if (message === undefined)
        return error;
    const status = (0,answer/* statusOf */.c2)(error);
    const isRefused = !(0,answer/* isRateLimit */.a5)(error) && [401, 403, 404].includes(status ?? 0);
    const how = status === undefined ? (0,text_text/* quote */.hD)(message) : `${status}, ${(0,text_text/* quote */.hD)(message)}`;
    const advice = isRefused
        ? 'Give the job the permission pull-requests: read, or set context to event.'
        : 'Run it again, or set context to event.';
    const what = `context: the diff of pull request #${number} could not be read from GitHub`;
    return new errors/* UserError */.y('config-invalid', `${what} (${how}). ${advice}`, { cause: error });
}


/***/ }),

/***/ 87674:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F2: () => (/* binding */ unlessMissing),
/* harmony export */   JD: () => (/* binding */ isLost),
/* harmony export */   Yl: () => (/* binding */ headersOf),
/* harmony export */   a5: () => (/* binding */ isRateLimit),
/* harmony export */   answerText: () => (/* binding */ answerText),
/* harmony export */   c2: () => (/* binding */ statusOf)
/* harmony export */ });
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(27597);
/* harmony import */ var _text_text_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(96424);
/* harmony import */ var _workspace_git_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(82090);



/** What octokit throws if GitHub answered; without an answer there is no `response`. */
const httpError = zod__WEBPACK_IMPORTED_MODULE_2__/* .object */ .Ikc({
    status: zod__WEBPACK_IMPORTED_MODULE_2__/* .number */ .aig(),
    response: zod__WEBPACK_IMPORTED_MODULE_2__/* .object */ .Ikc({
        headers: zod__WEBPACK_IMPORTED_MODULE_2__/* .record */ .g1P(zod__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP(), zod__WEBPACK_IMPORTED_MODULE_2__/* .union */ .KCZ([zod__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP(), zod__WEBPACK_IMPORTED_MODULE_2__/* .number */ .aig()]).optional()),
    }),
});
/** The HTTP status of an answer that octokit threw; undefined without an answer. */
function statusOf(error) {
    return httpError.safeParse(error).data?.status;
}
/** Headers of an answer that octokit threw, by their lower-case names. */
function headersOf(error) {
    return httpError.safeParse(error).data?.response.headers ?? {};
}
/** The result of a request; undefined if GitHub answered 404. */
async function unlessMissing(asked) {
    try {
        return await asked;
    }
    catch (error) {
        if (statusOf(error) === 404)
            return undefined;
        throw error;
    }
}
/** Whether GitHub refused a request because there were too many. */
function isRateLimit(error) {
    const status = statusOf(error);
    if (status !== 403)
        return status === 429;
    const headers = headersOf(error);
    const isSpent = headers['x-ratelimit-remaining'] === '0' || 'retry-after' in headers;
    return isSpent || /rate limit/i.test(answerText(error) ?? '');
}
/** Whether a request failed in a way that leaves open if GitHub did what it asked for. */
function isLost(error) {
    if (error instanceof _workspace_git_js__WEBPACK_IMPORTED_MODULE_1__/* .GitError */ .XS || answerText(error) === undefined)
        return false;
    const status = statusOf(error);
    return status === undefined ? !isGraphqlRefusal(error) : status >= 500;
}
/** The message of GitHub or git; undefined for any other error. */
function answerText(error) {
    if (error instanceof _workspace_git_js__WEBPACK_IMPORTED_MODULE_1__/* .GitError */ .XS)
        return (0,_text_text_js__WEBPACK_IMPORTED_MODULE_0__/* .oneLine */ .TN)(error.stderr) || error.message;
    if (!(error instanceof Error))
        return undefined;
    if (error.name === 'ZodError')
        return "an answer that can't be read";
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
