export const id = 285;
export const ids = [285,463,674];
export const modules = {

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


/***/ }),

/***/ 44463:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   createGitHub: () => (/* binding */ createGitHub)
/* harmony export */ });
/* harmony import */ var _actions_github__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(92785);
/* harmony import */ var _answer_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(87674);
/* harmony import */ var _repeat_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(92575);



const longestAnswerMs = 30_000;
/** GitHub asks for a minute where it says nothing (docs.github.com, Rate limits for the REST API). */
const silentLimitMs = 60_000;
/**
 * A client that repeats what may be repeated while `signal` stands: requests that GitHub refused by a rate limit, after
 * the time that it names, and failed ones that read or do the same once more. A failed POST may have been done: its caller
 * looks. Octokit's own plugins for this neither end a wait when the signal is aborted nor leave POSTs alone.
 */
function createGitHub(options, signal) {
    const { token, env, log, deadline = Number.POSITIVE_INFINITY } = options;
    const { answerMs = longestAnswerMs } = options;
    const baseUrl = env.GITHUB_API_URL ?? '';
    const octokit = (0,_actions_github__WEBPACK_IMPORTED_MODULE_0__/* .getOctokit */ .Q)(token, { baseUrl });
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
            log(`GitHub: ${method} ${url} is tried again in ${Math.ceil(wait / 1000)} s`);
            return wait;
        };
        return (0,_repeat_js__WEBPACK_IMPORTED_MODULE_2__/* .repeat */ .ux)(ask, waitAfter, signal);
    });
    const [owner = '', repo = ''] = (env.GITHUB_REPOSITORY ?? '').split('/');
    return { octokit, owner, repo, server: env.GITHUB_SERVER_URL ?? '', token };
}
/** A GraphQL query only reads. */
function isQuery(options) {
    return 'query' in options && String(options.query).trimStart().startsWith('query');
}
/** Milliseconds until another try makes sense; undefined if none does. */
function waitOf(error, { attempt, isRepeatable }) {
    const wait = (0,_repeat_js__WEBPACK_IMPORTED_MODULE_2__/* .backOff */ .fu)(attempt);
    if (wait !== undefined && (0,_answer_js__WEBPACK_IMPORTED_MODULE_1__/* .isRateLimit */ .a5)(error))
        return limitOf(error, attempt);
    const isPassing = ((0,_answer_js__WEBPACK_IMPORTED_MODULE_1__/* .statusOf */ .c2)(error) ?? 500) >= 500;
    return isPassing && isRepeatable ? wait : undefined;
}
function limitOf(error, attempt) {
    const headers = (0,_answer_js__WEBPACK_IMPORTED_MODULE_1__/* .headersOf */ .Yl)(error);
    const after = Number(headers['retry-after'] ?? Number.NaN);
    if (after >= 0)
        return after * 1000;
    const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN) * 1000;
    if (headers['x-ratelimit-remaining'] === '0' && reset > 0)
        return Math.max(0, reset - Date.now());
    return silentLimitMs * 2 ** (attempt - 1);
}


/***/ }),

/***/ 92575:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   fu: () => (/* binding */ backOff),
/* harmony export */   qS: () => (/* binding */ repeatLost),
/* harmony export */   ux: () => (/* binding */ repeat)
/* harmony export */ });
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(58500);
/* harmony import */ var _answer_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(87674);


const mostTries = 4;
/** Milliseconds before the try after this one, growing; undefined after the last. */
function backOff(attempt) {
    return attempt < mostTries ? 1000 * 2 ** (attempt - 1) : undefined;
}
/** Tries until it succeeds, or until `waitAfter` has no time to name for another try; an abort ends the wait. */
async function repeat(act, waitAfter, signal) {
    for (let attempt = 1;; attempt++) {
        try {
            return await act();
        }
        catch (error) {
            const wait = signal.aborted ? undefined : waitAfter(error, attempt);
            if (wait === undefined)
                throw error;
            // That the time is up says less than what there was to wait for.
            await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_0__.setTimeout)(wait, undefined, { signal }).catch(() => {
                throw error;
            });
        }
    }
}
/** Repeats a POST whose answer was lost; only for what may be done twice, or looks first whether it was done. */
function repeatLost(act, signal) {
    return repeat(act, (error, attempt) => ((0,_answer_js__WEBPACK_IMPORTED_MODULE_1__/* .isLost */ .JD)(error) ? backOff(attempt) : undefined), signal);
}


/***/ }),

/***/ 37285:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  publishResult: () => (/* binding */ publishResult)
});

// EXTERNAL MODULE: ./build/github/client.js
var client = __webpack_require__(44463);
// EXTERNAL MODULE: ./build/session/log-line.js
var log_line = __webpack_require__(83292);
// EXTERNAL MODULE: ./build/text.js
var build_text = __webpack_require__(50977);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 9 modules
var schemas = __webpack_require__(27597);
// EXTERNAL MODULE: ./build/github/answer.js
var answer = __webpack_require__(87674);
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

;// CONCATENATED MODULE: ./build/github/own-comments.js


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
const own_comments_answer = schemas/* object */.Ikc({
    repository: schemas/* object */.Ikc({
        issueOrPullRequest: schemas/* object */.Ikc({
            comments: schemas/* object */.Ikc({
                nodes: schemas/* array */.YOg(schemas/* object */.Ikc({
                    databaseId: schemas/* number */.aig(),
                    body: schemas/* string */.YjP(),
                    url: schemas/* string */.YjP(),
                    viewerDidAuthor: schemas/* boolean */.zMY(),
                })),
                pageInfo: schemas/* object */.Ikc({ hasNextPage: schemas/* boolean */.zMY(), endCursor: schemas/* string */.YjP().nullable() }),
            }),
        }),
    }),
});
/** The comments of an issue that carry a key and are the token's own, over all pages, the oldest first. */
async function listOwnComments(github, { issue, key }) {
    const own = [];
    let after = null;
    do {
        const { nodes, pageInfo } = await readPage(github, { issue, after });
        own.push(...nodes.flatMap(readOwn).filter(({ marker }) => marker.key === key));
        after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after !== null);
    return own;
}
async function readPage({ octokit, owner, repo }, place) {
    const page = own_comments_answer.parse(await octokit.graphql(query, { owner, repo, ...place }));
    return page.repository.issueOrPullRequest.comments;
}
/** Anybody can write the marker into a comment. */
function readOwn({ databaseId, body, url, viewerDidAuthor }) {
    const marker = viewerDidAuthor ? readMarker(body) : undefined;
    return marker ? [{ id: databaseId, url, body, marker }] : [];
}

// EXTERNAL MODULE: ./build/github/repeat.js
var repeat = __webpack_require__(92575);
;// CONCATENATED MODULE: ./build/github/comment.js




const created = schemas/* object */.Ikc({ id: schemas/* number */.aig(), html_url: schemas/* string */.YjP() });
/**
 * Creates the comment, or edits it in place: of all pages of comments those that carry the key and are the token's own.
 * Pages that a shorter text no longer needs, and what another run with the same key has doubled, are deleted.
 */
async function publishComment(request, signal) {
    const { bodies } = request;
    const before = await listOwnComments(request.github, request);
    const written = [];
    for (const [at, body] of bodies.entries()) {
        const known = before.find(({ marker }) => marker.page === at + 1);
        written.push(known ? await edit(known, body, request) : await create(body, at + 1, request, signal));
    }
    const [first] = await tidy(request, written);
    if (!first)
        throw new Error('There is nothing to comment.');
    return first;
}
async function edit({ id, url, body: before }, body, { github }) {
    const { octokit, owner, repo } = github;
    if (before !== body)
        await octokit.rest.issues.updateComment({ owner, repo, comment_id: id, body });
    return { id, url };
}
/** A lost answer, or one that cannot be read, may be that of a comment that was created: look before it is created again. */
async function create(body, page, request, signal) {
    const { github, issue } = request;
    const { octokit, owner, repo } = github;
    let isRepeated = false;
    return await (0,repeat/* repeatLost */.qS)(async () => {
        const own = isRepeated ? await listOwnComments(github, request) : [];
        const found = own.find(({ marker }) => marker.page === page);
        if (found)
            return await edit(found, body, request);
        isRepeated = true;
        const comment = { owner, repo, issue_number: issue, body };
        const { id, html_url } = created.parse((await octokit.rest.issues.createComment(comment)).data);
        return { id, url: html_url };
    }, signal);
}
/** Of each page the oldest comment stays, with this run's text: so do two runs at once end with one comment. */
async function tidy(request, written) {
    const { github, bodies } = request;
    const own = await listOwnComments(github, request);
    const kept = [];
    for (const [at, body] of bodies.entries()) {
        const same = own.filter(({ marker }) => marker.page === at + 1);
        const oldest = same.toSorted((a, b) => a.id - b.id)[0];
        const mine = written[at];
        if (oldest)
            kept.push(await edit(oldest, body, request));
        else if (mine)
            kept.push(mine);
    }
    const ids = new Set(kept.map(({ id }) => id));
    for (const { id } of own)
        if (!ids.has(id))
            await remove(id, github);
    return kept;
}
async function remove(id, { octokit, owner, repo }) {
    try {
        await octokit.rest.issues.deleteComment({ owner, repo, comment_id: id });
    }
    catch (error) {
        // Another run has deleted it.
        if ((0,answer/* statusOf */.c2)(error) !== 404)
            throw error;
    }
}

;// CONCATENATED MODULE: ./build/github/refusal.js


const workflowRemedy = 'The change has files in .github/workflows, which a workflow\'s own token can never write. Pass a token that may as github-token: of a GitHub App with the permission "workflows: write", or a personal access token with the scope "workflow".';
const refusals = [
    { pattern: /without `?workflows?`? (permission|scope)/, remedy: workflowRemedy },
    {
        pattern: /rule violation|protected (branch|ref)|GH006|GH013|through a pull request|approving review|required status check|not authorized to push/i,
        remedy: 'The branch is protected against such changes. Let the change go to another branch, as "publish: pull-request" does, or let the token bypass the rule.',
    },
    {
        pattern: /Resource not accessible|Permission to \S+ denied|Write access to repository not granted/,
        remedy: (permission) => `The token may not do that. Add "${permission}" to the job's permissions; on an event of a fork or of Dependabot the token stays read-only.`,
    },
    {
        pattern: /Bad credentials|Invalid username or (token|password)|Authentication failed/i,
        remedy: 'The token is no longer valid. Check the github-token input.',
    },
    {
        pattern: /rate limit/i,
        remedy: 'The rate limit lasts longer than there is time for publishing. Run it later, or less often.',
    },
    {
        pattern: /locked/i,
        remedy: 'Unlock the conversation, or comment elsewhere (issue-number).',
    },
    {
        pattern: /Repository not found|Not Found|could not resolve to/i,
        remedy: (permission) => `It does not exist, or the token can't see it. Check the github-token input and the number, and add "${permission}" to the job's permissions.`,
    },
];
/** Why GitHub did not do something, and the remedy. Throws errors that are neither GitHub's nor git's. */
function problemOf(error, attempted) {
    const { doing, workflows = false, permission = 'contents: write' } = attempted;
    const said = (0,answer.answerText)(error);
    if (said === undefined)
        throw error;
    const barred = workflows && /Resource not accessible|Not Found/.test(said);
    const known = refusals.find(({ pattern }) => pattern.test(said));
    const found = barred ? workflowRemedy : known?.remedy;
    const remedy = typeof found === 'function' ? found(permission) : found;
    if (remedy !== undefined)
        return `GitHub refused to ${doing}. ${remedy}`;
    return `It was not possible to ${doing}: ${(0,build_text/* quote */.hD)(said)}. Run the job again. If that does not help, the quoted message says why.`;
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
const comments = /<!--[\s\S]*?-->/g;
const tags = /<(\/?)([a-z][a-z\d-]*)((?:\s[^<>]{0,2000})?)\/?>|<(?=[a-z/!?])/gi;
const attributes = /\s(align|alt|colspan|height|href|open|rowspan|src|start|title|valign|width)(?:=("[^"]*"|'[^']*'|[\w%-]+))?(?=\s|\/|$)/gi;
/** The tags and comments of raw HTML, in order. A tag that is longer than anyone writes is text. */
function readTags(html) {
    // Behind the last end no comment is looked for: each would be read to the end of the text.
    const end = html.lastIndexOf('-->') + 3;
    const found = [];
    const head = html.slice(0, end).replace(comments, (source, at) => {
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

// EXTERNAL MODULE: ./build/markdown/code-block.js
var code_block = __webpack_require__(53775);
;// CONCATENATED MODULE: ./build/markdown/code-pages.js

const indent = '    ';
/** Any text as code, as at most `pages` texts of at most `limit` UTF-16 units; the last ends with `rest`, if the text does not fit. */
function cutCode(text, { limit, pages, rest }) {
    const room = limit - rest.length - 2;
    const cut = [''];
    for (const line of piecesOf((0,code_block/* asCode */.q)(text), room)) {
        const last = cut.at(-1) ?? '';
        if (last.length + line.length <= room)
            cut[cut.length - 1] = last + line;
        else
            cut.push(line);
    }
    if (cut.length <= pages)
        return cut;
    return [...cut.slice(0, pages - 1), `${cut[pages - 1]?.trimEnd()}\n\n${rest}`];
}
/** The lines; one that is longer than a page is broken. */
function piecesOf(code, room) {
    return code.split(/(?<=\n)/).flatMap((line) => {
        const breaks = breakLine(line, room - indent.length - 1);
        return [0, ...breaks].map((from, index) => {
            const piece = line.slice(from, breaks[index]);
            return (from === 0 ? '' : indent) + piece + (index < breaks.length ? '\n' : '');
        });
    });
}
/** Where a line can be broken so that no piece is longer than `most`: between characters as a reader sees them. */
function breakLine(line, most) {
    const breaks = [];
    while (line.length - (breaks.at(-1) ?? 0) > most)
        breaks.push(characterBefore(line, (breaks.at(-1) ?? 0) + most));
    return breaks;
}
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const longest = 100;
function characterBefore(text, at) {
    const start = Math.max(0, at - longest);
    const index = segmenter.segment(text.slice(start, at + longest)).containing(at - start)?.index ?? 0;
    if (index > 0)
        return start + index;
    return /[\uDC00-\uDFFF]/.test(text.charAt(at)) ? at - 1 : at;
}

;// CONCATENATED MODULE: ./build/markdown/limits.js
/** A text that would take the parser more time than its length allows. */
class CraftedMarkdownError extends Error {
    name = 'CraftedMarkdownError';
}
/** What `act` returns, or undefined if it meets a text that was crafted to be hard to parse. */
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
 * Counts what the parser of a text does. It throws a `CraftedMarkdownError` once that is more than an ordinary text needs:
 * some parts read to the end of a paragraph and fail, again and again.
 */
function limitParsing(length) {
    const mostSteps = stepsPerCharacter * length + spareSteps;
    const brackets = new WeakMap();
    let steps = 0;
    const limited = {
        // Otherwise it would begin a piece of text where the parser itself does not.
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



/** Costs of a cut within a block of code or a table, and within a paragraph. */
const cost = { lines: 100, words: 200 };
const mostOpen = 100;
const longLine = 500;
/** The places where a text may be cut, in order. */
function* readCuts(source, blocks) {
    const frame = { open: '', close: '', lead: '' };
    yield* cutContainer(source, blocks, { frame, depth: 0 });
}
function* cutContainer(source, nodes, { frame, depth }) {
    const elements = [];
    for (const node of nodes) {
        const inside = elements.reduce(inElement, frame);
        const start = source.lastIndexOf('\n', node.from - 1) + 1;
        const before = source.slice(start, node.from);
        if (start > 0 && /^[ \t>]*$/.test(before))
            yield { ...inside, end: start - 1, at: start, cost: depth + elements.length };
        const around = { frame: { ...inside, lead: blank(before) }, depth: depth + elements.length };
        if (node.type === 'htmlFlow')
            changeElements(elements, source.slice(node.from, node.to));
        else
            yield* cutNode(source, node, around);
    }
}
function cutNode(source, node, { frame, depth }) {
    const { type, children } = node;
    if (type === 'listItem')
        return cutContainer(source, children.slice(1), {
            frame: inItem(source, node, frame),
            depth: depth + 1,
        });
    if (type === 'blockQuote')
        return cutContainer(source, children, {
            frame: { ...frame, lead: `${frame.lead}> ` },
            depth: depth + 1,
        });
    if (/^list/.test(type))
        return cutContainer(source, children, { frame, depth });
    if (type === 'codeFenced')
        return cutFence(source, node, frame);
    if (type === 'codeIndented')
        return cutIndented(source, node, frame);
    if (type === 'table')
        return cutRows(source, node, frame);
    return type === 'paragraph' ? cutWords(source, node, frame) : [];
}
function blank(text) {
    return text.replace(/[^>\t]/g, ' ');
}
/** An item opens with an empty one of its kind; the mark of a quote stands in each line anyway. */
function inItem(source, { from, children }, { open, close, lead }) {
    const marker = source.slice(from, children[0]?.to).trimEnd();
    return { open: `${open}${lead}${marker}\n`, close, lead: `${lead}${blank(marker)} ` };
}
function inElement({ open, close, lead }, { name, source }) {
    const summary = name === 'details' ? `${lead}<summary>(continued)</summary>\n` : '';
    return {
        open: `${open}${lead}${source}\n${summary}${lead}\n`,
        close: `\n${lead}\n${lead}</${name}>${close}`,
        lead,
    };
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
function cutIndented(source, { from, to }, frame) {
    return cutLines(source.slice(from, to), from, { ...frame, lead: `${frame.lead}    ` });
}
function cutFence(source, { from, to }, { open, close, lead }) {
    const text = source.slice(from, to);
    const [first = '', mark = ''] = /^(`+|~+).*/.exec(text) ?? [];
    const last = text.lastIndexOf('\n');
    const isEnd = last >= first.length &&
        text
            .slice(last)
            .replace(/^[\s>]+/, '')
            .startsWith(mark);
    const body = text.slice(first.length + 1, isEnd ? last : undefined);
    const frame = { open: `${open}${lead}${first}\n`, close: `\n${lead}${mark}${close}`, lead };
    return cutLines(body, from + first.length + 1, frame);
}
/** Between the lines of code, and within those that are very long. */
function* cutLines(code, from, frame) {
    const open = frame.open + frame.lead;
    let at = from;
    for (const line of code.split('\n')) {
        if (at > from)
            yield { ...frame, end: at - 1, at, cost: cost.lines };
        for (const place of breakLine(line, longLine))
            yield { ...frame, open, end: at + place, at: at + place, cost: cost.lines };
        at += line.length + 1;
    }
}
function* cutRows(source, { from, children }, frame) {
    const [head, , ...rows] = children;
    const open = `${frame.open}${frame.lead}${source.slice(from, head?.to)}\n`;
    for (const row of rows) {
        const at = source.lastIndexOf('\n', row.from) + 1;
        yield { ...frame, open, end: at - 1, at, cost: cost.lines };
    }
}
/** Before words that stand in no inline piece and no element: at the beginning of a page, a letter is only text. */
function* cutWords(source, { children }, frame) {
    let elements = 0;
    for (const { type, from, to } of children) {
        if (type === 'htmlText')
            elements += stepOf(source.slice(from, to));
        if (type === 'text' && elements === 0)
            yield* cutText(source, { from, to }, frame);
    }
}
function* cutText(source, { from, to }, frame) {
    const cut = { ...frame, open: frame.open + frame.lead, cost: cost.words };
    for (const { index } of source.slice(from, to).matchAll(/(?<=[ \t]|^)\p{L}/gu)) {
        const at = from + index;
        const line = source.lastIndexOf('\n', at) + 1;
        if (index > 0)
            yield { ...cut, end: at, at };
        else if (/^[ \t>]*$/.test(source.slice(line, at)))
            yield { ...cut, end: line - 1, at };
    }
}
const steps = { open: 1, close: -1 };
function stepOf(html) {
    return readTags(html).reduce((sum, { kind }) => sum + (steps[kind] ?? 0), 0);
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
 * The text as at most five pages that each fit. Between blocks where there is such a place in the second half of a page,
 * else inside of one: what is open there is closed, and opened again on the next page. A text for which this can't be
 * done is shown as code.
 */
function cutPages(markdown, limits) {
    const { limit, pages = 5 } = limits;
    if (markdown.length <= limit)
        return [markdown];
    // What can't fit is not read; that it is cut is seen on the last page.
    const readable = markdown
        .slice(0, limit * pages + 1)
        .toWellFormed()
        .replace(/\r\n?/g, '\n');
    const cut = unlessCrafted(() => cutMarkdown(readable, limits));
    return cut?.every(({ length }) => length <= limit) ? cut : cutCode(readable, { ...limits, pages });
}
function cutMarkdown(source, { limit, pages = 5, rest }) {
    const blocks = [...readBlocks(source)];
    const definitions = readDefinitions(source, blocks, limit / 8);
    const text = { source, footnotes: readFootnotes(blocks), cuts: [...readCuts(source, blocks)] };
    // A footnote's mark has four characters at least.
    const spare = Math.min(text.footnotes.length, Math.ceil(limit / 5));
    const room = limit - lengthOf(definitions) - spare;
    const cut = [];
    let start = { at: 0, open: '' };
    while (start && cut.length < pages) {
        const whole = takePage(text, start, room);
        const isLast = cut.length === pages - 1 && whole.next !== undefined;
        const page = isLast ? takePage(text, start, room - rest.length - 2) : whole;
        cut.push(page.text + used(definitions, page.text) + (isLast ? `\n\n${rest}` : ''));
        start = page.next;
    }
    return cut;
}
function takePage(text, { at, open }, room) {
    const { source, cuts } = text;
    const limit = at + room - open.length;
    if (source.length <= limit)
        return { text: open + write(text, at, source.length), next: undefined };
    const cut = chooseCut(cuts, { at, limit });
    return { text: open + write(text, at, cut.end) + cut.close, next: cut };
}
/** A footnote without its mark, or a mark without its footnote, is not shown: here both become text. */
function write({ source, footnotes }, from, to) {
    const marks = footnotes.filter((at) => at >= from && at < to).map((at) => at - from);
    return applyEdits(source.slice(from, to), marks.map((at) => ({ from: at, to: at, text: '\\' })));
}
function readFootnotes(blocks) {
    return blocks.flatMap(({ type, from, children }) => type.startsWith('gfmFootnote') ? [from, ...readFootnotes(children)] : readFootnotes(children));
}
/** The cheapest cut of the second half, of these the last; else the last of all. */
function chooseCut(cuts, { at, limit }) {
    const fits = cuts.filter((cut) => cut.at > at && cut.end + cut.close.length <= limit);
    const late = fits.filter(({ end }) => end >= at + (limit - at) / 2);
    const least = late.reduce((cost, cut) => Math.min(cost, cut.cost), Number.POSITIVE_INFINITY);
    const chosen = late.findLast(({ cost }) => cost === least) ?? fits.at(-1);
    if (chosen === undefined)
        throw new CraftedMarkdownError('There is no place for a cut.');
    return chosen;
}
/** The targets of reference links, which every page needs; none, if they are too long for that. */
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

// EXTERNAL MODULE: ./build/secrets/invisible.js
var invisible = __webpack_require__(84053);
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
/** Whether every parser reads the text as one address, so that an `@` in it mentions nobody. */
function isClearAddress(written) {
    return clear.test(written);
}
/** Takes the effect from what would mention someone, refer to another repository or, if `closes`, close an issue. */
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
/** As an element, which no backtick beside it changes; but in an element, an address would still be a link. */
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
 * An agent's Markdown that mentions nobody, closes and cross-references no issue, loads nothing from other hosts, and
 * hides nothing: no comments, no invisible characters. Code stays as it is, and so does the rest of the text. A text
 * that is crafted to be hard, or that does not settle, is shown as code as a whole.
 */
function sanitizeMarkdown(markdown, publication) {
    return unlessCrafted(() => settle(markdown, publication)) ?? (0,code_block/* asCode */.q)(markdown);
}
function settle(markdown, publication) {
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
/** A tab after a quotation mark: how wide it is, and so whether it makes code, is read in more than one way. */
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
/** The elements that are still open in it never end. */
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






/** GitHub takes 65,536 characters; what counts as one is safest read as a UTF-16 unit. */
const largestBody = 65_536;
const pages = 5;
/** For the page's number and what stands around the footer. */
const spare = 64;
/** An answer beyond this many characters does not fit into any comment, so that the rest need not be read. */
const readableAnswer = largestBody * pages;
/** How many files of a kind a comment names. */
const listedFiles = 10;
const heldBackTitle = (count) => `**${(0,build_text/* counted */.hS)(count, 'file')} held back:**`;
/** A result as the bodies of one to five comments. */
function renderComment(result, options) {
    const { key, server } = options;
    const sanitize = (text) => sanitizeMarkdown(text, { server, repository: result.repository });
    const rest = `**The answer is longer than ${pages} comments.** ${whole(result)}`;
    const title = result.outcome === 'completed' ? '' : `### ${(0,labels/* headline */.Pl)(result)}`;
    const text = [
        title,
        sanitize((0,labels/* renderReason */.J)(result)),
        renderAnswer(result, sanitize, rest),
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
function renderAnswer(result, sanitize, rest) {
    const { answer } = result;
    if (answer === '')
        return '';
    const label = (0,labels/* answerLabel */.xD)(result);
    if (answer.length <= readableAnswer)
        return label + sanitize(answer);
    return `${label}${sanitize(answer.slice(0, readableAnswer))}\n\n${rest}`;
}
function renderChange({ change, partial }) {
    if (!change)
        return '';
    const { files } = change;
    if (files.length + change.unseen.length === 0)
        return '**No files were changed.**';
    const names = files
        .slice(0, listedFiles)
        .map((file) => `${(0,labels/* code */.aY)(file.path)} (${(0,labels/* lineCounts */.Zl)(file)})`);
    const more = files.length > listedFiles ? `, and ${files.length - listedFiles} more` : '';
    return names.length === 0
        ? ''
        : `**${(0,labels/* titleOfChange */.GE)(change, partial)}:** ${names.join(', ')}${more}`;
}
/** Commit and pull request are of this repository: GitHub makes links of them. */
function renderPublished({ published }) {
    const { commitSha, branch, pullRequestNumber } = published ?? {};
    if (commitSha === undefined || branch === undefined)
        return '';
    const pull = pullRequestNumber === undefined ? '' : `, pull request #${pullRequestNumber}`;
    return `**Committed** as ${commitSha} to ${(0,labels/* code */.aY)(branch)}${pull}.`;
}
function renderFooter(result) {
    const { model, variant, usage, priced, duration, runUrl } = result;
    const name = model && `${model}${variant ? ` (${variant})` : ''}`;
    const cost = priced ? (0,build_text/* dollars */.E9)(usage.cost) : 'cost unknown';
    return [
        name && `<code>${(0,labels/* plain */.pj)((0,build_text/* quote */.hD)(name).slice(1, -1).replaceAll('&', '&amp;'))}</code>`,
        usage.steps > 0 && cost,
        `${Math.max(1, Math.round(duration))} s`,
        runUrl && `<a href="${escapeHtml(runUrl)}">run</a>`,
    ]
        .filter(Boolean)
        .join(' · ');
}
function whole({ runUrl }) {
    const place = 'answer.md in the run directory';
    return runUrl
        ? `It is whole in the [summary of the run](${runUrl}) and in ${place}.`
        : `It is whole in ${place}.`;
}

;// CONCATENATED MODULE: ./build/publish/comment.js



/** The answer as a comment on the issue or pull request, with what became of the change. */
const comment = {
    name: 'comment',
    limitMs: 2 * 60_000,
    async publish(result, { github, publish, event, runner, redactor }, signal) {
        const issue = publish.issue ?? event.number ?? 0;
        const key = keyOf(publish, event);
        const rendered = renderComment(result, { key, server: github.server });
        // Invisible characters that were removed may have stood inside a secret.
        const bodies = await redactor.clean(rendered, signal);
        try {
            const { id, url } = await publishComment({ github, issue, key, bodies }, signal);
            runner.info(`Commented: ${url}`);
            return { commentId: id, commentUrl: url };
        }
        catch (error) {
            const permission = permissionFor(issue, event);
            return { problems: [problemOf(error, { doing: `comment on #${issue}`, permission })] };
        }
    },
};
function permissionFor(issue, { number, kind }) {
    if (issue !== number)
        return 'pull-requests: write" or, for an issue, "issues: write';
    return kind === 'issue' ? 'issues: write' : 'pull-requests: write';
}
/** A comment that is new with each run has a key for each run, so that it is found again after a lost answer. */
function keyOf({ comment: { key, mode } }, { runId, runAttempt }) {
    return mode === 'new' ? `${key} ${runId}.${runAttempt}` : key;
}

// EXTERNAL MODULE: ./build/event/event.js + 2 modules
var event_event = __webpack_require__(5036);
;// CONCATENATED MODULE: ./build/github/branch.js



const refShape = schemas/* object */.Ikc({ object: schemas/* object */.Ikc({ sha: schemas/* string */.YjP() }) });
/** The commit that a branch stands at; undefined if there is no such branch. */
async function readBranch({ octokit, owner, repo }, branch) {
    try {
        const { data } = await octokit.rest.git.getRef({ owner, repo, ref: `heads/${branch}` });
        return refShape.parse(data).object.sha;
    }
    catch (error) {
        if ((0,answer/* statusOf */.c2)(error) === 404)
            return undefined;
        throw error;
    }
}
/** Moves a branch. It has `moved` if someone else was faster. After an error the branch is looked at: the answer may be lost. */
async function moveBranch(move, signal) {
    try {
        await branch_write(move, signal);
        return 'done';
    }
    catch (error) {
        const found = (0,answer.answerText)(error) === undefined || signal.aborted ? 'as before' : await look(move);
        if (found === 'as before')
            throw error;
        return found;
    }
}
async function look(move) {
    const { github, branch, commit, expected } = move;
    const now = await readBranch(github, branch);
    if (now === commit)
        return 'done';
    if (now === expected)
        return 'as before';
    return now && (await contains(github, `${commit}...${now}`)) ? 'done' : 'moved';
}
async function branch_write(move, signal) {
    const { github, branch, commit: sha, expected, replace = false } = move;
    const { octokit, owner, repo } = github;
    if (expected === undefined) {
        const ref = `refs/heads/${branch}`;
        await (0,repeat/* repeatLost */.qS)(() => octokit.rest.git.createRef({ owner, repo, ref, sha }), signal);
    }
    else if (replace)
        await replaceBranch({ ...move, expected }, signal);
    else
        await octokit.rest.git.updateRef({ owner, repo, ref: `heads/${branch}`, sha, force: false });
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
    await (0,repeat/* repeatLost */.qS)(() => octokit.graphql(update, { input }), signal);
}
/** Whether the second of two commits has the first one below it. */
async function contains({ octokit, owner, repo }, basehead) {
    try {
        const { data } = await octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead });
        return data.status === 'ahead';
    }
    catch (error) {
        if ((0,answer/* statusOf */.c2)(error) === 404)
            return false;
        throw error;
    }
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

// EXTERNAL MODULE: ./build/policy/path-names.js
var path_names = __webpack_require__(98629);
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
/** Goes to a name; tells whether that is in the tree. */
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
var tree = __webpack_require__(39068);
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
        const ends = [path, ...(previousPath === undefined ? [] : [previousPath])];
        const byPath = ends.map((end) => judgePath(end, end === path && isNew(file)));
        const reasons = [judgeKind(file, change), ...byPath, change.leaks?.get(path)];
        return reasons.find((reason) => reason !== undefined);
    };
}
/** Why what a file is, or how git keeps it, can't be published. */
function judgeKind({ path, previousPath = path, mode, previousMode }, { links, filtered, sizes }) {
    // The API takes names in UTF-8 only, of files that have been there as well.
    if (`${path}${previousPath}`.includes('\uFFFD'))
        return REASONS.encoding;
    if (mode === tree/* SUBMODULE_MODE */.Fe || previousMode === tree/* SUBMODULE_MODE */.Fe)
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
/** What not every system can have beside another file; a file of which the removal is held back is still there. */
function holdBackTwins(reasons, paths) {
    const entries = [...reasons];
    const kept = entries.flatMap(([{ path, previousPath, previousMode }, reason]) => reason !== undefined && previousMode !== undefined ? [previousPath ?? path] : []);
    const fresh = entries.filter(([file, reason]) => reason === undefined && isNew(file));
    const twins = findTwins(fresh.map(([{ path }]) => path), [...paths, ...kept]);
    for (const [file] of fresh)
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
        const kept = new Set([...reasons].flatMap(([{ path, previousPath, previousMode }, reason]) => reason === undefined || previousMode === undefined ? [] : [previousPath ?? path]));
        const keptFolders = new Set([...kept].flatMap(foldersOf));
        const conflicting = [...reasons].filter(([{ path, mode }, reason]) => reason === undefined &&
            mode !== undefined &&
            (keptFolders.has(path) || foldersOf(path).some((folder) => kept.has(folder))));
        if (conflicting.length === 0)
            return;
        for (const [file] of conflicting)
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
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
;// CONCATENATED MODULE: ./build/github/merge.js






/** Reads the tree that an index holds. */
async function readTree(git, signal) {
    const entries = await (0,tree/* listEntries */.fi)(git, signal);
    return new Map(entries.map((entry) => {
        const path = (0,raw_path/* displayPath */.Gt)(entry.path);
        return [path, { ...entry, path }];
    }));
}
/** What a change is on another commit, whose tree is `ours`. What that has already is left out. */
function moveFiles(files, ours) {
    return files.flatMap((file) => {
        const { path, previousPath = path } = file;
        const before = ours.get(previousPath);
        const target = ours.get(path);
        const isFree = path === previousPath || target === undefined;
        if (isFree && before?.id === file.previousId && before?.mode === file.previousMode)
            return [{ file }];
        const isGone = path === previousPath || before === undefined;
        if (isGone && target?.id === file.id && target?.mode === file.mode)
            return [];
        const moved = { ...file, previousId: before?.id, previousMode: before?.mode };
        return [{ file: moved, base: file }];
    });
}
/** The tree after a change. */
function changeTree(tree, files) {
    const changed = new Map(tree);
    for (const { path, previousPath = path } of files)
        changed.delete(previousPath);
    for (const { path, mode, id } of files)
        if (mode !== undefined && id !== undefined)
            changed.set(path, { path, mode, id });
    return changed;
}
/** Of new files those that need the place of a folder, or of a file that is no folder. */
function findBlocked(files, after) {
    const folders = new Set([...after.keys()].flatMap(foldersOf));
    const paths = files.flatMap(({ path, mode }) => (mode === undefined ? [] : [path]));
    return new Set(paths.filter((path) => folders.has(path) || foldersOf(path).some((one) => after.has(one))));
}
const regular = ['100644', '100755'];
/** The file with the changes of both sides; undefined where they are in conflict. */
async function mergeFile({ clone, moved, ours }, signal) {
    const { file, base } = moved;
    if (base === undefined)
        return file;
    const { path, previousPath = path, previousMode, mode } = file;
    const isOccupied = path !== previousPath && ours.has(path);
    const modes = [base.previousMode, previousMode, mode];
    if (isOccupied || !modes.every((one) => one !== undefined && regular.includes(one)))
        return undefined;
    const ids = [file.previousId, base.previousId, file.id];
    const id = await mergeContents({ clone, ids }, signal);
    if (id === undefined)
        return undefined;
    return { ...file, id, mode: mode === base.previousMode ? previousMode : mode };
}
/** Merges three contents (ours, base, theirs) as git does. */
async function mergeContents({ clone: { git, directory }, ids }, signal) {
    const folder = await (0,promises_.mkdtemp)((0,external_node_path_.join)(directory, 'merge-'));
    const places = ['ours', 'base', 'theirs'].map((name) => (0,external_node_path_.join)(folder, name));
    for (const [at, place] of places.entries())
        await (0,promises_.writeFile)(place, await git(['cat-file', 'blob', ids[at] ?? ''], signal));
    const input = await git(['merge-file', '--stdout', '--quiet', ...places], signal).catch(workspace_git/* noAnswer */.qE);
    if (input === undefined)
        return undefined;
    return (0,workspace_git/* line */.n8)(await git(['hash-object', '-w', '--stdin'], signal, { input }));
}

;// CONCATENATED MODULE: ./build/github/landing.js








/** Applies a change to the commit that it is to lie on, and judges it there, where its files may mean something else. */
async function landOn(change, parent, signal) {
    const { clone } = change;
    await clone.fetch(parent, signal);
    const git = clone.withIndex();
    await git(['read-tree', parent], signal);
    const parentTree = (0,workspace_git/* line */.n8)(await git(['rev-parse', `${parent}^{tree}`], signal));
    const ours = await readTree(git, signal);
    const { files, verdicts, conflicts } = await applyPolicy(change, { git, ours }, signal);
    await updateIndex(git, files, signal);
    const tree = (0,workspace_git/* line */.n8)(await git(['write-tree'], signal));
    const known = new Set([...ours.values()].map(({ id }) => id));
    return { parent, verdicts, conflicts, files, tree, parentTree, known };
}
async function applyPolicy(change, { git, ours }, signal) {
    const { clone, policy, scan, patchSize } = change;
    const moved = moveFiles(change.files, ours);
    const files = moved.map(({ file }) => file);
    const after = changeTree(ours, files);
    const found = {
        ...{ files, patchSize, paths: [...after.keys()] },
        links: await readLinks({ git, files: after.values() }, signal),
        sizes: await readSizes({ git, files, ours }, signal),
        filtered: new Set([
            ...(await findFiltered({ git, paths: files.map(({ path }) => path) }, signal)),
            ...(await filteredWhereMade(change, files, signal)),
        ]),
    };
    const byPath = new Map(judgeChange(found, policy).map((one) => [one.path, one.verdict]));
    const isPublished = ({ path }) => byPath.get(path) === 'published';
    const blocked = findBlocked(files, after);
    const merged = [];
    const conflicting = [];
    for (const one of moved.filter(({ file }) => isPublished(file))) {
        const isBlocked = blocked.has(one.file.path);
        const file = isBlocked ? undefined : await mergeFile({ clone, moved: one, ours }, signal);
        if (file)
            merged.push(file);
        else
            conflicting.push(one.file);
    }
    const scanned = { git, scan, files: [...merged, ...conflicting] };
    const leaks = await findAddedSecrets(scanned, signal);
    const verdicts = judgeChange({ ...found, leaks }, policy);
    const heldBack = new Set(verdicts.flatMap(({ path, verdict }) => (verdict === 'held-back' ? [path] : [])));
    const isKept = ({ path }) => !heldBack.has(path);
    const conflicts = conflicting.filter(isKept).map(({ path }) => path);
    return { verdicts, files: merged.filter(isKept), conflicts };
}
/** The paths that a filter converted in the checkout, or that the change says are converted. */
async function filteredWhereMade({ clone, base, tree }, files, signal) {
    const paths = files.map(({ path }) => path);
    const filtered = [];
    for (const made of [base, tree]) {
        const git = clone.withIndex();
        await git(['read-tree', made], signal);
        filtered.push(...(await findFiltered({ git, paths }, signal)));
    }
    return filtered;
}
/** Bytes of the contents that are new, by path. */
async function readSizes({ git, files, ours }, signal) {
    const known = new Set([...ours.values()].map(({ id }) => id));
    const fresh = files.filter(({ id, mode }) => id !== undefined && !known.has(id) && mode !== tree/* SUBMODULE_MODE */.Fe);
    if (fresh.length === 0)
        return new Map();
    const input = fresh.map(({ id }) => `${id}\n`).join('');
    const ask = ['cat-file', '--batch-check=%(objectsize)'];
    const sizes = `${await git(ask, signal, { input })}`.split('\n');
    return new Map(fresh.map(({ path }, at) => [path, Number(sizes[at]) || 0]));
}
/** Removals first, so that they make room. */
async function updateIndex(git, files, signal) {
    const removed = files.flatMap(({ path, previousPath = path, previousMode }) => previousMode === undefined ? [] : [`0 ${'0'.repeat(40)}\t${(0,raw_path/* rawPath */.av)(previousPath)}`]);
    const written = files.flatMap(({ path, mode, id }) => mode === undefined ? [] : [`${mode} ${id}\t${(0,raw_path/* rawPath */.av)(path)}`]);
    if (removed.length + written.length === 0)
        return;
    const input = (0,raw_path/* formatPaths */.qB)([...removed, ...written]);
    await git(['update-index', '-z', '--index-info'], signal, { input });
}

;// CONCATENATED MODULE: ./build/github/signed-commit.js


const inlineBytes = 64 * 1024;
/** What one request carries, so that GitHub answers in its ten seconds. */
const largestRequest = { entries: 300, bytes: 2 * 1024 * 1024 };
const object = schemas/* object */.Ikc({ sha: schemas/* string */.YjP() });
/** Makes a commit that no branch has yet, through the API, since GitHub signs that. Undefined if GitHub made another tree than git. */
async function createCommit(draft, signal) {
    const { github, landing, message } = draft;
    const { octokit, owner, repo } = github;
    const { tree, parent } = landing;
    // What GitHub understands in another way than git is seen here: only what was judged is committed.
    if ((await createTree(draft, signal)) !== tree)
        return undefined;
    // GitHub would not sign it with an author, committer or signature of ours.
    const commit = { owner, repo, message, tree, parents: [parent] };
    const create = () => octokit.rest.git.createCommit(commit);
    return await (0,repeat/* repeatLost */.qS)(async () => object.parse((await create()).data).sha, signal);
}
async function createTree(draft, signal) {
    const { octokit, owner, repo } = draft.github;
    let base_tree = draft.landing.parentTree;
    for (const tree of inRequests(await createEntries(draft, signal))) {
        const create = () => octokit.rest.git.createTree({ owner, repo, base_tree, tree });
        base_tree = await (0,repeat/* repeatLost */.qS)(async () => object.parse((await create()).data).sha, signal);
    }
    return base_tree;
}
function inRequests(entries) {
    const requests = [];
    let bytes = Number.POSITIVE_INFINITY;
    for (const entry of entries) {
        const size = 'content' in entry ? entry.content.length : 0;
        const last = requests.at(-1);
        const fits = bytes + size <= largestRequest.bytes;
        if (last && fits && last.length < largestRequest.entries)
            last.push(entry);
        else
            requests.push([entry]);
        bytes = requests.at(-1) === last ? bytes + size : size;
    }
    return requests;
}
/** Removals first, so that they make room. */
async function createEntries(draft, signal) {
    const { files, known } = draft.landing;
    const type = 'blob';
    const removed = files.flatMap(({ path, previousPath = path, previousMode, mode }) => {
        if (previousMode === undefined || (path === previousPath && mode !== undefined))
            return [];
        return [{ path: previousPath, mode: modeOf(previousMode), type, sha: null }];
    });
    const written = [];
    for (const { path, mode, id } of files) {
        if (mode === undefined || id === undefined)
            continue;
        const content = known.has(id) ? { sha: id } : await createBlob(draft, id, signal);
        written.push({ path, mode: modeOf(mode), type, ...content });
    }
    return [...removed, ...written];
}
/** Submodules are held back. */
function modeOf(mode) {
    return mode === '100755' || mode === '120000' ? mode : '100644';
}
/** Short text goes along in the tree, all else has a request of its own. */
async function createBlob({ github: { octokit, owner, repo }, clone }, id, signal) {
    const bytes = await clone.git(['cat-file', 'blob', id], signal);
    const text = bytes.toString();
    const isText = bytes.length > 0 && !text.includes('\0') && Buffer.from(text).equals(bytes);
    if (isText && bytes.length <= inlineBytes)
        return { content: text };
    const blob = { owner, repo, content: bytes.toString('base64'), encoding: 'base64' };
    const create = async () => object.parse((await octokit.rest.git.createBlob(blob)).data);
    return { sha: (await (0,repeat/* repeatLost */.qS)(create, signal)).sha };
}

;// CONCATENATED MODULE: ./build/github/branch-commit.js





const mostTries = 3;
/** Commits a change on top of a branch; if that moves meanwhile, on its new head. `unchanged` as in `Placement`. */
async function commitOnBranch(request, signal) {
    const { github, branch } = request;
    const note = `The branch ${(0,build_text/* quote */.hD)(branch)} has the change already, so nothing was committed.`;
    const { unchanged = () => ({ branch, note }) } = request;
    return await whileMoving(branch, async () => {
        const head = await readBranch(github, branch);
        if (head === undefined)
            return failed(`There is no branch ${(0,build_text/* quote */.hD)(branch)}. Create it, or check the branch input.`);
        const place = { parent: head, parentBranch: branch, expected: head };
        return await commitOn(request, { ...place, unchanged: unchanged(head) }, signal);
    });
}
/** Tries again while the branch moves, up to three times. */
async function whileMoving(branch, act) {
    for (let attempt = 1; attempt <= mostTries; attempt++) {
        const published = await act();
        if (published !== 'moved')
            return published;
    }
    const what = `The branch ${(0,build_text/* quote */.hD)(branch)} moved each of ${mostTries} times while the change was committed`;
    return failed(`${what}. The patch is in the run directory; run the job again.`);
}
/** Commits a change on top of one commit, where each file is judged; `moved` if someone else moved the branch. */
async function commitOn(request, placement, signal) {
    const { parent, parentBranch, expected, earlierTree, unchanged } = placement;
    const { branch, change } = request;
    const landing = await landOn(change, parent, signal);
    const { verdicts, conflicts, files, tree, parentTree } = landing;
    if (conflicts.length > 0)
        return { verdicts, problem: conflict(parentBranch, conflicts) };
    if (files.length === 0 && verdicts.length > 0)
        return { verdicts, note: allHeldBack };
    if (tree === parentTree)
        return { verdicts, ...unchanged };
    if (expected && earlierTree === tree)
        return { verdicts, branch, commitSha: expected };
    try {
        const done = await commitAndMove(request, { landing, ...placement }, signal);
        return done === 'moved' ? done : { verdicts, ...done };
    }
    catch (error) {
        const attempted = { doing: 'commit the change', workflows: hasWorkflows(landing) };
        return { verdicts, problem: problemOf(error, attempted) };
    }
}
const allHeldBack = 'All changed files were held back, so nothing was committed.';
async function commitAndMove({ github, change, branch, message }, { landing, expected, replace = false }, signal) {
    const draft = { github, clone: change.clone, landing, message: message(landing.tree) };
    const commit = await createCommit(draft, signal);
    if (commit === undefined)
        return { problem: otherTree };
    const moved = await moveBranch({ github, branch, commit, expected, replace }, signal);
    return moved === 'moved' ? moved : { branch, commitSha: commit };
}
const otherTree = "GitHub's API did not make the same files of the change as git, so nothing was committed. The patch is in the run directory; apply it by hand.";
/** Most tokens lack the permission for these. */
function hasWorkflows({ files }) {
    const paths = files.flatMap(({ path, previousPath = path }) => [path, previousPath]);
    return paths.some((path) => path.startsWith('.github/workflows/'));
}
const mostNamed = 10;
function conflict(branch, files) {
    const list = files.slice(0, mostNamed).map((file) => (0,build_text/* quote */.hD)((0,build_text/* showName */.$i)(file)));
    const more = files.length > mostNamed ? ` and ${files.length - mostNamed} more` : '';
    return `The change is in conflict with the branch ${(0,build_text/* quote */.hD)(branch)} in ${(0,build_text/* counted */.hS)(files.length, 'file')}: ${list.join(', ')}${more}. Nothing was committed; the patch is in the run directory.`;
}
/** A publication that did not get to where it could be judged. */
function failed(problem) {
    return { verdicts: [], problem };
}

;// CONCATENATED MODULE: ./build/github/commit.js




/** Publishes a change as a commit on top of a branch. */
async function publishCommit(given, signal) {
    const { github, change, destination } = given;
    const { branch, problem } = await findBranch(github, destination);
    if (branch === undefined)
        return failed(problem);
    try {
        const message = () => given.message;
        return await commitOnBranch({ github, change, branch, message }, signal);
    }
    catch (error) {
        return failed(problemOf(error, { doing: 'commit the change' }));
    }
}
const pullShape = schemas/* object */.Ikc({
    state: schemas/* string */.YjP(),
    head: schemas/* object */.Ikc({ ref: schemas/* string */.YjP(), repo: schemas/* object */.Ikc({ full_name: schemas/* string */.YjP() }).nullable() }),
});
async function findBranch(github, destination) {
    if (destination.kind === 'branch')
        return { branch: destination.branch };
    try {
        return await findHead(github, destination.number);
    }
    catch (error) {
        const attempted = { doing: 'read the pull request', permission: 'pull-requests: read' };
        return { problem: problemOf(error, attempted) };
    }
}
async function findHead({ octokit, owner, repo }, pull_number) {
    const { data } = await octokit.rest.pulls.get({ owner, repo, pull_number });
    const { state, head } = pullShape.parse(data);
    const source = head.repo?.full_name ?? 'a repository that was deleted';
    if (source.toLowerCase() !== `${owner}/${repo}`.toLowerCase()) {
        const problem = `The pull request comes from a fork, ${(0,build_text/* quote */.hD)(source)}, to which a workflow's token can't push. The patch is in the run directory; publish it as a comment instead, or apply it by hand.`;
        return { problem };
    }
    if (state === 'open')
        return { branch: head.ref };
    return { problem: `The pull request #${pull_number} is ${state}, so nothing was committed.` };
}

// EXTERNAL MODULE: ./build/workspace/patch.js + 5 modules
var patch = __webpack_require__(63884);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: ./build/workspace/shadow.js
var shadow = __webpack_require__(89000);
;// CONCATENATED MODULE: ./build/github/clone.js






/** How a runner reaches the network; certificates of one's own are named in `GIT_SSL_CAINFO`. */
const networkVariables = [
    ...['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [
        name,
        name.toLowerCase(),
    ]),
    ...['GIT_SSL_CAINFO', 'GIT_SSL_CAPATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
];
/** Makes the repository, empty, in a new folder of `temporary`. */
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
        directory: place,
        git: (0,shadow/* shadowGit */.pD)(folder, { env }),
        withIndex: () => (0,shadow/* shadowGit */.pD)(folder, { env, index: (0,external_node_path_.join)(place, `index-${(0,external_node_crypto_.randomUUID)()}`) }),
        async fetch(commit, signal) {
            if (fetched.has(commit))
                return;
            const options = ['--quiet', '--no-tags', '--no-write-fetch-head', '--depth=1'];
            await (0,repeat/* repeat */.ux)(() => remote(['fetch', ...options, url, commit], signal), waitAfter, signal);
            fetched.add(commit);
        },
    };
}
/**
 * No token in a file or in arguments. The empty first value drops what any configuration says, as two headers are a bad
 * request, and this key goes before a general `http.extraheader`.
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
/** A fetch may be repeated as often as one likes. */
function waitAfter(error, attempt) {
    const isPassing = error instanceof workspace_git/* GitError */.XS && passing.test(error.stderr);
    return isPassing ? (0,repeat/* backOff */.fu)(attempt) : undefined;
}

;// CONCATENATED MODULE: ./build/github/change.js






/** Applies a saved change to the commit that it was made on, in a repository of its own. */
async function openChange(saved, signal) {
    try {
        return await change_open(saved, signal);
    }
    catch (error) {
        const doing = 'read the change and the commit that it was made on';
        return { problem: problemOf(error, { doing, permission: 'contents: read' }) };
    }
}
async function change_open(saved, signal) {
    const { base, policy, scan } = saved;
    const patchFile = (0,external_node_path_.resolve)(saved.patchFile);
    const { size: patchSize } = await (0,promises_.stat)(patchFile);
    if (patchSize === 0)
        return { change: undefined };
    if (!/^[0-9a-f]{40,64}$/.test(base))
        return { problem: 'The run does not say on which commit its change was made.' };
    const clone = await createClone(saved);
    await clone.fetch(base, signal);
    const git = clone.withIndex();
    await git(['read-tree', base], signal);
    const applied = await git(['apply', '--cached', '--binary', patchFile], signal).catch(workspace_git/* noAnswer */.qE);
    if (applied === undefined)
        return { problem: dirty };
    const tree = (0,workspace_git/* line */.n8)(await git(['write-tree'], signal));
    const files = await (0,patch/* listChangedFiles */.AC)({ git, from: base, to: tree }, signal);
    const change = { clone, base, tree, files, patchSize, policy, scan };
    return { change: files.length > 0 ? change : undefined };
}
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



/** Publishes the change of a run that completed, as `act` does. A change that is not whole is nobody's to commit: it stays a patch. */
async function publishChange(result, world, act, signal) {
    const reason = whyNot(result);
    if (reason !== undefined)
        return { problems: [reason] };
    const unseen = (0,publication/* unseenVerdicts */.zq)(result.change);
    const { patchFile, env, temporary, github, redactor, publish } = world;
    if (patchFile === undefined)
        return nothingOf(unseen);
    const { base = '' } = result.change ?? {};
    const place = { github, env, temporary, base, patchFile };
    const rules = { policy: publish.policy, scan: redactor };
    const { change, problem } = await openChange({ ...place, ...rules }, signal);
    if (problem !== undefined)
        return { files: [...unseen], problems: [problem] };
    if (change === undefined)
        return nothingOf(unseen);
    const { verdicts, note, problem: failure, ...facts } = await act(change);
    return {
        ...facts,
        files: [...verdicts, ...unseen],
        notes: note === undefined ? [] : [note],
        problems: failure === undefined ? [] : [failure],
    };
}
/** Why a change is not published at all. */
function whyNot(result) {
    if (!(0,publication/* hasCompleted */.Uj)(result))
        return `The run ended as ${result.outcome}, so its change was not published. What there is of it is in the patch file.`;
    if (result.change === undefined)
        return 'The run has no change to publish: its mode was not implement.';
    return undefined;
}
function nothingOf(unseen) {
    if (unseen.length > 0)
        return { files: [...unseen] };
    return { files: [], notes: ['No files were changed, so nothing was committed.'] };
}
const defaultSubject = "Apply opencode's changes";
/** The message of a commit: the input as it is, or one that names the run, and the model if its name is plain; nothing of an event or of an agent. */
function composeMessage({ commitMessage }, { model, variant, runUrl }) {
    if (commitMessage !== undefined)
        return commitMessage;
    const name = plainModelName(model, variant);
    const facts = [name && `Model: ${name}`, runUrl && `Run: ${runUrl}`].filter(Boolean);
    return [defaultSubject, ...(facts.length > 0 ? [facts.join('\n')] : [])].join('\n\n');
}

;// CONCATENATED MODULE: ./build/publish/commit.js



/** The change as a commit on the head branch of the pull request, or on a branch that is named. */
const commit = {
    name: 'commit',
    limitMs: 8 * 60_000,
    async publish(result, world, signal) {
        const { github, publish, event } = world;
        const destination = destinationOf(publish, event);
        const message = composeMessage(publish, result);
        return await publishChange(result, world, (change) => publishCommit({ github, change, destination, message }, signal), signal);
    },
};
function destinationOf({ branch }, event) {
    if (branch !== undefined)
        return { kind: 'branch', branch };
    if (event.kind === 'pull request' && event.number !== undefined)
        return { kind: 'pull-request', number: event.number };
    return { kind: 'branch', branch: (0,event_event/* workBranchOf */.P$)(event) ?? '' };
}

;// CONCATENATED MODULE: ./build/github/own-branch.js





/** The branch for a pull request if none is named: that of the issue or pull request, so that a later run updates it, or of the run alone. */
function ownBranchName({ number, runId }) {
    return number === undefined ? `opencode/run-${runId}` : `opencode/issue-${number}`;
}
const trailer = 'Opencode-Driver-Tree';
/** The commit's tree in its message, by which it is recognized: one that someone amended has another. */
function signMessage(message, tree) {
    return `${message.trimEnd()}\n\n${trailer}: ${tree}`;
}
/**
 * Commits a change to a branch of the action. One that has nothing but earlier commits of the action is made again from
 * the base branch; to one that someone else pushed to, the change is added on top. No commit is needed if the base has it.
 */
async function commitOnOwnBranch(given, signal) {
    const { github, branch, baseBranch } = given;
    const request = { ...given, message: (tree) => signMessage(given.message, tree) };
    const note = `The branch ${(0,build_text/* quote */.hD)(baseBranch)} has the change already, so no pull request was opened.`;
    return await whileMoving(branch, async () => {
        const parent = await readBranch(github, baseBranch);
        if (parent === undefined)
            return failed(noBase(baseBranch));
        const expected = await readBranch(github, branch);
        const earlier = expected === undefined ? fresh : await own_branch_readOwn(github, `${parent}...${expected}`);
        if (earlier === undefined) {
            const unchanged = (head) => ({ branch, commitSha: head });
            return await commitOnBranch({ ...request, unchanged }, signal);
        }
        const place = { parent, parentBranch: baseBranch, expected, replace: true, unchanged: { note } };
        return await commitOn(request, { ...place, earlierTree: earlier.tree }, signal);
    });
}
const comparison = schemas/* object */.Ikc({
    behind_by: schemas/* number */.aig(),
    total_commits: schemas/* number */.aig(),
    commits: schemas/* array */.YOg(schemas/* object */.Ikc({ commit: schemas/* object */.Ikc({ message: schemas/* string */.YjP(), tree: schemas/* object */.Ikc({ sha: schemas/* string */.YjP() }) }) })),
});
const fresh = { tree: undefined };
/** Undefined if a commit between base and head is not the action's; `tree` is that of the head, if it lies on the base. */
async function own_branch_readOwn({ octokit, owner, repo }, basehead) {
    try {
        const { data } = await octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead });
        const { behind_by, total_commits, commits } = comparison.parse(data);
        const own = commits.every(({ commit: { message, tree } }) => {
            return message.trimEnd().endsWith(`\n${trailer}: ${tree.sha}`);
        });
        if (!own || commits.length < total_commits)
            return undefined;
        return { tree: behind_by === 0 ? commits.at(-1)?.commit.tree.sha : undefined };
    }
    catch (error) {
        // Histories that have nothing in common.
        if ((0,answer/* statusOf */.c2)(error) === 404)
            return undefined;
        throw error;
    }
}
function noBase(branch) {
    return `There is no branch ${(0,build_text/* quote */.hD)(branch)} to open a pull request on. Check the base-branch input.`;
}

;// CONCATENATED MODULE: ./build/github/pull.js






const pull_pullShape = schemas/* object */.Ikc({
    number: schemas/* number */.aig(),
    html_url: schemas/* string */.YjP(),
    body: schemas/* string */.YjP().nullable(),
});
const defaultTitle = "opencode's changes";
const pull_longest = { title: 256, body: 65_536 };
const marker = `${writeMarker({ key: 'pull-request', page: 1 })}\n`;
/** Opens the pull request of a branch, or updates the one that is open. It looks before each try: an answer may be lost, or another run faster. */
async function openPull(content, signal) {
    const act = async () => {
        const open = await findOpen(content);
        return open ? await pull_update(content, open) : await pull_create(content);
    };
    return await (0,repeat/* repeat */.ux)(act, (error, attempt) => (mayExist(error) ? (0,repeat/* backOff */.fu)(attempt) : undefined), signal);
}
function mayExist(error) {
    return (0,answer/* isLost */.JD)(error) || /already exists/.test((0,answer.answerText)(error) ?? '');
}
async function findOpen({ github, branch, base }) {
    const { octokit, owner, repo } = github;
    const head = `${owner}:${branch}`;
    const { data } = await octokit.rest.pulls.list({ owner, repo, head, base, state: 'open' });
    return schemas/* array */.YOg(pull_pullShape).parse(data)[0];
}
async function pull_create(content) {
    const { github, branch: head, base, title = defaultTitle, draft } = content;
    const { octokit, owner, repo } = github;
    const pull = { owner, repo, head, base, title: cutTitle(title), body: bodyOf(content), draft };
    try {
        return pull_pullShape.parse((await octokit.rest.pulls.create(pull)).data);
    }
    catch (error) {
        // Private repositories of free plans have none.
        const refused = (0,answer/* statusOf */.c2)(error) === 422 && /draft/i.test((0,answer.answerText)(error) ?? '');
        if (!draft || !refused)
            throw error;
        return await pull_create({ ...content, draft: false });
    }
}
/** Someone else's pull request of this branch keeps its text. */
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
    return (0,build_text/* oneLine */.TN)(title).slice(0, pull_longest.title).toWellFormed();
}
function bodyOf({ body }) {
    const limit = pull_longest.body - marker.length;
    if (body.length <= limit)
        return marker + body;
    const rest = 'The rest is in the run directory.';
    return marker + (cutPages(body, { limit, pages: 1, rest })[0] ?? '');
}

;// CONCATENATED MODULE: ./build/github/pull-request.js








/** Publishes a change as a branch and the one open pull request of it, which is opened or updated. */
async function publishPullRequest(request, signal) {
    const { github, branch } = request;
    try {
        const base = request.baseBranch ?? (await readDefaultBranch(github));
        if (branch === base)
            return failed(oneBranch(branch));
        const committed = await commitOnOwnBranch({ ...request, baseBranch: base }, signal);
        if (committed.commitSha === undefined)
            return committed;
        return { ...committed, ...(await propose(request, base, signal)) };
    }
    catch (error) {
        return failed(problemOf(error, { doing: 'write the branch of the pull request' }));
    }
}
function oneBranch(branch) {
    return `A pull request needs two branches, and both are ${(0,build_text/* quote */.hD)(branch)}. Check the branch input.`;
}
async function readDefaultBranch({ octokit, owner, repo }) {
    const { data } = await octokit.rest.repos.get({ owner, repo });
    return schemas/* object */.Ikc({ default_branch: schemas/* string */.YjP() }).parse(data).default_branch;
}
async function propose(request, base, signal) {
    const { github, branch, title, body, draft } = request;
    try {
        const opened = await openPull({ github, branch, base, title, body, draft }, signal);
        const known = { pullRequestNumber: opened.number, pullRequestUrl: opened.html_url };
        return { ...known, ...(await label(request, opened, signal)) };
    }
    catch (error) {
        return { problem: `${pull_request_whyNot(error)} The branch was written: ${compareLink(request, base)}` };
    }
}
function pull_request_whyNot(error) {
    if (/not permitted to create or approve/.test((0,answer.answerText)(error) ?? ''))
        return "The workflow's token may not open pull requests. Allow it in the repository's (or the organization's) settings under Actions, General, \"Allow GitHub Actions to create and approve pull requests\", or open it by hand.";
    return problemOf(error, { doing: 'open the pull request', permission: 'pull-requests: write' });
}
/** The page on which a person can open the pull request. */
function compareLink({ github, branch }, base) {
    const { server, owner, repo } = github;
    const [from, to] = [base, branch].map((name) => name.split('/').map(encodeURIComponent).join('/'));
    return `${server}/${owner}/${repo}/compare/${from}...${to}?expand=1`;
}
/** A pull request counts as published without its labels, too. */
async function label({ github, labels }, { number: issue_number }, signal) {
    if (labels.length === 0)
        return {};
    const { octokit, owner, repo } = github;
    const add = { owner, repo, issue_number, labels: [...labels] };
    try {
        await (0,repeat/* repeatLost */.qS)(() => octokit.rest.issues.addLabels(add), signal);
        return {};
    }
    catch (error) {
        return {
            note: problemOf(error, { doing: 'add the labels', permission: 'pull-requests: write' }),
        };
    }
}

;// CONCATENATED MODULE: ./build/publish/pull-request.js





/** The change as a branch with one pull request. */
const pullRequest = {
    name: 'pull-request',
    limitMs: 8 * 60_000,
    async publish(result, world, signal) {
        const { github, publish, event, redactor } = world;
        const { base, title, draft, labels } = publish.pullRequest;
        const { repository, answer } = result;
        const body = pull_request_bodyOf(answer, { server: github.server, repository, closes: true });
        const proposal = {
            ...{ github, title, draft, labels },
            baseBranch: base ?? baseOf(event),
            branch: publish.branch ?? ownBranchName(event),
            // Invisible characters that were removed may have stood inside a secret.
            body: await redactor.clean(body, signal),
            message: composeMessage(publish, result),
        };
        return await publishChange(result, world, (change) => publishPullRequest({ ...proposal, change }, signal), signal);
    },
};
/** A pull request's body has at most 65,536 characters; this many are read of an answer, since some may be taken out. */
const readable = 3 * 65_536;
function pull_request_bodyOf(answer, place) {
    const body = sanitizeMarkdown(answer.slice(0, readable), place);
    return answer.length > readable ? `${body}\n\nThe rest is in the run directory.` : body;
}
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
 * Publishes a result where the inputs ask for it. A run that completed and could not be published ends as
 * `publish-failed`, one whose whole change was held back as `blocked`. Nobody waits for a cancelled one, and a skipped one
 * says nothing: a stranger must not make a bot talk.
 */
async function publishResult(result, world, signal) {
    const { what, token } = world.publish;
    if (what.length === 0 || token === undefined || isSilent(result))
        return result;
    return await world.runner.group('Publish', async () => {
        let published = publication/* nothing */.s6;
        for (const publisher of publishers.filter(({ name }) => what.includes(name))) {
            const soFar = (0,publication/* conclude */.Ep)({ ...result, published });
            const more = await publishBy(publisher, { ...world, result: soFar, token }, signal);
            published = (0,publication/* addTo */.DN)(published, more);
        }
        const done = (0,publication/* conclude */.Ep)({ ...result, published });
        return signal.aborted ? cancelledFrom(done) : done;
    });
}
function isSilent({ outcome }) {
    return outcome === 'cancelled' || outcome === 'skipped';
}
const longestLine = 2000;
/** Whatever goes wrong here, the run that was paid for is still saved and reported. */
async function publishBy({ publish, limitMs }, { result, token, ...world }, signal) {
    const { env, runner, redactor } = world;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
    const deadline = Date.now() + limitMs;
    try {
        const github = (0,client.createGitHub)({ token, env, log: runner.info, deadline }, limit);
        // Names of files are the agent's words, too.
        const more = await redactor.clean(await publish(result, { ...world, github }, limit), limit);
        for (const line of [...(more.notes ?? []), ...(more.problems ?? [])])
            runner.info((0,log_line/* safeLine */.o)(line, longestLine));
        return more;
    }
    catch (error) {
        return { problems: [`Publishing failed: ${(0,build_text/* oneLine */.TN)((0,build_text/* messageOf */.bD)(error))}`] };
    }
}
function cancelledFrom(result) {
    if (result.outcome !== 'publish-failed')
        return result;
    const reason = 'The workflow was cancelled while the run was published.';
    return { ...result, outcome: 'cancelled', reason, problems: [] };
}


/***/ })

};
