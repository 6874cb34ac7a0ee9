export const id = 68;
export const ids = [68,463,674];
export const modules = {

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


/***/ }),

/***/ 44463:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   backOff: () => (/* binding */ backOff),
/* harmony export */   createGitHub: () => (/* binding */ createGitHub),
/* harmony export */   repeat: () => (/* binding */ repeat),
/* harmony export */   repeatLost: () => (/* binding */ repeatLost)
/* harmony export */ });
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(58500);
/* harmony import */ var _actions_github__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(92785);
/* harmony import */ var _answer_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(87674);



/** GitHub asks for a minute where it says nothing (docs.github.com, Rate limits for the REST API). */
const silentLimitMs = 60_000;
const mostTries = 4;
/**
 * Creates a client that repeats requests until `signal` aborts: those that a rate limit refused, after the time that GitHub
 * names, and failed ones that can be repeated safely. A failed POST may have succeeded, so its caller checks first. Octokit's
 * plugins for this do not stop waiting when the signal aborts, and repeat POSTs.
 */
function createGitHub(options, signal) {
    const { token, env, log, deadline = Number.POSITIVE_INFINITY, answerMs = 30_000 } = options;
    const octokit = (0,_actions_github__WEBPACK_IMPORTED_MODULE_1__/* .getOctokit */ .Q)(token, { baseUrl: env.GITHUB_API_URL ?? '' });
    octokit.hook.wrap('request', (request, asked) => {
        if (/\/graphql$/.test(asked.url))
            asked.url = env.GITHUB_GRAPHQL_URL || asked.url;
        const { method, url } = asked;
        const isRepeatable = method !== 'POST' || isQuery(asked);
        const ask = async () => {
            asked.request.signal = AbortSignal.any([signal, AbortSignal.timeout(answerMs)]);
            return await request(asked);
        };
        const waitAfter = (error, attempt) => {
            const wait = waitOf(error, { attempt, isRepeatable });
            if (wait === undefined || Date.now() + wait > deadline)
                return undefined;
            log(`GitHub: retrying ${method} ${url} in ${Math.ceil(wait / 1000)} s`);
            return wait;
        };
        return repeat(ask, waitAfter, signal);
    });
    const [owner = '', repo = ''] = (env.GITHUB_REPOSITORY ?? '').split('/');
    return { octokit, owner, repo, server: env.GITHUB_SERVER_URL ?? '', token };
}
/** A GraphQL query only reads. */
function isQuery(options) {
    return 'query' in options && String(options.query).trimStart().startsWith('query');
}
function waitOf(error, { attempt, isRepeatable }) {
    const wait = backOff(attempt);
    if (wait !== undefined && (0,_answer_js__WEBPACK_IMPORTED_MODULE_2__/* .isRateLimit */ .a5)(error))
        return limitOf(error, attempt);
    return isRepeatable && ((0,_answer_js__WEBPACK_IMPORTED_MODULE_2__/* .statusOf */ .c2)(error) ?? 500) >= 500 ? wait : undefined;
}
function limitOf(error, attempt) {
    const headers = (0,_answer_js__WEBPACK_IMPORTED_MODULE_2__/* .headersOf */ .Yl)(error);
    const after = Number(headers['retry-after'] ?? Number.NaN);
    if (after >= 0)
        return after * 1000;
    const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN) * 1000;
    if (headers['x-ratelimit-remaining'] === '0' && reset > 0)
        return Math.max(0, reset - Date.now());
    return silentLimitMs * 2 ** (attempt - 1);
}
/** Milliseconds before the next try, growing; undefined after the last one. */
function backOff(attempt) {
    return attempt < mostTries ? 1000 * 2 ** (attempt - 1) : undefined;
}
/** Tries until it succeeds, or until `waitAfter` returns no time to wait. An abort ends the wait. */
async function repeat(act, waitAfter, signal) {
    for (let attempt = 1;; attempt++) {
        try {
            return await act();
        }
        catch (error) {
            const wait = signal.aborted ? undefined : waitAfter(error, attempt);
            if (wait === undefined)
                throw error;
            // The error says more than that the time is up.
            await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_0__.setTimeout)(wait, undefined, { signal }).catch(() => {
                throw error;
            });
        }
    }
}
/** Repeats a POST whose answer was lost: `act` may run twice without harm, or checks first whether it is done. */
function repeatLost(act, signal) {
    return repeat(act, (error, attempt) => ((0,_answer_js__WEBPACK_IMPORTED_MODULE_2__/* .isLost */ .JD)(error) ? backOff(attempt) : undefined), signal);
}


/***/ }),

/***/ 85068:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  publishResult: () => (/* binding */ publishResult)
});

// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(19473);
// EXTERNAL MODULE: ./build/github/client.js
var client = __webpack_require__(44463);
// EXTERNAL MODULE: ./build/text/log-line.js
var log_line = __webpack_require__(15655);
// EXTERNAL MODULE: ./build/text/text.js
var text_text = __webpack_require__(96424);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 9 modules
var schemas = __webpack_require__(27597);
// EXTERNAL MODULE: ./build/github/answer.js
var github_answer = __webpack_require__(87674);
;// CONCATENATED MODULE: ./build/github/marker.js
/** The hidden first line of a comment. The key is encoded, so that none can end the HTML comment or forge another key. */
function writeMarker({ key, page }) {
    return `<!-- opencode-driver:${encode(key)}:${page} -->`;
}
/** The marker at the very beginning of a body, in exactly the form in which it is written. */
function readMarker(body) {
    const [, encoded, number] = /^<!-- opencode-driver:([\w.%]*):([1-9]\d{0,2}) -->(?:\r?\n|$)/.exec(body) ?? [];
    if (encoded === undefined || number === undefined)
        return undefined;
    const key = decode(encoded);
    return key !== undefined && encode(key) === encoded ? { key, page: Number(number) } : undefined;
}
function encode(key) {
    return encodeURIComponent(key.toWellFormed()).replace(/[^\w.%]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
function decode(encoded) {
    try {
        return decodeURIComponent(encoded);
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./build/github/comment.js




/**
 * Creates the comment, or edits it in place: the comments that the token wrote and that carry the key. Deletes pages that a
 * shorter text no longer needs, and duplicates that another run with the same key made.
 */
async function publishComment(request, signal) {
    const { github, bodies } = request;
    const created = await (0,client.repeatLost)(() => createMissing(request), signal);
    const listed = await listOwnComments(request);
    // GitHub may list a new comment a moment later.
    const late = created.filter(({ id }) => listed.every((comment) => comment.id !== id));
    const own = [...listed, ...late].toSorted((a, b) => a.id - b.id);
    // Of each page the oldest stays, so that two runs at once end with one comment.
    const kept = bodies.map((_, at) => own.find(({ page }) => page === at + 1));
    for (const comment of own)
        await settle(comment, bodies[kept.indexOf(comment)], github);
    const [first] = kept;
    if (!first)
        throw new Error('There is nothing to comment.');
    return { id: first.id, url: first.url };
}
const createdShape = schemas/* object */.Ikc({ id: schemas/* number */.aig(), html_url: schemas/* string */.YjP() });
/** Lists before it creates, since an answer that was lost may be that of a comment that was created. */
async function createMissing(request) {
    const { github, issue, bodies } = request;
    const { octokit, owner, repo } = github;
    const own = await listOwnComments(request);
    const created = [];
    for (const [at, body] of bodies.entries()) {
        if (own.some(({ page }) => page === at + 1))
            continue;
        const { data } = await octokit.rest.issues.createComment({
            ...{ owner, repo, body },
            issue_number: issue,
        });
        const { id, html_url: url } = createdShape.parse(data);
        created.push({ id, url, body, page: at + 1 });
    }
    return created;
}
/** Gives a comment the text, or deletes it without one; another run may have deleted it. */
async function settle({ id: comment_id, body: before }, body, { octokit, owner, repo }) {
    const comment = { owner, repo, comment_id };
    if (body === undefined)
        await (0,github_answer/* unlessMissing */.F2)(octokit.rest.issues.deleteComment(comment));
    else if (before !== body)
        await octokit.rest.issues.updateComment({ ...comment, body });
}
const query = `query ($owner: String!, $repo: String!, $issue: Int!, $after: String) {
  repository(owner: $owner, name: $repo) {
    issueOrPullRequest(number: $issue) {
      ... on Issue { comments(first: 100, after: $after) { ...page } }
      ... on PullRequest { comments(first: 100, after: $after) { ...page } }
    }
  }
}
fragment page on IssueCommentConnection {
  nodes { databaseId body url viewerDidAuthor }
  pageInfo { hasNextPage endCursor }
}`;
const commentShape = schemas/* object */.Ikc({
    databaseId: schemas/* number */.aig(),
    body: schemas/* string */.YjP(),
    url: schemas/* string */.YjP(),
    viewerDidAuthor: schemas/* boolean */.zMY(),
});
const comments = schemas/* object */.Ikc({
    nodes: schemas/* array */.YOg(commentShape),
    pageInfo: schemas/* object */.Ikc({ hasNextPage: schemas/* boolean */.zMY(), endCursor: schemas/* string */.YjP().nullable() }),
});
const answer = schemas/* object */.Ikc({
    repository: schemas/* object */.Ikc({ issueOrPullRequest: schemas/* object */.Ikc({ comments }) }),
});
/** The comments that the token wrote and that carry the key: anyone can write the marker into a comment. */
async function listOwnComments({ github: { octokit, owner, repo }, issue, key, }) {
    const own = [];
    let after = null;
    do {
        const asked = { owner, repo, issue, after };
        const { repository } = answer.parse(await octokit.graphql(query, asked));
        const { nodes, pageInfo } = repository.issueOrPullRequest.comments;
        own.push(...nodes.flatMap((node) => readOwn(node, key)));
        after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after !== null);
    return own;
}
function readOwn(node, key) {
    const { databaseId: id, body, url, viewerDidAuthor } = node;
    const marker = viewerDidAuthor ? readMarker(body) : undefined;
    return marker?.key === key ? [{ id, url, body, page: marker.page }] : [];
}

;// CONCATENATED MODULE: ./build/github/refusal.js



const workflowRemedy = 'The change has files in .github/workflows, which the token of a workflow can never write. Pass a token that can as github-token: of a GitHub App with the permission "workflows: write", or a personal access token with the scope "workflow".';
/** Remedies by what GitHub or git says; `{permission}` stands for the permission. */
const remedies = [
    [/without `?workflows?`? (permission|scope)/, workflowRemedy],
    [
        /rule violation|protected (branch|ref)|GH006|GH013|through a pull request|approving review|required status check|not authorized to push/i,
        'The branch is protected against such changes. Publish to another branch, as "publish: pull-request" does, or allow the token to bypass the rule.',
    ],
    [
        /Resource not accessible|Permission to \S+ denied|Write access to repository not granted/,
        'The token lacks the permission. Add "{permission}" to the job\'s permissions; on an event of a fork or of Dependabot the token stays read-only.',
    ],
    [
        /Bad credentials|Invalid username or (token|password)|Authentication failed/i,
        'The token is no longer valid. Check the github-token input.',
    ],
    [
        /rate limit/i,
        'The rate limit lasts longer than the time for publishing. Run it later, or less often.',
    ],
    [/locked/i, 'Unlock the conversation, or comment elsewhere (issue-number).'],
    [
        /Repository not found|Not Found|could not resolve to/i,
        'It does not exist, or the token can\'t see it. Check the github-token input and the number, and add "{permission}" to the job\'s permissions.',
    ],
];
/** Why GitHub or git did not do something, and the remedy. Throws any other error. */
function problemOf(error, attempted) {
    const { doing, workflows = false, permission = 'contents: write' } = attempted;
    const message = (0,github_answer.answerText)(error);
    if (message === undefined)
        throw error;
    const isBarred = workflows && /Resource not accessible|Not Found/.test(message);
    const [, found] = remedies.find(([pattern]) => pattern.test(message)) ?? [];
    const remedy = isBarred ? workflowRemedy : found?.replace('{permission}', permission);
    if (remedy !== undefined)
        return `GitHub refused to ${doing}. ${remedy}`;
    return `Could not ${doing}: ${(0,text_text/* quote */.hD)(message)}. Run the job again. If it fails again, the quoted message says why.`;
}
/** Does what GitHub or git may refuse; then it throws a `UserError` (`publish-failed`) with the remedy. */
async function attempt(attempted, act) {
    return await act().catch((error) => {
        throw new errors/* UserError */.y('publish-failed', problemOf(error, attempted), { cause: error });
    });
}

// EXTERNAL MODULE: ./node_modules/micromark-util-decode-string/index.js + 1 modules
var micromark_util_decode_string = __webpack_require__(61079);
;// CONCATENATED MODULE: ./build/markdown/addresses.js
/** Whether an image's address is on the server itself, so that showing it asks no other host. */
function isOnServer(address, { server }) {
    const url = readAddress(address, server);
    return url !== undefined && url.host === new URL(server).host && url.protocol === 'https:';
}
/** Whether the address is an issue, pull request or discussion on the server, and in which repository. */
function readIssue(address, { server }) {
    const url = readAddress(address, server);
    const host = new URL(server).host;
    if (url === undefined || url.host.replace(/^www\./, '') !== host)
        return undefined;
    const pattern = /^\/+([^/]+\/+[^/]+)\/+(?:issues|pulls?|discussions)\/+\d+/i;
    return pattern.exec(decodePath(url.pathname))?.[1]?.replace(/\/+/, '/').toLowerCase();
}
/** Whether the address names an issue of another repository, which would get a back-link. */
function isForeignIssue(address, place) {
    const repository = readIssue(address, place);
    return repository !== undefined && repository !== place.repository.toLowerCase();
}
/**
 * The address by way of redirect.github.com, which GitHub's own documentation gives for links without a back-link;
 * nothing on other servers, which have no such host.
 */
function redirect(address, { server }) {
    if (new URL(server).host !== 'github.com')
        return undefined;
    const url = readAddress(address, server);
    if (url === undefined)
        return undefined;
    const path = `${url.pathname}${url.search}${url.hash}`;
    return `https://redirect.github.com${path.replace(/[()<>[\]*_~`|\\'"]/g, percent)}`;
}
function percent(mark) {
    return mark === '_' ? mark : `%${mark.charCodeAt(0).toString(16)}`;
}
function readAddress(address, server) {
    const whole = /^www\./i.test(address) ? `https://${address}` : address;
    return URL.parse(whole, `${server}/`) ?? undefined;
}
function decodePath(path) {
    try {
        return decodeURIComponent(path);
    }
    catch {
        return path;
    }
}

;// CONCATENATED MODULE: ./build/markdown/html.js


const allowed = new Set(`a b blockquote br caption code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s
  samp small strike strong sub summary sup table tbody td tfoot th thead tr tt ul var`.split(/\s+/));
const empty = new Set(['br', 'hr', 'img']);
const html_comments = /<!--[\s\S]*?-->/g;
const tags = /<(\/?)([a-z][a-z\d-]*)((?:\s[^<>]{0,2000})?)\/?>|<(?=[a-z/!?])/gi;
const attributes = /\s(align|alt|colspan|height|href|open|rowspan|src|start|title|valign|width)(?:=("[^"]*"|'[^']*'|[\w%-]+))?(?=\s|\/|$)/gi;
/** The tags and comments of raw HTML, in order. A tag that is longer than anyone writes is text. */
function readTags(html) {
    // Behind the last end no comment is looked for: each would be read to the end of the text.
    const end = html.lastIndexOf('-->') + 3;
    const found = [];
    const head = html.slice(0, end).replace(html_comments, (source, at) => {
        found.push({ kind: 'comment', at, source, name: '', attributes: '' });
        return ' '.repeat(source.length);
    });
    for (const match of (head + html.slice(end)).matchAll(tags))
        found.push(readTag(match));
    return found.toSorted((one, other) => one.at - other.at);
}
function readTag({ index: at, 0: source, 1: slash, 2: word = '', 3: rest = '', }) {
    const name = word.toLowerCase();
    const isText = !allowed.has(name) || (slash === '/' && empty.has(name));
    const kind = slash === '/' ? 'close' : empty.has(name) ? 'empty' : 'open';
    return { kind: isText ? 'text' : kind, at, source: isText ? '<' : source, name, attributes: rest };
}
/** A tag with no attribute but those that may stay; an image of another host as a link. */
function cleanTag({ kind, source, name, attributes: written }, place) {
    if (kind === 'close')
        return source;
    const kept = Array.from(written.matchAll(attributes), ([text, key = '', value = '']) => ({
        text,
        key: key.toLowerCase(),
        value: readValue(value),
    }));
    const find = (wanted) => kept.find(({ key }) => key === wanted)?.value.trim();
    const image = name === 'img' ? find('src') : undefined;
    if (image !== undefined && !isOnServer(image, place))
        return `<a href="${escapeHtml(image)}">${escapeHtml(find('alt') || image)}</a>`;
    const safe = kept
        .filter(({ key }) => (key !== 'href' || name === 'a') && (key !== 'src' || name === 'img'))
        .map(({ text, key, value }) => {
        if (key !== 'href' || !isForeignIssue(value, place))
            return text;
        return ` href="${escapeHtml(redirect(value, place) ?? '')}"`;
    });
    return source.slice(0, name.length + 1) + safe.join('') + (/\s*\/?>$/.exec(source)?.[0] ?? '>');
}
/** Browsers read character references without a semicolon, too. */
function readValue(written) {
    return written
        .replace(/^(["'])([\s\S]*)\1$/, '$2')
        .replace(/&(#\d{1,7}|#x[\da-f]{1,6}|\w{1,31});?/gi, (_, name) => (0,micromark_util_decode_string/* decodeString */.s)(`&${name};`));
}
/** Text for an HTML attribute or element, also where Markdown is read. */
function escapeHtml(text) {
    return text.replace(/[&<>"']/g, (mark) => `&#${mark.codePointAt(0)};`);
}

// EXTERNAL MODULE: ./build/markdown/code.js
var code = __webpack_require__(8335);
;// CONCATENATED MODULE: ./build/markdown/limits.js
/** Thrown for a text that would take the parser more time than its length justifies. */
class CraftedMarkdownError extends Error {
    name = 'CraftedMarkdownError';
}
/** Returns the result of `act`; undefined if a text is crafted to be hard to parse. */
function unlessCrafted(act) {
    try {
        return act();
    }
    catch (error) {
        if (error instanceof CraftedMarkdownError)
            return undefined;
        throw error;
    }
}
/** Throws a `CraftedMarkdownError` if a count is above its limit. */
function limitTo(most, count) {
    if (count > most)
        throw new CraftedMarkdownError('The text is too hard to parse.');
}
/** An ordinary text takes about 4 steps a character. */
const stepsPerCharacter = 50;
const spareSteps = 100_000;
/** The parser compares the marks of a text with each other, and copies what is in brackets. */
const mostEvents = 12_000;
const mostBrackets = 100;
const marks = Array.from('!&*<[\\]_`~', (mark) => mark.charCodeAt(0));
/**
 * Counts the steps of the parser, and throws a `CraftedMarkdownError` when it takes more than an ordinary text needs: some
 * of its rules read to the end of a paragraph and fail, again and again.
 */
function limitParsing(length) {
    const mostSteps = stepsPerCharacter * length + spareSteps;
    const brackets = new WeakMap();
    let steps = 0;
    const limited = {
        // Otherwise it would begin a piece of text where the parser does not.
        previous: () => false,
        tokenize(effects, _ok, nok) {
            limitTo(mostEvents, this.events.length);
            const { consume } = effects;
            if (!brackets.has(effects))
                effects.consume = (code) => {
                    limitTo(mostSteps, ++steps);
                    consume(code);
                };
            const open = brackets.get(effects) ?? 0;
            return (code) => {
                const step = code === 91 ? 1 : code === 93 ? -1 : 0;
                brackets.set(effects, Math.max(0, open + step));
                limitTo(mostBrackets, open);
                return nok(code);
            };
        },
    };
    const text = Object.fromEntries([...marks, 'null'].map((key) => [key, limited]));
    return { contentInitial: { null: limited }, string: text, text };
}
const prefix = /^(?:[ \t>]|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))+/gm;
const widestPrefix = 200;
/** Lists and quotes cost time on each of their lines, so the marks at the beginning of a line are limited. */
function limitNesting(markdown) {
    for (const [marks] of markdown.matchAll(prefix))
        if (/[^ \t]/.test(marks))
            limitTo(widestPrefix, marks.replaceAll('\t', '    ').length);
}

;// CONCATENATED MODULE: ./build/markdown/cuts.js


/** A cut between the lines of code or the rows of a table costs more than one in any number of elements. */
const lineCost = 100;
const mostOpen = 100;
/** The places where a text may be cut, in order: between blocks, lines of code, and rows of a table. */
function* readCuts(source, blocks) {
    const elements = [];
    for (const node of blocks) {
        const frame = elements.reduce(inElement, { open: '', close: '' });
        const at = source.lastIndexOf('\n', node.from - 1) + 1;
        if (at > 0 && source.slice(at, node.from).trim() === '')
            yield { ...frame, end: at - 1, at, cost: elements.length };
        if (node.type === 'htmlFlow')
            changeElements(elements, source.slice(node.from, node.to));
        else
            yield* cutBlock(source, node, frame);
    }
}
function inElement({ open, close }, { name, source }) {
    const summary = name === 'details' ? '<summary>(continued)</summary>\n' : '';
    return { open: `${open}${source}\n${summary}\n`, close: `\n\n</${name}>${close}` };
}
function changeElements(elements, html) {
    for (const { kind, name, source } of readTags(html)) {
        const start = elements.findLastIndex((element) => element.name === name);
        if (kind === 'open')
            limitTo(mostOpen, elements.push({ name, source }));
        if (kind === 'close' && start !== -1)
            elements.splice(start);
    }
}
function cutBlock(source, node, { open, close }) {
    const { type, from, to, children } = node;
    if (type === 'codeIndented')
        return cutLines(source, { from, to }, { open, close });
    if (type === 'codeFenced') {
        const [first = '', mark] = /^(`+|~+).*/.exec(source.slice(from, to)) ?? [];
        const fence = { open: `${open}${first}\n`, close: `\n${mark}${close}` };
        const body = { from: from + first.length + 1, to: source.lastIndexOf('\n', to - 1) };
        return cutLines(source, body, fence);
    }
    if (type !== 'table')
        return [];
    const [head, row] = children;
    const table = { open: `${open}${source.slice(from, head?.to)}\n`, close };
    return cutLines(source, { from: row?.from ?? to, to }, table);
}
function* cutLines(source, { from, to }, frame) {
    for (let end = source.indexOf('\n', from); end !== -1 && end < to; end = source.indexOf('\n', end + 1))
        yield { ...frame, end, at: end + 1, cost: lineCost };
}

;// CONCATENATED MODULE: ./build/markdown/edits.js
/** The text with the edits made; of edits that overlap, the first. */
function applyEdits(source, edits) {
    const parts = [];
    let done = 0;
    for (const { from, to, text } of edits.toSorted((one, other) => one.from - other.from)) {
        if (from < done)
            continue;
        parts.push(source.slice(done, from), text);
        done = to;
    }
    return parts.join('') + source.slice(done);
}

// EXTERNAL MODULE: ./node_modules/micromark/lib/parse.js + 34 modules
var parse = __webpack_require__(19627);
// EXTERNAL MODULE: ./node_modules/micromark/lib/preprocess.js
var preprocess = __webpack_require__(82192);
// EXTERNAL MODULE: ./node_modules/micromark/lib/postprocess.js
var postprocess = __webpack_require__(45387);
// EXTERNAL MODULE: ./node_modules/micromark-extension-gfm/index.js + 7 modules
var micromark_extension_gfm = __webpack_require__(52297);
;// CONCATENATED MODULE: ./build/markdown/parse.js



const kept = new Set([
    ...['blockQuote', 'listOrdered', 'listUnordered', 'listItemPrefix', 'gfmFootnoteDefinition'],
    ...['paragraph', 'atxHeading', 'setextHeading', 'htmlFlow', 'codeFenced', 'codeIndented'],
    ...['table', 'tableHead', 'tableRow', 'tableHeader', 'tableData', 'definition', 'thematicBreak'],
    ...['codeText', 'htmlText', 'link', 'image', 'autolink', 'literalAutolink', 'gfmFootnoteCall'],
    ...['emphasis', 'strong', 'strikethrough'],
    ...['resourceDestinationString', 'definitionDestinationString'],
]);
/** What is in these is not shown as text. */
const parse_closed = new Set([
    ...['listItemPrefix', 'blockQuotePrefix', 'codeFenced', 'codeIndented', 'htmlFlow', 'codeText'],
    ...['htmlText', 'autolink', 'literalAutolink', 'gfmFootnoteCall', 'gfmFootnoteDefinitionLabel'],
    ...['resourceDestinationString', 'resourceTitle', 'reference', 'definitionLabel'],
    ...['definitionDestinationString', 'definitionTitle', 'tableDelimiterRow'],
]);
const parse_text = new Set(['data', 'characterEscape', 'characterReference']);
const deepest = 200;
const parse_window = { least: 8192, most: 65_536 };
/**
 * The blocks of GitHub Flavored Markdown in order; a list on the left margin is its items. The text is parsed in pieces,
 * since micromark takes up to 20 KB of memory for a line. Throws a `CraftedMarkdownError` if it is hard to parse.
 */
function* readBlocks(source) {
    limitNesting(source);
    let at = 0;
    let size = parse_window.least;
    while (at < source.length) {
        limitTo(parse_window.most, size);
        const { blocks, next } = readPiece(source, at, size);
        yield* blocks;
        size = next === at ? size * 2 : parse_window.least;
        at = next ?? source.length;
    }
}
/** Some blocks from a place on; `next` is where the others begin. */
function readPiece(source, at, size) {
    const start = skipBlankLines(source, at);
    if (start > at)
        return { blocks: [], next: start };
    const code = readCode(source, at);
    if (code)
        return { blocks: [code], next: code.to + 1 };
    const lines = source.slice(at, at + size).split('\n');
    const piece = lines.slice(0, size / 32).join('\n');
    const blocks = parseBlocks(piece, at);
    if (at + piece.length === source.length)
        return { blocks, next: undefined };
    const border = blocks.findLastIndex((block) => isBorder(source, block));
    return { blocks: blocks.slice(0, Math.max(0, border)), next: blocks[border]?.from ?? at };
}
function skipBlankLines(source, at) {
    const blank = /[ \t]*\n/y;
    let start = at;
    for (blank.lastIndex = at; blank.test(source);)
        start = blank.lastIndex;
    return start;
}
/** A block of code, however long, needs no parser. */
function readCode(source, at) {
    const fence = readFence(source, at);
    if (fence)
        return { type: 'codeFenced', from: at, to: fence.to, children: [] };
    const line = /(?: {4}|\t).*\S.*|[ \t]*(?=\n)/y;
    let to = at;
    for (let next = at; next < source.length; next = line.lastIndex + 1) {
        line.lastIndex = next;
        const [text] = line.exec(source) ?? [];
        if (text === undefined)
            break;
        if (/\S/.test(text))
            to = line.lastIndex;
    }
    return to > at ? { type: 'codeIndented', from: at, to, children: [] } : undefined;
}
/** Whether a block begins here whatever comes before it. */
function isBorder(source, { type, from, column }) {
    if (column !== 1 || source[from] === '\uFEFF')
        return false;
    const before = source.slice(Math.max(0, from - 100), from);
    return type === 'listItem' || type === 'codeFenced' || /\n[ \t]*\n$/.test(before);
}
/** The block of code that begins with a fence at a place; `mark` is the fence, `isOpen` whether it never ends. */
function readFence(source, from) {
    const opening = /(`{3,}(?=[^`\n]*(?:\n|$))|~{3,}).*/y;
    opening.lastIndex = from;
    const [line = '', mark] = opening.exec(source) ?? [];
    if (mark === undefined)
        return undefined;
    const closing = /^ {0,3}(`{3,}|~{3,})[ \t]*$/gm;
    closing.lastIndex = from + line.length;
    for (let end = closing.exec(source); end; end = closing.exec(source))
        if (end[1]?.startsWith(mark))
            return { mark, to: closing.lastIndex, isOpen: false };
    return { mark, to: source.length, isOpen: true };
}
function parseBlocks(markdown, offset) {
    const extensions = [(0,micromark_extension_gfm/* gfm */.T)(), limitParsing(markdown.length)];
    const document = (0,parse/* parse */.q)({ extensions }).document();
    const root = { type: 'root', from: 0, to: 0, column: 0, children: [] };
    const open = [root];
    let hidden = 0;
    const events = document.write((0,preprocess/* preprocess */.v)()(markdown, undefined, true));
    for (const [kind, { type, start, end }] of (0,postprocess/* postprocess */._)(events)) {
        const [from, to] = [offset + start.offset, offset + end.offset];
        const step = parse_closed.has(type) ? 1 : 0;
        if (kind === 'exit')
            hidden -= step;
        if (hidden === 0)
            change[kind](open, { type, from, to, column: start.column });
        if (kind === 'enter')
            hidden += step;
    }
    return root.children.flatMap((node) => (isList(node) ? node.children : [node]));
}
function isList({ type }) {
    return type === 'listOrdered' || type === 'listUnordered';
}
const change = { enter, exit };
/** Of list items, micromark has only the markers. */
function enter(open, token) {
    const { type, from, to } = token;
    if (type === 'listItemPrefix') {
        end(open, 'listItem', from);
        begin(open, { ...token, type: 'listItem' });
    }
    const siblings = open.at(-1)?.children;
    const last = siblings?.at(-1);
    if (parse_text.has(type) && last?.type === 'text' && last.to === from)
        last.to = to;
    else if (parse_text.has(type))
        siblings?.push({ ...token, type: 'text', children: [] });
    else if (kept.has(type))
        begin(open, token);
}
function exit(open, token) {
    const { type, to } = token;
    if (isList(token))
        end(open, 'listItem', to);
    if (kept.has(type))
        end(open, type, to);
}
function begin(open, token) {
    limitTo(deepest, open.length);
    const node = { ...token, children: [] };
    open.at(-1)?.children.push(node);
    open.push(node);
}
function end(open, type, to) {
    const last = open.at(-1);
    if (last?.type !== type)
        return;
    last.to = to;
    open.pop();
}

;// CONCATENATED MODULE: ./build/markdown/pages.js





/**
 * The text as at most five pages that each fit. It is cut between blocks where it can be in the second half of a page, else
 * inside of code or a table, which is closed, and opened again on the next page. A text with a longer block is shown as code.
 */
function cutPages(markdown, limits) {
    const { limit, pages = 5 } = limits;
    if (markdown.length <= limit)
        return [markdown];
    // One character more than can fit shows on the last page that the text is cut.
    const readable = markdown
        .slice(0, limit * pages + 1)
        .toWellFormed()
        .replace(/\r\n?/g, '\n');
    const cut = unlessCrafted(() => cutMarkdown(readable, limits));
    return cut?.every(({ length }) => length <= limit) ? cut : (0,code/* cutCode */.Q)(readable, { ...limits, pages });
}
function cutMarkdown(source, { limit, pages = 5, rest }) {
    const blocks = [...readBlocks(source)];
    const definitions = readDefinitions(source, blocks, limit / 8);
    const footnotes = readFootnotes(blocks);
    const end = { end: source.length, at: source.length, open: '', close: '', cost: -1 };
    const cuts = [...readCuts(source, blocks), end];
    // A footnote's mark has four characters at least.
    const spare = Math.min(footnotes.length, Math.ceil(limit / 5));
    const room = limit - lengthOf(definitions) - spare;
    const texts = [];
    let start = { at: 0, open: '' };
    while (start.at < source.length && texts.length < pages) {
        const whole = chooseCut(cuts, start, room);
        const isLast = texts.length === pages - 1 && whole !== end;
        const cut = isLast ? chooseCut(cuts, start, room - rest.length - 2) : whole;
        const text = start.open + write(source, { footnotes, from: start.at, to: cut.end }) + cut.close;
        texts.push(text + used(definitions, text) + (isLast ? `\n\n${rest}` : ''));
        start = cut;
    }
    return texts;
}
/** The cheapest cut of the second half of the page, of these the last; else the last of all. */
function chooseCut(cuts, { at, open }, room) {
    const limit = at + room - open.length;
    const fits = cuts.filter((cut) => cut.at > at && cut.end + cut.close.length <= limit);
    const late = fits.filter(({ end }) => end >= (at + limit) / 2);
    const least = late.reduce((cost, cut) => Math.min(cost, cut.cost), Number.POSITIVE_INFINITY);
    const chosen = late.findLast(({ cost }) => cost === least) ?? fits.at(-1);
    if (chosen === undefined)
        throw new CraftedMarkdownError('There is no place for a cut.');
    return chosen;
}
/** GitHub hides a footnote without its mark; here both become text, since the other may be on another page. */
function write(source, { footnotes, from, to }) {
    const marks = footnotes.filter((at) => at >= from && at < to).map((at) => at - from);
    return applyEdits(source.slice(from, to), marks.map((at) => ({ from: at, to: at, text: '\\' })));
}
function readFootnotes(blocks) {
    return blocks.flatMap(({ type, from, children }) => type.startsWith('gfmFootnote') ? [from, ...readFootnotes(children)] : readFootnotes(children));
}
/** The targets of reference links, which every page needs; none if they are too long for that. */
function readDefinitions(source, blocks, longest) {
    const definitions = blocks
        .filter(({ type }) => type === 'definition')
        .map(({ from, to }) => source.slice(from, to))
        .map((text) => ({ text, label: (/^\[[^\]]+\]/.exec(text)?.[0] ?? text).toLowerCase() }));
    return lengthOf(definitions) <= longest ? definitions : [];
}
function lengthOf(definitions) {
    return definitions.reduce((sum, { text }) => sum + text.length + 2, 0);
}
function used(definitions, page) {
    if (definitions.length === 0)
        return '';
    const lower = page.toLowerCase();
    return definitions
        .filter(({ text, label }) => lower.includes(label) && !page.includes(text))
        .map(({ text }) => `\n\n${text}`)
        .join('');
}

// EXTERNAL MODULE: ./build/text/invisible.js
var invisible = __webpack_require__(34949);
;// CONCATENATED MODULE: ./build/markdown/references.js



// As it is written, with escapes and character references. Letters, `@` and `/` are decoded before.
const hash = String.raw `(?:\\?#|&#0*35;?|&#x0*23;?|&num;)`;
const references_name = String.raw `(?:[\w.-]|\\[_.-]|&#?\w{1,8};){1,100}`;
const slash = String.raw `\\?\/`;
const address = String.raw `(?:https?(?:\\?:|&[#\w]{1,8};)${slash}${slash}|www\\?\.)(?:(?!https?:|www\.)[^\s<>"'${'`'}()[\]*])+`;
const issue = String.raw `(?:${references_name}${slash}${references_name})?${hash}\d+|GH-\d+|${address}`;
const closing = String.raw `(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)[\s:*_~"'()[\]-]*(?<issue>${issue})`;
const patterns = {
    mention: find(String.raw `(?<![A-Za-z0-9])\\?@\w+(?:[@./-]+\w+)*`),
    issue: find(String.raw `(?<![\w.-])${references_name}${slash}${references_name}${hash}\d+`),
    address: find(address),
    closing: find(closing),
    image: find(String.raw `!(?=\[)`),
};
/** In Markdown, an escaped character begins nothing. */
function find(pattern) {
    const markdown = new RegExp(`(?<hit>${pattern})|\\\\[!-/:-@[-\`{-~]`, 'dgi');
    return { markdown, html: new RegExp(`(?<hit>${pattern})`, 'dgi') };
}
const clear = /^https?:\/\/[a-z\d-]+(?:\.[a-z\d-]+)+(?::\d+)?\/[\w@/.%#?=&+-]*$/i;
/** Whether every parser reads the text as one address, so that an `@` in it mentions no one. */
function isClearAddress(written) {
    return clear.test(written);
}
/** Disarms what would mention someone, refer to another repository or, if `closes`, close an issue. */
function editReferences(text, { closes = false, ...place }) {
    const decoded = references_decode(text);
    if (decoded.length > 0)
        return decoded;
    const names = [
        ...hits(text, 'mention'),
        ...hits(text, 'issue').filter((issue) => !isOwn(issue, place)),
    ];
    const closing = closes ? hits(text, 'closing').filter((issue) => canClose(issue, place)) : [];
    return [
        ...(text.language === 'address' ? [] : names).map(asCode),
        ...closing.map(asCode),
        ...hits(text, 'address').flatMap((hit) => redirectForeign(hit, place)),
        ...(text.language === 'markdown' ? hits(text, 'image').map(escapeMark) : []),
    ];
}
function hits({ language, written, at, before }, kind) {
    const whole = kind === 'closing' ? before + written : written;
    const start = at + written.length - whole.length;
    const pattern = patterns[kind][language === 'html' ? 'html' : 'markdown'];
    return Array.from(whole.matchAll(pattern), ({ indices }) => {
        const [from, to] = indices?.groups?.issue ?? indices?.groups?.hit ?? [0, 0];
        return { from: start + from, to: start + to, text: whole.slice(from, to) };
    }).filter(({ from, to }) => from >= at && to > from);
}
function isOwn({ text }, { repository }) {
    return (0,micromark_util_decode_string/* decodeString */.s)(text).split('#')[0]?.toLowerCase() === repository.toLowerCase();
}
const isAddress = /^(?:https?\W|www\W)/i;
function canClose({ text }, place) {
    return !isAddress.test(text) || readIssue((0,micromark_util_decode_string/* decodeString */.s)(text), place) !== undefined;
}
/** An element, since a backtick next to it can't change it; but in an element an address would still be a link. */
function asCode(edit) {
    const { text } = edit;
    return { ...edit, text: isAddress.test(text) ? `\`${text}\`` : `<code>${text}</code>` };
}
function redirectForeign(edit, place) {
    const address = (0,micromark_util_decode_string/* decodeString */.s)(edit.text);
    if (!isForeignIssue(address, place))
        return [];
    const text = redirect(address, place);
    return [text === undefined ? asCode(edit) : { ...edit, text }];
}
function escapeMark(edit) {
    return { ...edit, text: `\\${edit.text}` };
}
const characterReference = /&(#\d{1,7}|#x[\da-f]{1,6}|\w{1,31});?/gi;
/** Letters, `@` and `/` that are written as character references, and invisible characters. */
function references_decode({ written, at }) {
    return Array.from(written.matchAll(characterReference), ({ 0: reference, 1: name, index }) => {
        const character = (0,micromark_util_decode_string/* decodeString */.s)(`&${name};`);
        const text = (0,invisible/* findInvisible */.tO)(character).length > 0 ? '' : character;
        return { from: at + index, to: at + index + reference.length, text };
    }).filter(({ text }) => /^[A-Za-z0-9@/]?$/.test(text));
}

;// CONCATENATED MODULE: ./build/markdown/sanitize.js









/** An edit can make new Markdown of what stands around it; an honest text settles in two or three rounds. */
const rounds = 8;
/**
 * Makes an agent's Markdown safe to publish: it mentions no one, closes and cross-references no issue, loads nothing from
 * other hosts, and has no comments and no invisible characters. Code and all other text stay as they are. A text that is
 * crafted to be hard to parse, or that does not settle, is shown as code as a whole.
 */
function sanitizeMarkdown(markdown, publication) {
    return unlessCrafted(() => sanitize_settle(markdown, publication)) ?? (0,code/* asCode */.q)(markdown);
}
function sanitize_settle(markdown, publication) {
    let text = markdown
        .toWellFormed()
        .replace(/\r\n?/g, '\n')
        .replace(/^\uFEFF+/, '')
        .replace(quotedTab, ' ');
    for (let round = 0; round < rounds; round++) {
        const edits = findEdits(text, publication);
        if (edits.length === 0)
            return text;
        text = applyEdits(text, edits);
    }
    return undefined;
}
/** A tab after a quotation mark: parsers differ in how wide it is, and so in whether it makes code. */
const quotedTab = /(?<=^[ \t>*+\d.)-]{0,100}>)\t/gm;
function findEdits(source, publication) {
    const state = { source, publication, edits: [], code: [], before: '' };
    const open = [];
    let last;
    for (const block of readBlocks(source)) {
        editNode(block, state, open);
        last = block;
    }
    escapeTags(open.filter(({ name }) => name !== 'details'), state);
    const ends = open.filter(({ name }) => name === 'details').map(() => '\n\n</details>');
    const text = endFence(source, last) + ends.join('');
    if (text !== '')
        state.edits.push({ from: source.length, to: source.length, text });
    removeInvisible(state);
    return state.edits;
}
function endFence(source, last) {
    const fence = last?.type === 'codeFenced' ? readFence(source, last.from) : undefined;
    return fence?.isOpen ? `${source.endsWith('\n') ? '' : '\n'}${fence.mark}` : '';
}
function removeInvisible({ source, code, edits }) {
    let done = 0;
    for (const { from, to } of [...code, { from: source.length, to: source.length }]) {
        for (const place of (0,invisible/* findInvisible */.tO)(source.slice(done, from)))
            edits.push({ from: done + place.from, to: done + place.to, text: '' });
        done = to;
    }
}
const sanitize_mostOpen = 200;
const blockWithText = /^(?:paragraph|atxHeading|setextHeading|tableHeader|tableData|htmlFlow)$/;
const editors = {
    htmlFlow: editHtml,
    htmlText: editHtml,
    codeFenced: editCode,
    codeIndented: editCode,
    codeText: editCode,
    text: editText,
    literalAutolink: editText,
    autolink: editAutolink,
    image: editImage,
    link: editLink,
    definition: editLink,
};
function editNode(node, state, open) {
    const { type, children } = node;
    if (blockWithText.test(type))
        state.before = '';
    editors[type]?.(node, state, open);
    if (type === 'image')
        return;
    const inside = [];
    for (const child of children)
        editNode(child, state, inside);
    escapeTags(inside, state);
}
function editCode({ from, to }, state) {
    state.code.push({ from, to });
    state.before = '`';
}
function editText({ type, from, to }, state, open) {
    const written = state.source.slice(from, to);
    const isAddress = type === 'literalAutolink' && isClearAddress(written);
    const language = isAddress ? 'address' : 'markdown';
    if (!open.some(isCode))
        editWords({ written, at: from, language }, state);
}
function editWords(text, state) {
    const { publication, before, edits } = state;
    edits.push(...editReferences({ ...text, before }, publication));
    state.before = (before + text.written).slice(-200);
}
function isCode({ name }) {
    return name === 'code' || name === 'pre' || name === 'tt';
}
function editAutolink({ from, to }, { source, publication, edits }) {
    const address = source.slice(from + 1, to - 1);
    if (!isForeignIssue(address, publication))
        return;
    const other = redirect(address, publication);
    edits.push({ from, to, text: other === undefined ? `\`${address}\`` : `<${other}>` });
}
/** An image of another host becomes a link. */
function editImage(node, { source, publication, edits }) {
    const { from } = node;
    const address = sanitize_readAddress(source, node);
    if (address !== undefined && isOnServer((0,micromark_util_decode_string/* decodeString */.s)(address.text), publication))
        return;
    edits.push({ from, to: from + 1, text: source[from - 1] === '!' ? '\\!' : '' });
}
function editLink(node, { source, publication, edits }) {
    const { from } = node;
    const address = sanitize_readAddress(source, node);
    if (address === undefined || !isForeignIssue((0,micromark_util_decode_string/* decodeString */.s)(address.text), publication))
        return;
    const other = redirect((0,micromark_util_decode_string/* decodeString */.s)(address.text), publication);
    edits.push(other === undefined ? { from, to: from, text: '\\' } : { ...address, text: other });
}
function sanitize_readAddress(source, { children }) {
    const node = children.find(({ type }) => type.endsWith('DestinationString'));
    return node && { from: node.from, to: node.to, text: source.slice(node.from, node.to) };
}
function editHtml({ type, from, to }, state, open) {
    const html = state.source.slice(from, to);
    let done = 0;
    const editUntil = (end) => {
        const written = html.slice(done, end);
        // An element that another block has opened may have ended for a browser.
        const inCode = open.some((element) => isCode(element) && element.from >= from);
        if (type === 'htmlFlow' && !inCode)
            editWords({ written, at: from + done, language: 'html' }, state);
    };
    for (const tag of readTags(html)) {
        editUntil(tag.at);
        done = tag.at + tag.source.length;
        editTag(tag, { open, from: from + tag.at }, state);
    }
    editUntil(html.length);
}
function editTag(tag, { open, from }, state) {
    const { kind, name, source } = tag;
    const element = { from, to: from + source.length, name };
    if (kind === 'text')
        escapeTags([element], state);
    if (kind === 'text')
        return;
    const text = kind === 'comment' ? '' : cleanTag(tag, state.publication);
    if (text !== source)
        state.edits.push({ ...element, text });
    if (kind === 'open')
        limitTo(sanitize_mostOpen, open.push(element));
    if (kind === 'close')
        closeElement(element, open, state);
}
/** Elements that are still open inside it never end. */
function closeElement(element, open, state) {
    const start = open.findLastIndex(({ name }) => name === element.name);
    escapeTags(start === -1 ? [element] : open.splice(start).slice(1), state);
}
function escapeTags(tags, { edits }) {
    for (const { from } of tags)
        edits.push({ from, to: from + 1, text: '&lt;' });
}

// EXTERNAL MODULE: ./build/publish/labels.js
var labels = __webpack_require__(50333);
;// CONCATENATED MODULE: ./build/publish/comment-body.js






/** GitHub takes 65,536 characters, counted here in UTF-16 units to be safe. */
const largestBody = 65_536;
const pages = 5;
/** For the page's number and what surrounds the footer. */
const spare = 64;
/** Characters of an answer that can fit into the comments. */
const readableAnswer = largestBody * pages;
/** How many files of a kind a comment names. */
const listedFiles = 10;
const heldBackTitle = (count) => `**${(0,text_text/* counted */.hS)(count, 'file')} held back:**`;
/** A result as the bodies of one to five comments. `key` names the comment; the server is as in `https://github.com`. */
function renderComment(result, { key, server }) {
    const { outcome, repository, answer, runUrl } = result;
    const sanitize = (text) => sanitizeMarkdown(text, { server, repository });
    const summary = runUrl ? `the [summary of the run](${runUrl}) and in ` : '';
    const rest = `**The answer is longer than ${pages} comments.** The whole answer is in ${summary}answer.md in the run directory.`;
    const text = [
        outcome === 'completed' ? '' : `### ${(0,labels/* headline */.Pl)(result)}`,
        sanitize((0,labels/* renderReason */.J)(result)),
        answer && (0,labels/* answerLabel */.xD)(result) + sanitize(answer.slice(0, readableAnswer)),
        answer.length > readableAnswer ? rest : '',
        sanitize(renderChange(result)),
        sanitize((0,labels/* renderHeldBack */.DJ)(result, { listed: listedFiles, title: heldBackTitle })),
        renderPublished(result),
    ].filter((part) => part !== '');
    const footer = renderFooter(result);
    const head = (page) => `${writeMarker({ key, page })}\n`;
    const limit = largestBody - head(pages).length - footer.length - spare;
    const bodies = cutPages(text.join('\n\n'), { limit, pages, rest });
    return bodies.map((body, index) => {
        const number = bodies.length > 1 ? `page ${index + 1} of ${bodies.length} · ` : '';
        return `${head(index + 1)}${body}\n\n<sub>${number}${footer}</sub>\n`;
    });
}
function renderChange({ change, partial }) {
    if (!change)
        return '';
    const { files, unseen } = change;
    if (files.length === 0)
        return unseen.length > 0 ? '' : '**No files were changed.**';
    const names = files.slice(0, listedFiles).map((one) => `${(0,labels/* code */.aY)(one.path)} (${(0,labels/* lineCounts */.Zl)(one)})`);
    const more = files.length > listedFiles ? `, and ${files.length - listedFiles} more` : '';
    return `**${(0,labels/* titleOfChange */.GE)(change, partial)}:** ${names.join(', ')}${more}`;
}
/** GitHub makes links of the commit and pull request. */
function renderPublished({ published }) {
    const { commitSha, branch, pullRequestNumber } = published ?? {};
    if (commitSha === undefined || branch === undefined)
        return '';
    const pull = pullRequestNumber === undefined ? '' : `, pull request #${pullRequestNumber}`;
    return `**Committed** as ${commitSha} to ${(0,labels/* code */.aY)(branch)}${pull}.`;
}
function renderFooter(result) {
    const { model, variant, usage, priced, duration, runUrl } = result;
    const name = model && (0,text_text/* quote */.hD)(`${model}${variant ? ` (${variant})` : ''}`).slice(1, -1);
    const cost = priced ? (0,text_text/* dollars */.E9)(usage.cost) : 'cost unknown';
    return [
        name && `<code>${(0,labels/* plain */.pj)(name.replaceAll('&', '&amp;'))}</code>`,
        usage.steps > 0 && cost,
        `${Math.max(1, Math.round(duration))} s`,
        runUrl && `<a href="${escapeHtml(runUrl)}">run</a>`,
    ]
        .filter(Boolean)
        .join(' · ');
}

;// CONCATENATED MODULE: ./build/publish/comment.js



/** The answer as a comment on the issue or pull request, with what became of the change. */
const comment = {
    name: 'comment',
    limitMs: 2 * 60_000,
    async publish(result, { github, publish, event, runner, redactor }, signal) {
        const { number = 0, kind, runId, runAttempt } = event;
        const { issue = number, comment } = publish;
        // A new comment for each run has a key for each run, so that it is found after a lost answer.
        const key = comment.mode === 'new' ? `${comment.key} ${runId}.${runAttempt}` : comment.key;
        const rendered = renderComment(result, { key, server: github.server });
        // Removing invisible characters may have completed a secret.
        const bodies = await redactor.clean(rendered, signal);
        const either = 'pull-requests: write" or, for an issue, "issues: write';
        const own = kind === 'issue' ? 'issues: write' : 'pull-requests: write';
        const permission = issue === number ? own : either;
        const { id, url } = await attempt({ doing: `comment on #${issue}`, permission }, () => publishComment({ github, issue, key, bodies }, signal));
        runner.info(`Commented: ${url}`);
        return { commentId: id, commentUrl: url };
    },
};

// EXTERNAL MODULE: ./build/event/event.js + 2 modules
var event_event = __webpack_require__(5036);
;// CONCATENATED MODULE: ./build/github/branch.js



const refShape = schemas/* object */.Ikc({ object: schemas/* object */.Ikc({ sha: schemas/* string */.YjP() }) });
/** The commit that a branch points to; undefined if there is no such branch. */
async function readBranch({ octokit, owner, repo }, branch) {
    const asked = { owner, repo, ref: `heads/${branch}` };
    const answer = await (0,github_answer/* unlessMissing */.F2)(octokit.rest.git.getRef(asked));
    return answer && refShape.parse(answer.data).object.sha;
}
/** Moves a branch, unless someone else moved it. After an error it reads the branch, since the answer may be lost. */
async function moveBranch(move, signal) {
    try {
        await branch_write(move, signal);
        return 'done';
    }
    catch (error) {
        if ((0,github_answer.answerText)(error) === undefined || signal.aborted)
            throw error;
        const now = await readBranch(move.github, move.branch);
        if (now === move.expected)
            throw error;
        return (await hasCommit(now, move)) ? 'done' : 'moved';
    }
}
async function hasCommit(head, move) {
    const { commit, github } = move;
    const { octokit, owner, repo } = github;
    if (head === undefined || head === commit)
        return head === commit;
    const basehead = `${commit}...${head}`;
    const asked = octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead });
    return (await (0,github_answer/* unlessMissing */.F2)(asked))?.data.status === 'ahead';
}
async function branch_write(move, signal) {
    const { github, branch, commit: sha, parent, expected } = move;
    const { octokit, owner, repo } = github;
    const place = { owner, repo, sha };
    if (expected === undefined) {
        const ref = `refs/heads/${branch}`;
        await (0,client.repeatLost)(() => octokit.rest.git.createRef({ ...place, ref }), signal);
    }
    else if (expected === parent)
        await octokit.rest.git.updateRef({ ...place, ref: `heads/${branch}`, force: false });
    else
        await replaceBranch({ ...move, expected }, signal);
}
const identify = `query ($owner: String!, $repo: String!) {
  repository(owner: $owner, name: $repo) { id }
}`;
const identified = schemas/* object */.Ikc({ repository: schemas/* object */.Ikc({ id: schemas/* string */.YjP() }) });
const update = `mutation ($input: UpdateRefsInput!) {
  updateRefs(input: $input) { clientMutationId }
}`;
/** REST replaces whatever the branch has; only this mutation can insist on what it was. */
async function replaceBranch({ github, branch, commit, expected }, signal) {
    const { octokit, owner, repo } = github;
    const { repository } = identified.parse(await octokit.graphql(identify, { owner, repo }));
    const name = `refs/heads/${branch}`;
    const refUpdates = [{ name, beforeOid: expected, afterOid: commit, force: true }];
    const input = { repositoryId: repository.id, refUpdates };
    await (0,client.repeatLost)(() => octokit.graphql(update, { input }), signal);
}

;// CONCATENATED MODULE: ./build/policy/added-secrets.js
/** The files to which a change adds what may be a secret, by path; what a file gave away before does not count. */
async function findAddedSecrets({ git, scan, files }, signal) {
    const found = new Map();
    for (const { path, previousPath = path, mode, id: after, previousId: before } of files) {
        if (mode === undefined)
            continue;
        const [finding] = [
            ...(path === previousPath && before ? [] : await scan.find(path, signal)),
            ...(after ? await findAdded({ git, scan, before, after }, signal) : []),
        ];
        if (finding)
            found.set(path, `may hold a secret (${finding})`);
    }
    return found;
}
async function findAdded({ git, scan, before, after }, signal) {
    const read = (id) => git(['cat-file', 'blob', id], signal);
    const now = before === after ? [] : await scan.find(await read(after), signal);
    if (now.length === 0 || before === undefined)
        return now;
    const old = await scan.find(await read(before), signal);
    const fresh = without(now, old);
    if (fresh.length > 0 || old.length === 0)
        return fresh;
    // A second secret of the same kind stands among the lines that are new.
    const options = ['--text', '--unified=0', '--no-ext-diff', '--no-textconv', '--no-color'];
    const lines = `${await git(['diff', ...options, before, after], signal)}`.split('\n');
    const start = lines.findIndex((line) => line.startsWith('@@'));
    const textOf = (sign) => lines
        .slice(start)
        .filter((line) => line.startsWith(sign))
        .map((line) => line.slice(1))
        .join('\n');
    return without(await scan.find(textOf('+'), signal), await scan.find(textOf('-'), signal));
}
function without(findings, known) {
    return findings.filter((finding) => !known.includes(finding));
}

// EXTERNAL MODULE: ./build/workspace/raw-path.js
var raw_path = __webpack_require__(41554);
;// CONCATENATED MODULE: ./build/policy/filters.js

/** Of these paths those that a filter converts by the `.gitattributes` of an index: what git has of them is not what the files hold. */
async function findFiltered({ git, paths }, signal) {
    if (paths.length === 0)
        return [];
    const input = (0,raw_path/* formatPaths */.qB)(paths.map(raw_path/* rawPath */.av));
    const ask = ['check-attr', '--cached', '-z', '--stdin', 'filter'];
    const fields = (0,raw_path/* parsePaths */.Iz)(await git(ask, signal, { input }));
    const filtered = [];
    for (let at = 0; at + 2 < fields.length; at += 3) {
        const isSet = !['unspecified', 'unset', ''].includes(fields[at + 2] ?? '');
        if (isSet)
            filtered.push((0,raw_path/* displayPath */.Gt)(fields[at] ?? ''));
    }
    return filtered;
}

// EXTERNAL MODULE: ./build/workspace/path-names.js
var path_names = __webpack_require__(88914);
;// CONCATENATED MODULE: ./build/policy/links.js

/** The mode of a symbolic link; its blob is what it leads to. */
const LINK_MODE = '120000';
/** As many as Linux follows (path_resolution(7)). */
const MOST_FOLLOWED = 40;
/** Where the symbolic links among files lead, by path; one whose content is nowhere is left out. */
async function readLinks({ git, files }, signal) {
    const links = [...files].filter(({ mode }) => mode === LINK_MODE);
    const ids = links.map(({ id = '' }) => id);
    const blobs = await readBlobs(git, ids, signal);
    return new Map(links.flatMap(({ path }, at) => {
        const target = blobs[at];
        return target === undefined ? [] : [[path, target.toString()]];
    }));
}
/** Whether whoever follows the link at `path` gets out of the tree, into git's own folder, or nowhere in a circle; `links` are all of the tree. */
function leavesTree(path, links) {
    const pending = path.split('/').reverse();
    const reached = [];
    let followed = 0;
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
        if (!step(reached, name))
            return true;
        const target = links.get(reached.join('/'));
        if (target === undefined)
            continue;
        followed += 1;
        if (followed > MOST_FOLLOWED || /^(?:[/\\]|[a-z]:)/i.test(target))
            return true;
        reached.pop();
        pending.push(...target.split(/[/\\]/).reverse());
    }
    return false;
}
/** Goes to a name; returns whether that is in the tree. */
function step(reached, name) {
    if (name === '' || name === '.')
        return true;
    if (name === '..')
        return reached.pop() !== undefined;
    reached.push(name);
    return !(0,path_names/* isGitName */.M$)(name);
}
/** The contents of blobs in their order; `undefined` where there is none. */
async function readBlobs(git, ids, signal) {
    if (ids.length === 0)
        return [];
    const input = ids.map((id) => `${id}\n`).join('');
    const output = await git(['cat-file', '--batch'], signal, { input });
    let at = 0;
    return ids.map(() => {
        const end = output.indexOf('\n', at);
        const [, type, size] = output.toString('latin1', at, end).split(' ');
        at = end + 1;
        if (type !== 'blob')
            return undefined;
        const content = output.subarray(at, at + Number(size));
        at += content.length + 1;
        return content;
    });
}

// EXTERNAL MODULE: ./build/workspace/tree.js
var workspace_tree = __webpack_require__(39068);
// EXTERNAL MODULE: ./build/policy/globs.js
var globs = __webpack_require__(86912);
;// CONCATENATED MODULE: ./build/policy/portable-names.js


/** Why not every system can have a name, or hold it safely: it follows the name of the path. */
const NAME_REASONS = {
    unsafePath: 'has a path that does not lead plainly down from the top of the repository',
    encoding: 'has a name that is not valid UTF-8',
    invisible: 'has an invisible character in its name',
    character: 'has a character in its name that Windows does not allow (a control character, or one of < > : " | ? * \\)',
    ending: 'has a name that ends with a dot or a blank, which Windows does not allow',
    reserved: 'has a name that Windows reserves, such as CON or NUL',
    option: 'has a name that begins with a dash, which commands take for an option',
    length: 'has a name of more than 255 bytes, or a path of more than 1,000',
};
const longestName = 255;
/** macOS takes 1,024 bytes, with the folder that the repository is in. */
const longestPath = 1000;
/** Devices, with any extension (Microsoft, "Naming Files, Paths, and Namespaces"). */
const reserved = /^(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$) *(?:\.|$)/i;
/** Why not every system can have a file of this path; undefined if all can. */
function findNameProblem(path) {
    if ((0,path_names/* isUnsafePath */.sv)(path))
        return NAME_REASONS.unsafePath;
    if (Buffer.byteLength(path) > longestPath)
        return NAME_REASONS.length;
    return path
        .split('/')
        .map(portable_names_problemOf)
        .find((reason) => reason !== undefined);
}
function portable_names_problemOf(name) {
    if (name.includes('\uFFFD'))
        return NAME_REASONS.encoding;
    if (/[\p{Cc}<>:"|?*\\]/u.test(name))
        return NAME_REASONS.character;
    if (/[\p{Zl}\p{Zp}]/u.test(name) || (0,invisible/* findInvisible */.tO)(name).length > 0)
        return NAME_REASONS.invisible;
    if (/[. ]$/.test(name))
        return NAME_REASONS.ending;
    if (reserved.test(name))
        return NAME_REASONS.reserved;
    if (name.startsWith('-'))
        return NAME_REASONS.option;
    return Buffer.byteLength(name) > longestName ? NAME_REASONS.length : undefined;
}
/** Of these paths those that differ from another one of `all` in nothing but case or the composition of letters. */
function findTwins(paths, all) {
    const spellings = new Map();
    for (const path of [...all, ...paths]) {
        const folded = fold(path);
        const known = spellings.has(folded) ? spellings.get(folded) : path;
        spellings.set(folded, known === path ? path : undefined);
    }
    return new Set(paths.filter((path) => spellings.get(fold(path)) === undefined));
}
function fold(path) {
    return path.normalize('NFC').toUpperCase().toLowerCase();
}

;// CONCATENATED MODULE: ./build/policy/protected-paths.js
/**
 * What an agent may not change unless the workflow's author says otherwise: what runs with more rights than a pull
 * request has, what redirects git, who has to review, and what later agents obey. `.gitignore` is none of it: nothing
 * runs by it, and agents that add a build folder have to edit it.
 */
const DEFAULT_PROTECTED_PATHS = [
    '.github/**',
    '**/action.yml',
    '**/action.yaml',
    '**/CODEOWNERS',
    '**/.gitattributes',
    '**/.gitmodules',
    '**/.gitconfig',
    '**/.lfsconfig',
    '**/.githooks/**',
    '**/.husky/**',
    '**/opencode.json',
    '**/opencode.jsonc',
    '**/.opencode/**',
    '**/AGENTS.md',
    '**/AGENTS.override.md',
    '**/AGENT.md',
    '**/CLAUDE.md',
    '**/CLAUDE.local.md',
    '**/GEMINI.md',
    '**/copilot-instructions.md',
    '**/.agents/**',
    '**/.aider.conf.yml',
    '**/.claude/**',
    '**/.clinerules',
    '**/.clinerules/**',
    '**/.codex/**',
    '**/.continue/**',
    '**/.cursor/**',
    '**/.cursorrules',
    '**/.gemini/**',
    '**/.goosehints',
    '**/.junie/**',
    '**/.kiro/**',
    '**/.mcp.json',
    '**/.roo/**',
    '**/.roorules',
    '**/.windsurf/**',
    '**/.windsurfrules',
];

;// CONCATENATED MODULE: ./build/policy/policy.js






/** The API takes 40 MB in base64. */
const LARGEST_FILE = 30 * 1024 * 1024;
/** Why a file is not published: `{path} was held back: it …`. */
const REASONS = {
    ...NAME_REASONS,
    tooManyFiles: 'is part of a change of more files than max-changed-files',
    tooLarge: 'is part of a change that is larger than max-patch-size',
    fileTooLarge: "is larger than the 30 MiB that GitHub's API takes",
    gitFolder: 'would be in the folder .git on some systems',
    submodule: 'is a submodule pointer',
    link: 'is a symbolic link that leaves the repository',
    protected: 'is protected',
    filtered: 'is stored through a git filter (of Git LFS or git-crypt, for instance), which does not run here',
    notAllowed: 'is outside of allowed-paths',
    conflict: 'needs the place of a file that was held back',
    twin: 'has a name that differs only in case from that of another file',
};
/** Judges each file of a change, in its order. */
function judgeChange(change, policy) {
    const excess = excessOf(change, policy);
    const judge = createJudge(policy, change);
    const reasons = new Map(change.files.map((file) => [file, excess ?? judge(file)]));
    holdBackTwins(reasons, change.paths ?? []);
    holdBackConflicts(reasons);
    return change.files.map((file) => toVerdict(file, reasons.get(file)));
}
function toVerdict({ path, previousPath }, reason) {
    const ends = { path, ...(previousPath !== undefined && { previousPath }) };
    return reason === undefined
        ? { ...ends, verdict: 'published' }
        : { ...ends, verdict: 'held-back', reason };
}
function excessOf({ files, patchSize, sizes }, { maxChangedFiles, maxPatchSize }) {
    if (files.length > maxChangedFiles)
        return REASONS.tooManyFiles;
    // What the patch has compressed.
    const binaries = files.filter(({ additions }) => additions === undefined);
    const binarySize = binaries.reduce((sum, { path }) => sum + (sizes?.get(path) ?? 0), 0);
    return Math.max(patchSize, binarySize) > maxPatchSize ? REASONS.tooLarge : undefined;
}
function createJudge(policy, change) {
    const judgePath = createPathJudge(policy);
    return (file) => {
        const { path, previousPath } = file;
        return (judgeKind(file, change) ??
            judgePath(path, isNew(file)) ??
            (previousPath === undefined ? undefined : judgePath(previousPath, false)) ??
            change.leaks?.get(path));
    };
}
/** Why what a file is, or how git keeps it, can't be published. */
function judgeKind({ path, previousPath = path, mode, previousMode }, { links, filtered, sizes }) {
    // The API takes names in UTF-8 only, of files that have been there as well.
    if (`${path}${previousPath}`.includes('\uFFFD'))
        return REASONS.encoding;
    if (mode === workspace_tree/* SUBMODULE_MODE */.Fe || previousMode === workspace_tree/* SUBMODULE_MODE */.Fe)
        return REASONS.submodule;
    if (mode === LINK_MODE && (!links.has(path) || leavesTree(path, links)))
        return REASONS.link;
    if ((sizes?.get(path) ?? 0) > LARGEST_FILE)
        return REASONS.fileTooLarge;
    return mode !== undefined && filtered?.has(path) ? REASONS.filtered : undefined;
}
/** Whether no file had the path before: one with a bad name can still be changed, renamed and removed, if it is UTF-8. */
function isNew({ mode, previousMode, previousPath }) {
    return mode !== undefined && (previousMode === undefined || previousPath !== undefined);
}
/** Where files stay that a change would remove or rename, since that is held back. */
function keptPaths(reasons) {
    return [...reasons].flatMap(([{ path, previousPath, previousMode }, reason]) => reason === undefined || previousMode === undefined ? [] : [previousPath ?? path]);
}
/** What not every system can have next to another file. */
function holdBackTwins(reasons, paths) {
    const fresh = [...reasons.keys()].filter((file) => !reasons.get(file) && isNew(file));
    const names = fresh.map(({ path }) => path);
    const twins = findTwins(names, [...paths, ...keptPaths(reasons)]);
    for (const file of fresh)
        if (twins.has(file.path))
            reasons.set(file, REASONS.twin);
}
function createPathJudge({ allowedPaths, protectedPaths = DEFAULT_PROTECTED_PATHS }) {
    const isProtected = (0,globs/* createMatcher */.P)(protectedPaths, { ignoreCase: true });
    const isAllowed = (0,globs/* createMatcher */.P)(allowedPaths, { ignoreCase: false });
    const protect = (path) => {
        if ((0,path_names/* isInGitFolder */.e9)(path))
            return REASONS.gitFolder;
        return isProtected(path) || isProtected((0,path_names/* foldPath */.tu)(path)) ? REASONS.protected : undefined;
    };
    const allow = (path) => allowedPaths.length === 0 || isAllowed(path) ? undefined : REASONS.notAllowed;
    return (path, isNew) => protect(path) ?? (isNew ? findNameProblem(path) : undefined) ?? allow(path);
}
/** No tree has a file and a folder of one name: what would replace a held-back file is held back, too, until nothing would. */
function holdBackConflicts(reasons) {
    for (;;) {
        const kept = new Set(keptPaths(reasons));
        const keptFolders = new Set([...kept].flatMap(foldersOf));
        const isTaken = (path) => keptFolders.has(path) || foldersOf(path).some((folder) => kept.has(folder));
        const conflicting = [...reasons.keys()].filter((file) => !reasons.get(file) && file.mode !== undefined && isTaken(file.path));
        if (conflicting.length === 0)
            return;
        for (const file of conflicting)
            reasons.set(file, REASONS.conflict);
    }
}
/** The folders that a path lies in. */
function foldersOf(path) {
    const names = path.split('/');
    return names.slice(1).map((_, at) => names.slice(0, at + 1).join('/'));
}

// EXTERNAL MODULE: ./build/workspace/git.js
var workspace_git = __webpack_require__(82090);
// EXTERNAL MODULE: ./build/workspace/patch.js + 3 modules
var patch = __webpack_require__(20814);
;// CONCATENATED MODULE: ./build/github/merge.js




/** The paths that a file has before and after. */
function endsOf({ path, previousPath = path }) {
    return [path, previousPath];
}
const options = ['name', 'email'].flatMap((key) => ['-c', `user.${key}=opencode-driver`]);
/** Merges as git does. It makes the commits for this, since those of the branch were fetched without their parents. */
async function mergeWith({ clone: { git }, base, tree }, parentTree, signal) {
    const commit = async (of, ...parents) => {
        const ends = parents.flatMap((id) => ['-p', id]);
        return (0,workspace_git/* line */.n8)(await git([...options, 'commit-tree', '-m', 'merge', ...ends, of], signal));
    };
    const root = await commit(`${base}^{tree}`);
    const [ours, theirs] = [await commit(parentTree, root), await commit(tree, root)];
    const merge = ['-c', 'merge.directoryRenames=false', 'merge-tree', '--write-tree', '--stdin'];
    const input = `${ours} ${theirs}\n`;
    const output = await git([...merge, '--name-only', '--no-messages'], signal, { input }).catch(refuseOldGit);
    const [, merged = '', ...names] = (0,raw_path/* parsePaths */.Iz)(output).filter((field) => field !== '');
    // A file in the place of a folder is moved to `NAME~COMMIT`.
    const moved = new RegExp(`~(${ours}|${theirs})(_\\d+)?$`);
    const conflicts = new Set(names.map((name) => (0,raw_path/* displayPath */.Gt)(name).replace(moved, '')));
    const differing = await (0,patch/* listChangedFiles */.AC)({ git, from: parentTree, to: merged }, signal);
    const files = differing.filter(({ path }) => !moved.test(path));
    const known = new Set(files.map(({ path }) => path));
    const whole = await (0,patch/* listChangedFiles */.AC)({ git, from: base, to: tree }, signal);
    const isLost = (file) => endsOf(file).some((end) => conflicts.has(end));
    const lost = whole.filter((file) => !known.has(file.path) && isLost(file));
    return { tree: merged, files: [...files, ...lost], conflicts };
}
function refuseOldGit(error) {
    const isUsage = error instanceof workspace_git/* GitError */.XS && error.exitCode === 129;
    if (!isUsage)
        throw error;
    const message = 'Publishing a change needs git 2.39 or newer. Install it in an earlier step.';
    throw new errors/* UserError */.y('publish-failed', message, { cause: error });
}

;// CONCATENATED MODULE: ./build/github/landing.js








/** Merges a change with the commit that it is to lie on, and judges the result, since its files may mean something else there. */
async function landOn(change, parent, signal) {
    const { clone } = change;
    await clone.fetch(parent, signal);
    const index = await clone.open(parent, signal);
    const parentTree = (0,workspace_git/* line */.n8)(await index(['write-tree'], signal));
    const merge = await mergeWith(change, parentTree, signal);
    const verdicts = await judge(change, { parent, merge }, signal);
    const files = published(merge.files, verdicts);
    const heldBack = verdicts.filter(({ verdict }) => verdict === 'held-back');
    const heldBackOnly = new Set(heldBack.flatMap(endsOf)).difference(new Set(files.flatMap(endsOf)));
    const conflicts = merge.conflicts.difference(heldBackOnly);
    const tree = await writeFiles(index, files, signal);
    const landed = { verdicts, conflicts: [...conflicts].toSorted(), files, tree };
    return { parent, parentTree, ...landed };
}
function published(files, verdicts) {
    return files.filter((_, at) => verdicts[at]?.verdict === 'published');
}
/** What is to be written of changed files; removals first, so that they make room. */
function writesOf(files) {
    const removed = files.flatMap(({ path, previousPath = path, previousMode, mode }) => previousMode === undefined || (path === previousPath && mode !== undefined)
        ? []
        : [{ path: previousPath, mode: previousMode }]);
    const written = files.flatMap(({ path, mode, id, previousId }) => mode && id ? [{ path, mode, id, isKnown: id === previousId }] : []);
    return [...removed, ...written];
}
/** Returns the tree that the files make of the one in the index. */
async function writeFiles(index, files, signal) {
    const none = '0'.repeat(40);
    const writes = writesOf(files).map(({ path, mode, id }) => `${id ? mode : 0} ${id ?? none}\t${(0,raw_path/* rawPath */.av)(path)}`);
    const input = (0,raw_path/* formatPaths */.qB)(writes);
    if (writes.length > 0)
        await index(['update-index', '-z', '--index-info'], signal, { input });
    return (0,workspace_git/* line */.n8)(await index(['write-tree'], signal));
}
async function judge(change, { parent, merge }, signal) {
    const { clone, base, tree, policy, scan, patchSize } = change;
    const { git, open } = clone;
    const { files } = merge;
    const entries = await (0,workspace_tree/* listEntries */.fi)(await open(merge.tree, signal), signal);
    const after = entries.map((entry) => ({ ...entry, path: (0,raw_path/* displayPath */.Gt)(entry.path) }));
    const paths = files.map(({ path }) => path);
    const filtered = new Set();
    // What a filter converts on the branch, what it converted in the checkout, and what it would by the change itself.
    for (const one of [parent, base, tree])
        for (const path of await findFiltered({ git: await open(one, signal), paths }, signal))
            filtered.add(path);
    const judged = {
        ...{ files, patchSize, filtered, paths: after.map(({ path }) => path) },
        links: await readLinks({ git, files: after }, signal),
        sizes: await readSizes(git, files, signal),
    };
    const allowed = published(files, judgeChange(judged, policy));
    const leaks = await findAddedSecrets({ git, scan, files: allowed }, signal);
    return judgeChange({ ...judged, leaks }, policy);
}
/** Bytes of the contents that are new, by path. */
async function readSizes(git, files, signal) {
    const fresh = files.filter(({ id, previousId, mode }) => id && id !== previousId && mode !== workspace_tree/* SUBMODULE_MODE */.Fe);
    if (fresh.length === 0)
        return new Map();
    const input = fresh.map(({ id }) => `${id}\n`).join('');
    const ask = ['cat-file', '--batch-check=%(objectsize)'];
    const sizes = `${await git(ask, signal, { input })}`.split('\n');
    return new Map(fresh.map(({ path }, at) => [path, Number(sizes[at]) || 0]));
}

;// CONCATENATED MODULE: ./build/github/signed-commit.js



/** What one request carries, so that GitHub answers in its ten seconds: up to 2 MiB of text. */
const inlineBytes = 32 * 1024;
const mostEntries = 64;
const object = schemas/* object */.Ikc({ sha: schemas/* string */.YjP() });
/** Creates a commit through the API, since GitHub signs that; no branch has it yet. Undefined if GitHub made another tree than git. */
async function createCommit(draft, signal) {
    const { github, landing, message } = draft;
    const { octokit, owner, repo } = github;
    const { tree, parent } = landing;
    // Only what was judged is committed, however GitHub understands it.
    if ((await createTree(draft, signal)) !== tree)
        return undefined;
    // GitHub does not sign a commit that names its author, committer or signature.
    const commit = { owner, repo, message: message(tree), tree, parents: [parent] };
    const create = () => octokit.rest.git.createCommit(commit);
    return await (0,client.repeatLost)(async () => object.parse((await create()).data).sha, signal);
}
async function createTree(draft, signal) {
    const { octokit, owner, repo } = draft.github;
    const { files, parentTree } = draft.landing;
    const writes = writesOf(files);
    let base_tree = parentTree;
    for (let at = 0; at < writes.length; at += mostEntries) {
        const tree = [];
        for (const write of writes.slice(at, at + mostEntries))
            tree.push(await createEntry(draft, write, signal));
        const create = () => octokit.rest.git.createTree({ owner, repo, base_tree, tree });
        base_tree = await (0,client.repeatLost)(async () => object.parse((await create()).data).sha, signal);
    }
    return base_tree;
}
async function createEntry(draft, write, signal) {
    const { path, mode } = write;
    // Submodules are held back.
    const known = mode === '100755' || mode === '120000' ? mode : '100644';
    return { path, mode: known, type: 'blob', ...(await createContent(draft, write, signal)) };
}
/** Short text goes along in the tree; other new content takes a request. */
async function createContent({ github, change }, { id, isKnown }, signal) {
    if (id === undefined)
        return { sha: null };
    if (isKnown)
        return { sha: id };
    const bytes = await change.clone.git(['cat-file', 'blob', id], signal);
    const text = bytes.toString();
    const isText = bytes.length > 0 && !text.includes('\0') && Buffer.from(text).equals(bytes);
    if (isText && bytes.length <= inlineBytes)
        return { content: text };
    const { octokit, owner, repo } = github;
    const blob = { owner, repo, content: bytes.toString('base64'), encoding: 'base64' };
    const create = async () => object.parse((await octokit.rest.git.createBlob(blob)).data);
    return await (0,client.repeatLost)(create, signal);
}

;// CONCATENATED MODULE: ./build/github/branch-commit.js







const mostTries = 3;
/**
 * Commits a change where `findTarget` says, which is asked again if the branch moves meanwhile. Throws a `UserError`
 * (`publish-failed`) if it moves three times.
 */
async function commitOn(request, findTarget, signal) {
    for (let attempt = 1; attempt <= mostTries; attempt++) {
        const done = await tryCommit(request, await findTarget(), signal);
        if (done !== 'moved')
            return done;
    }
    const moved = `The branch ${(0,text_text/* quote */.hD)(request.branch)} moved during each of ${mostTries} attempts to commit the change.`;
    throw new errors/* UserError */.y('publish-failed', `${moved} The patch is in the run directory; run the job again.`);
}
async function tryCommit(request, target, signal) {
    const { parent, parentBranch, expected, earlierTree, unchanged } = target;
    const landing = await landOn(request.change, parent, signal);
    const { verdicts, conflicts, files, tree, parentTree } = landing;
    if (conflicts.length > 0)
        return { verdicts, problem: conflict(parentBranch, conflicts) };
    if (files.length === 0 && verdicts.length > 0)
        return { verdicts, note: allHeldBack };
    if (tree === parentTree)
        return { verdicts, ...unchanged };
    if (expected && earlierTree === tree)
        return { verdicts, branch: request.branch, commitSha: expected };
    try {
        const done = await commitAndMove(request, { ...target, landing }, signal);
        return done === 'moved' ? done : { verdicts, ...done };
    }
    catch (error) {
        const attempted = { doing: 'commit the change', workflows: hasWorkflows(landing) };
        return { verdicts, problem: problemOf(error, attempted) };
    }
}
const allHeldBack = 'All changed files were held back, so nothing was committed.';
async function commitAndMove(request, { landing, parent, expected }, signal) {
    const { github, branch } = request;
    const commit = await createCommit({ ...request, landing }, signal);
    if (commit === undefined)
        return { problem: otherTree };
    const moved = await moveBranch({ github, branch, commit, parent, expected }, signal);
    return moved === 'moved' ? moved : { branch, commitSha: commit };
}
const otherTree = "GitHub's API made other files of the change than git, so nothing was committed. The patch is in the run directory; apply it by hand.";
/** Most tokens lack the permission for these. */
function hasWorkflows({ files }) {
    return files.flatMap(endsOf).some((path) => path.startsWith('.github/workflows/'));
}
const mostNamed = 10;
function conflict(branch, files) {
    const list = files.slice(0, mostNamed).map((file) => (0,text_text/* quote */.hD)((0,text_text/* showName */.$i)(file)));
    const more = files.length > mostNamed ? ` and ${files.length - mostNamed} more` : '';
    return `The change conflicts with the branch ${(0,text_text/* quote */.hD)(branch)} in ${(0,text_text/* counted */.hS)(files.length, 'file')}: ${list.join(', ')}${more}. Nothing was committed; the patch is in the run directory.`;
}

;// CONCATENATED MODULE: ./build/github/commit.js






/** Publishes a change as a commit on top of a branch. Throws a `UserError` (`publish-failed`) where it can't. */
async function publishCommit(given, signal) {
    const { github, change, destination } = given;
    const reading = { doing: 'read the pull request', permission: 'pull-requests: read' };
    const branch = destination.kind === 'branch'
        ? destination.branch
        : await attempt(reading, () => findHead(github, destination.number));
    const note = `The branch ${(0,text_text/* quote */.hD)(branch)} already has the change, so nothing was committed.`;
    const findTarget = async () => {
        const head = await readBranch(github, branch);
        if (head === undefined)
            throw refuse(`There is no branch ${(0,text_text/* quote */.hD)(branch)}. Create it, or check the branch input.`);
        return { parent: head, parentBranch: branch, expected: head, unchanged: { branch, note } };
    };
    const request = { github, change, branch, message: () => given.message };
    return await attempt({ doing: 'commit the change' }, () => commitOn(request, findTarget, signal));
}
const pullShape = schemas/* object */.Ikc({
    state: schemas/* string */.YjP(),
    head: schemas/* object */.Ikc({ ref: schemas/* string */.YjP(), repo: schemas/* object */.Ikc({ full_name: schemas/* string */.YjP() }).nullable() }),
});
/** The head branch of an open pull request of this repository. */
async function findHead({ octokit, owner, repo }, pull_number) {
    const { data } = await octokit.rest.pulls.get({ owner, repo, pull_number });
    const { state, head } = pullShape.parse(data);
    const source = head.repo?.full_name ?? 'a repository that was deleted';
    if (source.toLowerCase() !== `${owner}/${repo}`.toLowerCase())
        throw refuse(`The pull request comes from a fork, ${(0,text_text/* quote */.hD)(source)}, to which a workflow's token can't push. The patch is in the run directory; publish it as a comment instead, or apply it by hand.`);
    if (state === 'open')
        return head.ref;
    throw refuse(`The pull request #${pull_number} is ${state}, so nothing was committed.`);
}
function refuse(message) {
    return new errors/* UserError */.y('publish-failed', message);
}

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: ./build/workspace/shadow.js
var shadow = __webpack_require__(89000);
;// CONCATENATED MODULE: ./build/github/clone.js






/** How a runner reaches the network; `GIT_SSL_CAINFO` names further certificates. */
const networkVariables = [
    ...['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [
        name,
        name.toLowerCase(),
    ]),
    ...['GIT_SSL_CAINFO', 'GIT_SSL_CAPATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
];
/** Makes an empty repository in a new folder of `temporary`. */
async function createClone(origin) {
    const { github, temporary, env } = origin;
    const place = await (0,promises_.mkdtemp)((0,external_node_path_.join)(temporary, 'publish-'));
    const folder = { root: (0,external_node_path_.join)(place, 'empty'), directory: (0,external_node_path_.join)(place, 'git') };
    const { root: workTree, directory } = folder;
    await (0,promises_.mkdir)(workTree);
    await (0,shadow/* createGitDirectory */.Ov)(directory);
    const network = Object.fromEntries(networkVariables.map((name) => [name, env[name]]));
    const variables = { ...network, ...authentication(github) };
    const remote = (0,workspace_git/* createGit */.lD)({ place: { directory, workTree }, env, variables });
    const url = `${github.server}/${github.owner}/${github.repo}.git`;
    const fetched = new Set();
    return {
        git: (0,shadow/* shadowGit */.pD)(folder, { env }),
        async open(tree, signal) {
            const git = (0,shadow/* shadowGit */.pD)(folder, { env, index: (0,external_node_path_.join)(place, `index-${(0,external_node_crypto_.randomUUID)()}`) });
            await git(['read-tree', tree], signal);
            return git;
        },
        async fetch(commit, signal) {
            if (fetched.has(commit))
                return;
            const options = ['--quiet', '--no-tags', '--no-write-fetch-head', '--depth=1'];
            await (0,client.repeat)(() => remote(['fetch', ...options, url, commit], signal), waitAfter, signal);
            fetched.add(commit);
        },
    };
}
/**
 * Keeps the token out of files and arguments. The empty first value drops what any configuration says, since two headers
 * are a bad request, and this key goes before a general `http.extraheader`.
 */
function authentication({ server, token }) {
    const key = `http.${server}/.extraheader`;
    const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
    return {
        GIT_CONFIG_COUNT: '2',
        GIT_CONFIG_KEY_0: key,
        GIT_CONFIG_VALUE_0: '',
        GIT_CONFIG_KEY_1: key,
        GIT_CONFIG_VALUE_1: `AUTHORIZATION: basic ${basic}`,
        GIT_ALLOW_PROTOCOL: 'https:http',
        // Errors are recognized by their English words.
        LC_ALL: 'C',
    };
}
const passing = /error: 5\d\d|could not resolve|timed out|connection|early EOF|RPC failed/i;
function waitAfter(error, attempt) {
    const isPassing = error instanceof workspace_git/* GitError */.XS && passing.test(error.stderr);
    return isPassing ? (0,client.backOff)(attempt) : undefined;
}

;// CONCATENATED MODULE: ./build/github/change.js






/**
 * Applies a saved change to the commit that it was made on; undefined if it changes nothing. Throws a `UserError`
 * (`publish-failed`) where it can't.
 */
async function openChange(saved, signal) {
    const patchFile = (0,external_node_path_.resolve)(saved.patchFile);
    const { size: patchSize } = await (0,promises_.stat)(patchFile);
    if (patchSize === 0)
        return undefined;
    const { base, policy, scan } = saved;
    if (!/^[0-9a-f]{40,64}$/.test(base))
        throw new errors/* UserError */.y('publish-failed', noBase);
    const reading = { doing: 'read the commit that the change was made on' };
    return await attempt({ ...reading, permission: 'contents: read' }, async () => {
        const clone = await createClone(saved);
        await clone.fetch(base, signal);
        const git = await clone.open(base, signal);
        const before = (0,workspace_git/* line */.n8)(await git(['write-tree'], signal));
        const apply = ['apply', '--cached', '--binary', patchFile];
        const applied = await git(apply, signal).catch(workspace_git/* noAnswer */.qE);
        if (applied === undefined)
            throw new errors/* UserError */.y('publish-failed', dirty);
        const tree = (0,workspace_git/* line */.n8)(await git(['write-tree'], signal));
        return tree === before ? undefined : { clone, base, tree, patchSize, policy, scan };
    });
}
const noBase = 'The run does not say on which commit its change was made.';
const dirty = 'The change does not apply to the commit that was checked out, probably because files differed from it before opencode ran. Commit them first, or have earlier steps leave the checkout as it is. The patch is in the run directory.';

;// CONCATENATED MODULE: ./build/policy/model-name.js
/**
 * A model and its variant as they may stand in a commit's message, where GitHub reads mentions, references and commands:
 * `provider/model`, `provider/model (variant)`. Undefined where a name holds anything that could be one.
 */
function plainModelName(model, variant) {
    if (!isPlainModel(model))
        return undefined;
    return isPlainVariant(variant) ? `${model} (${variant})` : model;
}
/** Whether it is a plain `provider/model`. */
function isPlainModel(name) {
    return isHarmless(name) && /^[\w.-]{1,64}(?:\/[\w.:+-]{1,100}){1,5}$/.test(name);
}
/** Whether it is a plain name of a variant. */
function isPlainVariant(name) {
    return isHarmless(name) && /^[\w.-]{1,64}$/.test(name);
}
/** Not `GH-1`, which refers to an issue, nor an address. */
function isHarmless(name) {
    return name !== undefined && !/gh-\d|^www\./i.test(name);
}

// EXTERNAL MODULE: ./build/publish/publication.js
var publication = __webpack_require__(70214);
;// CONCATENATED MODULE: ./build/publish/change.js




/** Publishes the change of a completed run, as `act` does. Throws a `UserError` (`publish-failed`) for any other run. */
async function publishChange(result, world, act, signal) {
    const { base = '' } = changeOf(result);
    const unseen = (0,publication/* unseenVerdicts */.zq)(result.change);
    const { patchFile, env, temporary, github, redactor, publish } = world;
    const rules = { policy: publish.policy, scan: redactor };
    const saved = patchFile && { github, env, temporary, base, patchFile, ...rules };
    const change = saved ? await openChange(saved, signal) : undefined;
    if (change === undefined) {
        const notes = unseen.length > 0 ? [] : ['No files were changed, so nothing was committed.'];
        return { files: [...unseen], notes };
    }
    const { verdicts, note, problem, ...facts } = await act(change);
    return {
        ...facts,
        files: [...verdicts, ...unseen],
        notes: note === undefined ? [] : [note],
        problems: problem === undefined ? [] : [problem],
    };
}
function changeOf(result) {
    if (!(0,publication/* hasCompleted */.Uj)(result))
        throw new errors/* UserError */.y('publish-failed', `The run ended as ${result.outcome}, so its change was not published. What it changed is in the patch file.`);
    if (result.change)
        return result.change;
    const message = 'The run has no change to publish: its mode was not implement.';
    throw new errors/* UserError */.y('publish-failed', message);
}
const defaultSubject = "Apply opencode's changes";
/** The message of a commit: the input as it is, or one that names the run, and the model if its name is plain. No text of an event or agent is in it. */
function composeMessage({ commitMessage }, { model, variant, runUrl }) {
    if (commitMessage !== undefined)
        return commitMessage;
    const name = plainModelName(model, variant);
    const facts = [name && `Model: ${name}`, runUrl && `Run: ${runUrl}`].filter(Boolean);
    return [defaultSubject, facts.join('\n')].filter(Boolean).join('\n\n');
}

;// CONCATENATED MODULE: ./build/publish/commit.js



/** The change as a commit on the head branch of the pull request, or on a branch that is named. */
const commit = {
    name: 'commit',
    limitMs: 8 * 60_000,
    async publish(result, world, signal) {
        const { github, publish, event } = world;
        const destination = destinationOf(publish.branch, event);
        const message = composeMessage(publish, result);
        return await publishChange(result, world, (change) => publishCommit({ github, change, destination, message }, signal), signal);
    },
};
function destinationOf(branch, event) {
    const { kind, number } = event;
    if (branch === undefined && kind === 'pull request' && number !== undefined)
        return { kind: 'pull-request', number };
    return { kind: 'branch', branch: branch ?? (0,event_event/* workBranchOf */.P$)(event) ?? '' };
}

;// CONCATENATED MODULE: ./build/github/own-branch.js






/** The branch for a pull request if none is named: that of the issue or pull request, so that a later run updates it, or of the run alone. */
function ownBranchName({ number, runId }) {
    return number === undefined ? `opencode/run-${runId}` : `opencode/issue-${number}`;
}
const trailer = 'Opencode-Driver-Tree';
/**
 * Commits a change to a branch of the action. If it has only commits of the action, they are replaced by one on the base
 * branch; on a branch that someone else pushed to, the change goes on top. Throws as `commitOn`.
 */
async function commitOnOwnBranch(request, signal) {
    // The action recognizes its commit by the tree in the message: one that someone amended has another tree.
    const message = (tree) => `${request.message.trimEnd()}\n\n${trailer}: ${tree}`;
    return await commitOn({ ...request, message }, () => findTarget(request), signal);
}
async function findTarget({ github, branch, baseBranch }) {
    const parent = await readBranch(github, baseBranch);
    if (parent === undefined)
        throw new errors/* UserError */.y('publish-failed', `There is no branch ${(0,text_text/* quote */.hD)(baseBranch)} to open a pull request on. Check the base-branch input.`);
    const note = `The branch ${(0,text_text/* quote */.hD)(baseBranch)} already has the change, so no pull request was opened.`;
    const onBase = { parent, parentBranch: baseBranch, unchanged: { note } };
    const expected = await readBranch(github, branch);
    if (expected === undefined)
        return { ...onBase, expected };
    const own = await own_branch_readOwn(github, `${parent}...${expected}`);
    if (own !== undefined)
        return { ...onBase, expected, earlierTree: own.tree };
    const unchanged = { branch, commitSha: expected };
    return { parent: expected, parentBranch: branch, expected, unchanged };
}
const comparison = schemas/* object */.Ikc({
    behind_by: schemas/* number */.aig(),
    total_commits: schemas/* number */.aig(),
    commits: schemas/* array */.YOg(schemas/* object */.Ikc({ commit: schemas/* object */.Ikc({ message: schemas/* string */.YjP(), tree: schemas/* object */.Ikc({ sha: schemas/* string */.YjP() }) }) })),
});
/** Undefined if a commit between base and head is not the action's; `tree` is that of the head, if it lies on the base. */
async function own_branch_readOwn({ octokit, owner, repo }, basehead) {
    const asked = octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead });
    // GitHub answers 404 for histories that have nothing in common.
    const answer = await (0,github_answer/* unlessMissing */.F2)(asked);
    if (answer === undefined)
        return undefined;
    const { behind_by, total_commits, commits } = comparison.parse(answer.data);
    const isOwn = commits.every(({ commit: { message, tree } }) => message.trimEnd().endsWith(`\n${trailer}: ${tree.sha}`));
    if (!isOwn || commits.length < total_commits)
        return undefined;
    return { tree: behind_by === 0 ? commits.at(-1)?.commit.tree.sha : undefined };
}

;// CONCATENATED MODULE: ./build/github/pull.js






const pull_pullShape = schemas/* object */.Ikc({
    number: schemas/* number */.aig(),
    html_url: schemas/* string */.YjP(),
    body: schemas/* string */.YjP().nullable(),
});
const defaultTitle = "opencode's changes";
const longest = { title: 256, body: 65_536 };
const marker = `${writeMarker({ key: 'pull-request', page: 1 })}\n`;
/** Opens the pull request of a branch, or updates the open one. It looks before each try: an answer may be lost, or another run faster. */
async function openPull(content, signal) {
    const act = async () => {
        const open = await findOpen(content);
        return open ? await pull_update(content, open) : await create(content);
    };
    const waitAfter = (error, attempt) => {
        const mayExist = (0,github_answer/* isLost */.JD)(error) || /already exists/.test((0,github_answer.answerText)(error) ?? '');
        return mayExist ? (0,client.backOff)(attempt) : undefined;
    };
    return await (0,client.repeat)(act, waitAfter, signal);
}
async function findOpen({ github, branch, base }) {
    const { octokit, owner, repo } = github;
    const head = `${owner}:${branch}`;
    const { data } = await octokit.rest.pulls.list({ owner, repo, head, base, state: 'open' });
    return schemas/* array */.YOg(pull_pullShape).parse(data)[0];
}
async function create(content) {
    const { github, branch: head, base, title = defaultTitle, draft } = content;
    const { octokit, owner, repo } = github;
    const pull = { owner, repo, head, base, title: cutTitle(title), body: bodyOf(content), draft };
    try {
        return pull_pullShape.parse((await octokit.rest.pulls.create(pull)).data);
    }
    catch (error) {
        // Private repositories of free plans have no drafts.
        const refused = (0,github_answer/* statusOf */.c2)(error) === 422 && /draft/i.test((0,github_answer.answerText)(error) ?? '');
        if (!draft || !refused)
            throw error;
        return await create({ ...content, draft: false });
    }
}
/** A pull request that someone else opened keeps its text. */
async function pull_update(content, open) {
    if (readMarker(open.body ?? '')?.key !== 'pull-request')
        return open;
    const { octokit, owner, repo } = content.github;
    const title = content.title && { title: cutTitle(content.title) };
    const pull = { owner, repo, pull_number: open.number, body: bodyOf(content), ...title };
    await octokit.rest.pulls.update(pull);
    return open;
}
function cutTitle(title) {
    return (0,text_text/* oneLine */.TN)(title).slice(0, longest.title).toWellFormed();
}
function bodyOf({ body }) {
    const limit = longest.body - marker.length;
    if (body.length <= limit)
        return marker + body;
    const rest = 'The rest is in the run directory.';
    return marker + (cutPages(body, { limit, pages: 1, rest })[0] ?? '');
}

;// CONCATENATED MODULE: ./build/github/pull-request.js








/**
 * Publishes a change as a branch and its one open pull request, which is opened or updated. Throws a `UserError`
 * (`publish-failed`) if the branch can't be written.
 */
async function publishPullRequest(request, signal) {
    const { github, branch } = request;
    return await attempt({ doing: 'write the branch of the pull request' }, async () => {
        const base = request.baseBranch ?? (await readDefaultBranch(github));
        if (branch === base)
            throw new errors/* UserError */.y('publish-failed', `A pull request needs two branches, and both are ${(0,text_text/* quote */.hD)(branch)}. Check the branch input.`);
        const committed = await commitOnOwnBranch({ ...request, baseBranch: base }, signal);
        if (committed.commitSha === undefined)
            return committed;
        return { ...committed, ...(await propose({ ...request, base }, signal)) };
    });
}
async function readDefaultBranch({ octokit, owner, repo }) {
    const { data } = await octokit.rest.repos.get({ owner, repo });
    return schemas/* object */.Ikc({ default_branch: schemas/* string */.YjP() }).parse(data).default_branch;
}
async function propose(request, signal) {
    try {
        const { number, html_url } = await openPull(request, signal);
        const note = await label(request, number, signal);
        const opened = { pullRequestNumber: number, pullRequestUrl: html_url };
        return note === undefined ? opened : { ...opened, note };
    }
    catch (error) {
        return { problem: `${whyNot(error)} The branch was written: ${compareLink(request)}` };
    }
}
const permission = 'pull-requests: write';
function whyNot(error) {
    if (/not permitted to create or approve/.test((0,github_answer.answerText)(error) ?? ''))
        return 'The workflow\'s token may not open pull requests. In the settings of the repository or organization, under Actions, General, check "Allow GitHub Actions to create and approve pull requests", or open it by hand.';
    return problemOf(error, { doing: 'open the pull request', permission });
}
/** The page on which a person can open the pull request. */
function compareLink({ github, branch, base }) {
    const { server, owner, repo } = github;
    const [from, to] = [base, branch].map((name) => name.split('/').map(encodeURIComponent).join('/'));
    return `${server}/${owner}/${repo}/compare/${from}...${to}?expand=1`;
}
/** Returns why it failed; a pull request counts as published without its labels, too. */
async function label({ github: { octokit, owner, repo }, labels }, issue_number, signal) {
    if (labels.length === 0)
        return undefined;
    const add = { owner, repo, issue_number, labels: [...labels] };
    try {
        await (0,client.repeatLost)(() => octokit.rest.issues.addLabels(add), signal);
        return undefined;
    }
    catch (error) {
        return problemOf(error, { doing: 'add the labels', permission });
    }
}

;// CONCATENATED MODULE: ./build/publish/pull-request.js





/** Characters of an answer that are read: thrice what a body can have, since some may be removed. */
const readable = 3 * 65_536;
/** The change as a branch with one pull request. */
const pullRequest = {
    name: 'pull-request',
    limitMs: 8 * 60_000,
    async publish(result, world, signal) {
        const { github, publish, event, redactor } = world;
        const { base, title, draft, labels } = publish.pullRequest;
        const { repository, answer } = result;
        const place = { server: github.server, repository, closes: true };
        const body = sanitizeMarkdown(answer.slice(0, readable), place);
        const more = answer.length > readable ? '\n\nThe rest is in the run directory.' : '';
        const proposal = {
            ...{ github, title, draft, labels },
            baseBranch: base ?? baseOf(event),
            branch: publish.branch ?? ownBranchName(event),
            // Removing invisible characters may have completed a secret.
            body: await redactor.clean(body + more, signal),
            message: composeMessage(publish, result),
        };
        return await publishChange(result, world, (change) => publishPullRequest({ ...proposal, change }, signal), signal);
    },
};
/** The branch that the change was made on; of a fork's pull request, the one that it is for. */
function baseOf(event) {
    const { kind, head, base } = event;
    if (kind !== 'pull request')
        return (0,event_event/* branchOf */.W0)(event);
    return head?.fork === false ? head.ref : base?.ref;
}

;// CONCATENATED MODULE: ./build/publish/publishing.js








/** Everything that `publish` can name, in its order: the comment reports what became of the change. */
const publishers = [commit, pullRequest, comment];
/**
 * Publishes a result where the inputs ask for it. A completed run that could not be published ends as `publish-failed`, one
 * whose whole change was held back as `blocked`. A cancelled run must not wait, and a skipped one stays silent: a stranger
 * must not make a bot talk.
 */
async function publishResult(result, world, signal) {
    const { what, token } = world.publish;
    const isSilent = result.outcome === 'cancelled' || result.outcome === 'skipped';
    if (what.length === 0 || token === undefined || isSilent)
        return result;
    return await world.runner.group('Publish', async () => {
        let published = publication/* nothing */.s6;
        for (const publisher of publishers.filter(({ name }) => what.includes(name))) {
            const soFar = (0,publication/* conclude */.Ep)({ ...result, published });
            const more = await publishBy(publisher, { ...world, result: soFar, token }, signal);
            for (const line of [...(more.notes ?? []), ...(more.problems ?? [])])
                world.runner.info((0,log_line/* safeLine */.o)(line, longestLine));
            published = (0,publication/* addTo */.DN)(published, more);
        }
        const done = (0,publication/* conclude */.Ep)({ ...result, published });
        if (!signal.aborted || done.outcome !== 'publish-failed')
            return done;
        const reason = 'The workflow was cancelled while the run was published.';
        return { ...done, outcome: 'cancelled', reason, problems: [] };
    });
}
const longestLine = 2000;
/** Whatever goes wrong here, the run that was paid for is still saved and reported. */
async function publishBy({ publish, limitMs }, { result, token, ...world }, signal) {
    const { env, runner, redactor } = world;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
    try {
        const deadline = Date.now() + limitMs;
        const github = (0,client.createGitHub)({ token, env, log: runner.info, deadline }, limit);
        // The agent chose the names of files.
        return await redactor.clean(await publish(result, { ...world, github }, limit), limit);
    }
    catch (error) {
        const message = (0,text_text/* oneLine */.TN)((0,text_text/* messageOf */.bD)(error));
        return { problems: [error instanceof errors/* UserError */.y ? message : `Publishing failed: ${message}`] };
    }
}


/***/ })

};
