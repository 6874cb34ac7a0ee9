export const id = 416;
export const ids = [416,463,74];
export const modules = {

/***/ 44463:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   createGitHub: () => (/* binding */ createGitHub),
/* harmony export */   isRateLimit: () => (/* binding */ isRateLimit),
/* harmony export */   statusOf: () => (/* binding */ statusOf)
/* harmony export */ });
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(58500);
/* harmony import */ var _actions_github__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(92785);


const longestAnswerMs = 30_000;
const mostTries = 4;
/** GitHub asks for a minute where it says nothing (docs.github.com, Rate limits for the REST API). */
const silentLimitMs = 60_000;
/**
 * A client that repeats what may be repeated while `signal` stands: requests that GitHub refused by a rate limit, after
 * the time that it names, and failed ones that read or do the same once more. A failed POST may have been done: its caller looks.
 */
function createGitHub(options, signal) {
    const { token, env, log, deadline = Number.POSITIVE_INFINITY } = options;
    const { answerMs = longestAnswerMs } = options;
    const baseUrl = env.GITHUB_API_URL ?? '';
    const octokit = (0,_actions_github__WEBPACK_IMPORTED_MODULE_1__/* .getOctokit */ .Q)(token, { baseUrl });
    octokit.hook.wrap('request', (request, asked) => {
        if (/\/graphql$/.test(asked.url))
            asked.url = env.GITHUB_GRAPHQL_URL || asked.url;
        const ask = async () => {
            asked.request.signal = AbortSignal.any([signal, AbortSignal.timeout(answerMs)]);
            return await request(asked);
        };
        const repeatable = asked.method !== 'POST' || isQuery(asked);
        const { method, url } = asked;
        return repeat(ask, { method, url, repeatable, log, deadline }, signal);
    });
    const [owner = '', repo = ''] = (env.GITHUB_REPOSITORY ?? '').split('/');
    return { octokit, owner, repo, server: env.GITHUB_SERVER_URL ?? '', token };
}
/** A GraphQL query only reads. */
function isQuery(options) {
    return 'query' in options && String(options.query).trimStart().startsWith('query');
}
async function repeat(ask, { method, url, repeatable, log, deadline }, signal) {
    for (let attempt = 1;; attempt++) {
        try {
            return await ask();
        }
        catch (error) {
            const wait = attempt < mostTries ? waitAfter(error, { attempt, repeatable }) : undefined;
            if (signal.aborted || wait === undefined || Date.now() + wait > deadline)
                throw error;
            log(`GitHub: ${method} ${url} is tried again in ${Math.ceil(wait / 1000)} s`);
            // That the time is up says less than what there was to wait for.
            await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_0__.setTimeout)(wait, undefined, { signal }).catch(() => {
                throw error;
            });
        }
    }
}
/** Milliseconds until another try makes sense; undefined if none does. */
function waitAfter(error, { attempt, repeatable }) {
    const status = statusOf(error);
    if (isRateLimit(error))
        return limitOf(headersOf(error), attempt);
    const passing = status === undefined || status >= 500;
    return passing && repeatable ? 1000 * 2 ** (attempt - 1) : undefined;
}
/** The HTTP status of an answer that octokit threw; undefined if there was none. */
function statusOf(error) {
    if (!(error instanceof Error && 'status' in error && 'response' in error))
        return undefined;
    return error.response !== undefined && typeof error.status === 'number' ? error.status : undefined;
}
/** True if GitHub refused because of too many requests: it did nothing. */
function isRateLimit(error) {
    const status = statusOf(error);
    if (status === 429)
        return true;
    const headers = headersOf(error);
    const told = error instanceof Error && /rate limit/i.test(error.message);
    return (status === 403 && (told || 'retry-after' in headers || headers['x-ratelimit-remaining'] === '0'));
}
function headersOf(error) {
    const response = error instanceof Error && 'response' in error ? error.response : undefined;
    const headers = isObject(response) ? response.headers : undefined;
    if (!isObject(headers))
        return {};
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
function isObject(value) {
    return typeof value === 'object' && value !== null;
}
function limitOf(headers, attempt) {
    const after = Number(headers['retry-after'] ?? Number.NaN);
    if (after >= 0)
        return after * 1000;
    const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN) * 1000;
    if (headers['x-ratelimit-remaining'] === '0' && reset > 0)
        return Math.max(0, reset - Date.now());
    return silentLimitMs * 2 ** (attempt - 1);
}


/***/ }),

/***/ 32074:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ isLost),
/* harmony export */   Z: () => (/* binding */ problemOf),
/* harmony export */   wordsOf: () => (/* binding */ wordsOf)
/* harmony export */ });
/* harmony import */ var _text_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(50977);
/* harmony import */ var _workspace_git_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(82090);
/* harmony import */ var _client_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(44463);



const workflowRemedy = 'The change has files in .github/workflows, which a workflow\'s own token can never write. Pass a token that may as github-token: of a GitHub App with the permission "workflows: write", or a personal access token with the scope "workflow".';
const refusals = [
    { words: /without `?workflows?`? (permission|scope)/, remedy: workflowRemedy },
    {
        words: /rule violation|protected (branch|ref)|GH006|GH013|through a pull request|approving review|required status check|not authorized to push/i,
        remedy: 'The branch is protected against such changes. Let the change go to another branch, as "publish: pull-request" does, or let the token bypass the rule.',
    },
    {
        words: /Resource not accessible|Permission to \S+ denied|Write access to repository not granted/,
        remedy: (permission) => `The token may not do that. Add "${permission}" to the job's permissions; on an event of a fork or of Dependabot the token stays read-only.`,
    },
    {
        words: /Bad credentials|Invalid username or (token|password)|Authentication failed/i,
        remedy: 'The token is not valid any more. Check the github-token input.',
    },
    {
        words: /rate limit/i,
        remedy: 'It limits the rate, and waiting would have passed the time for publishing. Run it later, or less often.',
    },
    {
        words: /locked/i,
        remedy: 'Unlock the conversation, or comment elsewhere (issue-number).',
    },
    {
        words: /Repository not found|Not Found|could not resolve to/i,
        remedy: (permission) => `It is not there, or the token does not see it. Check the github-token input and the number, and add "${permission}" to the job's permissions.`,
    },
];
/** Why GitHub did not do something, in plain words with the remedy. Throws what is neither GitHub's answer nor git's. */
function problemOf(error, attempted) {
    const { doing, workflows = false, permission = 'contents: write' } = attempted;
    const said = wordsOf(error);
    if (said === undefined)
        throw error;
    const barred = workflows && /Resource not accessible/.test(said);
    const known = refusals.find(({ words }) => words.test(said));
    const found = barred ? workflowRemedy : known?.remedy;
    const remedy = typeof found === 'function' ? found(permission) : found;
    if (remedy !== undefined)
        return `GitHub refused to ${doing}. ${remedy}`;
    return `It was not possible to ${doing}: ${(0,_text_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(said)}. Run the job again; if that does not help, see what the words say.`;
}
/** What GitHub or git said; undefined for any other error. */
function wordsOf(error) {
    if (error instanceof _workspace_git_js__WEBPACK_IMPORTED_MODULE_1__/* .GitError */ .XS)
        return (0,_text_js__WEBPACK_IMPORTED_MODULE_0__/* .oneLine */ .TN)(error.stderr) || error.message;
    if (!(error instanceof Error))
        return undefined;
    if (error.name === 'ZodError')
        return 'an answer that can not be read';
    if (error.name === 'TimeoutError')
        return 'it took too long';
    return ['HttpError', 'GraphqlResponseError', 'AbortError'].includes(error.name)
        ? error.message
        : undefined;
}
/** Whether the request may have failed on the way, so that nobody knows if it was done. */
function isLost(error) {
    const status = (0,_client_js__WEBPACK_IMPORTED_MODULE_2__.statusOf)(error);
    if (error instanceof _workspace_git_js__WEBPACK_IMPORTED_MODULE_1__/* .GitError */ .XS)
        return false;
    return wordsOf(error) !== undefined && (status === undefined || status >= 500);
}


/***/ }),

/***/ 90416:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  publishResult: () => (/* binding */ publishResult)
});

// EXTERNAL MODULE: ./build/github/client.js
var client = __webpack_require__(44463);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 9 modules
var schemas = __webpack_require__(27597);
;// CONCATENATED MODULE: ./build/publish/marker.js
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
const answer = schemas/* object */.Ikc({
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
    const page = answer.parse(await octokit.graphql(query, { owner, repo, ...place }));
    return page.repository.issueOrPullRequest.comments;
}
/** Anybody can write the marker into a comment. */
function readOwn({ databaseId, body, url, viewerDidAuthor }) {
    const marker = viewerDidAuthor ? readMarker(body) : undefined;
    return marker ? [{ id: databaseId, url, body, marker }] : [];
}

// EXTERNAL MODULE: ./build/github/refusal.js
var refusal = __webpack_require__(32074);
;// CONCATENATED MODULE: ./build/github/comment.js




const mostTries = 3;
const created = schemas/* object */.Ikc({ id: schemas/* number */.aig(), html_url: schemas/* string */.YjP() });
/**
 * Creates the comment, or edits it in place: of all pages of comments those that carry the key and are the token's own.
 * Pages that a shorter text no longer needs, and what another run with the same key has doubled, are deleted.
 */
async function publishComment(request) {
    const { bodies } = request;
    const before = await listOwnComments(request.github, request);
    const written = [];
    for (const [at, body] of bodies.entries()) {
        const known = before.find(({ marker }) => marker.page === at + 1);
        written.push(known ? await edit(known, body, request) : await create(body, at + 1, request));
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
/** An answer that was lost, or is none, may be that of a comment that was created: look before it is created again. */
async function create(body, page, request) {
    const { github, issue } = request;
    const { octokit, owner, repo } = github;
    for (let attempt = 1;; attempt++) {
        try {
            const { data } = await octokit.rest.issues.createComment({
                ...{ owner, repo, body },
                issue_number: issue,
            });
            const { id, html_url } = created.parse(data);
            return { id, url: html_url };
        }
        catch (error) {
            if (attempt >= mostTries || !(0,refusal/* isLost */.J)(error))
                throw error;
            const own = await listOwnComments(github, request);
            const found = own.find(({ marker }) => marker.page === page);
            if (found)
                return await edit(found, body, request);
        }
    }
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
        if ((0,client.statusOf)(error) !== 404)
            throw error;
    }
}

// EXTERNAL MODULE: ./build/text.js
var build_text = __webpack_require__(50977);
// EXTERNAL MODULE: ./build/event/event.js + 2 modules
var event_event = __webpack_require__(5036);
// EXTERNAL MODULE: ./build/workspace/git.js
var workspace_git = __webpack_require__(82090);
// EXTERNAL MODULE: ./build/workspace/raw-path.js
var raw_path = __webpack_require__(41554);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
;// CONCATENATED MODULE: ./build/github/applied-patch.js




/** Applies a patch three-way to a commit that was fetched, in an index of its own. */
async function applyPatch({ clone, patchFile, commit }, signal) {
    const index = (0,external_node_path_.join)(clone.folder.directory, `index-${(0,external_node_crypto_.randomUUID)()}`);
    const git = clone.git(index);
    const apply = async (...options) => {
        await git(['read-tree', commit], signal);
        return isDone(git(['apply', '--cached', '--binary', ...options, patchFile], signal));
    };
    if (!(await apply('--3way'))) {
        const unmerged = (0,raw_path/* parsePaths */.Iz)(await git(['ls-files', '--unmerged', '-z'], signal));
        const paths = unmerged.map((record) => (0,raw_path/* displayPath */.Gt)(record.slice(record.indexOf('\t') + 1)));
        if (paths.length > 0)
            return { conflicts: [...new Set(paths)] };
        // git before 2.32 has no three-way merge without a work tree.
        if (!(await apply()))
            return { conflicts: [] };
    }
    return { tree: (0,workspace_git/* line */.n8)(await git(['write-tree'], signal)) };
}
async function isDone(act) {
    try {
        await act;
        return true;
    }
    catch (error) {
        if (error instanceof workspace_git/* GitError */.XS)
            return false;
        throw error;
    }
}

// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(58500);
;// CONCATENATED MODULE: ./build/github/repeat.js


const repeat_mostTries = 3;
/** Repeats a POST whose answer was lost; only for what may be done twice, or says that it was done already. */
async function repeatLost(act, signal) {
    for (let attempt = 1;; attempt++) {
        try {
            return await act();
        }
        catch (error) {
            if (signal.aborted || !(0,refusal/* isLost */.J)(error) || attempt === repeat_mostTries)
                throw error;
            await (0,promises_.setTimeout)(1000 * 2 ** (attempt - 1), undefined, { signal });
        }
    }
}

;// CONCATENATED MODULE: ./build/github/branch.js





const refShape = schemas/* object */.Ikc({ object: schemas/* object */.Ikc({ sha: schemas/* string */.YjP() }) });
/** The commit that a branch stands at; undefined if there is no such branch. */
async function readBranch({ octokit, owner, repo }, branch) {
    try {
        const { data } = await octokit.rest.git.getRef({ owner, repo, ref: `heads/${branch}` });
        return refShape.parse(data).object.sha;
    }
    catch (error) {
        if ((0,client.statusOf)(error) === 404)
            return undefined;
        throw error;
    }
}
/** Moves a branch. It was `moved` if somebody else was faster. A lost answer is no failure: the branch is looked at. */
async function moveBranch(move, signal) {
    try {
        await carryOut(move, signal);
        return 'done';
    }
    catch (error) {
        const moved = isMoved(error);
        const unclear = moved || (0,refusal/* isLost */.J)(error) || error instanceof workspace_git/* GitError */.XS;
        if (unclear && (await hasLanded(move)))
            return 'done';
        if (moved)
            return 'moved';
        throw error;
    }
}
async function carryOut(move, signal) {
    const { github, clone, branch, commit, expected, replace = false } = move;
    const { octokit, owner, repo } = github;
    const { sha, signed } = commit;
    if (signed && expected === undefined) {
        const ref = `refs/heads/${branch}`;
        await repeatLost(() => octokit.rest.git.createRef({ owner, repo, ref, sha }), signal);
    }
    else if (signed && !replace) {
        await octokit.rest.git.updateRef({ owner, repo, ref: `heads/${branch}`, sha, force: false });
    }
    else {
        // The API replaces whatever is there; only a push can insist on what it was. Its parent is needed, or the push is a shallow one.
        if (signed)
            await clone.fetch(sha, signal, 2);
        await clone.push({ branch, commit: sha, expected }, signal);
    }
}
/** Whether the branch has the commit, be it below somebody's later ones. */
async function hasLanded({ github, branch, commit }) {
    const { octokit, owner, repo } = github;
    const now = await readBranch(github, branch);
    if (now === undefined || now === commit.sha)
        return now !== undefined;
    try {
        const basehead = `${commit.sha}...${now}`;
        const { data } = await octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead });
        return data.status === 'ahead';
    }
    catch (error) {
        if ((0,client.statusOf)(error) === 404)
            return false;
        throw error;
    }
}
const movedWords = /not a fast.forward|reference already exists|stale info|non-fast-forward|fetch first|cannot lock ref/i;
function isMoved(error) {
    return (0,client.statusOf)(error) === 409 || movedWords.test((0,refusal.wordsOf)(error) ?? '');
}

// EXTERNAL MODULE: ./build/workspace/tree.js
var tree = __webpack_require__(39068);
;// CONCATENATED MODULE: ./build/github/tree-differences.js


/** What differs between two trees; removals first, so that they make room. */
async function findTreeDifferences({ git, from, to }, signal) {
    const options = ['-r', '-z', '--raw', '--no-renames', '--no-abbrev'];
    const fields = (0,raw_path/* parsePaths */.Iz)(await git(['diff-tree', ...options, from, to], signal));
    const found = [];
    for (let at = 0; at + 1 < fields.length; at += 2) {
        const states = (fields[at] ?? '').slice(1).split(' ').map(present);
        const [previousMode, mode, previousId, id] = states;
        found.push({ path: fields[at + 1] ?? '', mode, id, previousMode, previousId });
    }
    return found.toSorted((a, b) => Number(a.id !== undefined) - Number(b.id !== undefined));
}
/** How many bytes the new contents of a change have that a patch compresses. */
async function sizeOfBinaries(change, signal) {
    const { git, files, differences } = change;
    const binary = new Set(files.filter((file) => file.additions === undefined).map(pathOf));
    const known = new Set(differences.map(({ previousId }) => previousId));
    const ids = differences.flatMap(({ path, id, mode }) => id !== undefined && mode !== tree/* SUBMODULE_MODE */.Fe && !known.has(id) && binary.has((0,raw_path/* displayPath */.Gt)(path))
        ? [id]
        : []);
    if (ids.length === 0)
        return 0;
    const ask = ['cat-file', '--batch-check=%(objectsize)'];
    const sizes = `${await git(ask, signal, { input: `${ids.join('\n')}\n` })}`.trim().split('\n');
    return sizes.reduce((sum, size) => sum + (Number(size) || 0), 0);
}
function pathOf({ path }) {
    return path;
}
/** git writes zeros for what is not there. */
function present(state) {
    return /^0+$/.test(state) ? undefined : state;
}

;// CONCATENATED MODULE: ./build/github/git-data.js






const inlineBytes = 64 * 1024;
/** The API takes 40 MB in base64. */
const largestBlob = 30 * 1024 * 1024;
/** What one request carries, so that GitHub answers in its ten seconds. */
const largestRequest = { entries: 300, bytes: 2 * 1024 * 1024 };
const object = schemas/* object */.Ikc({ sha: schemas/* string */.YjP() });
const modes = ['100644', '100755', '120000'];
/** Makes a commit that no branch has yet: through the API, since GitHub signs that; what the API can't do, git does. */
async function createCommit(draft, signal) {
    const sha = await createSigned(draft, signal);
    return sha === undefined
        ? { sha: await createUnsigned(draft, signal), signed: false }
        : { sha, signed: true };
}
async function createSigned(draft, signal) {
    const { github, clone, tree, parent, message } = draft;
    const { owner, repo, octokit } = github;
    const from = (0,workspace_git/* line */.n8)(await clone.git()(['rev-parse', `${parent}^{tree}`], signal));
    const differences = await findTreeDifferences({ git: clone.git(), from, to: tree }, signal);
    try {
        const entries = await createEntries(draft, differences, signal);
        const made = entries && (await createTree(draft, { from, entries }, signal));
        // Whatever GitHub understands otherwise than git is seen here.
        if (made !== tree)
            return undefined;
        // With an author, committer or signature of ours GitHub would not sign it.
        const commit = { owner, repo, message, tree, parents: [parent] };
        return await repeatLost(async () => object.parse((await octokit.rest.git.createCommit(commit)).data).sha, signal);
    }
    catch (error) {
        const status = (0,client.statusOf)(error);
        if (status !== undefined && [404, 409, 413, 422].includes(status))
            return undefined;
        throw error;
    }
}
async function createTree({ github: { octokit, owner, repo } }, { from, entries }, signal) {
    let base_tree = from;
    for (const tree of inRequests(entries)) {
        const create = () => octokit.rest.git.createTree({ owner, repo, base_tree, tree: [...tree] });
        base_tree = await repeatLost(async () => object.parse((await create()).data).sha, signal);
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
/** Undefined where the API has no words for it: a name that is not UTF-8, a submodule, a very large file. */
async function createEntries(draft, differences, signal) {
    const known = new Set(differences.map(({ previousId }) => previousId));
    const entries = [];
    for (const { path: raw, id, mode: current, previousMode } of differences) {
        const path = (0,raw_path/* displayPath */.Gt)(raw);
        const mode = modes.find((one) => one === (current ?? previousMode));
        if (mode === undefined || !isFaithful(path, (0,raw_path/* formatPaths */.qB)([raw]).subarray(0, -1)))
            return undefined;
        const content = id === undefined || known.has(id) ? { sha: id ?? null } : await createBlob(draft, id, signal);
        if (content === undefined)
            return undefined;
        entries.push({ path, mode, type: 'blob', ...content });
    }
    return entries;
}
/** Short text goes along in the tree, all else has a request of its own. */
async function createBlob({ github: { octokit, owner, repo }, clone }, id, signal) {
    const bytes = await clone.git()(['cat-file', 'blob', id], signal);
    if (bytes.length > largestBlob)
        return undefined;
    const text = bytes.toString();
    const isText = bytes.length > 0 && !text.includes('\0') && isFaithful(text, bytes);
    if (isText && bytes.length <= inlineBytes)
        return { content: text };
    const blob = { owner, repo, content: bytes.toString('base64'), encoding: 'base64' };
    const create = async () => object.parse((await octokit.rest.git.createBlob(blob)).data);
    return { sha: (await repeatLost(create, signal)).sha };
}
function isFaithful(text, bytes) {
    return Buffer.from(text).equals(bytes);
}
const author = {
    name: 'github-actions[bot]',
    email: '41898282+github-actions[bot]@users.noreply.github.com',
};
async function createUnsigned({ clone, tree, parent, message }, signal) {
    const git = clone.git();
    const identity = ['-c', `user.name=${author.name}`, '-c', `user.email=${author.email}`];
    const commit = ['commit-tree', tree, '-p', parent, '-F', '-'];
    return (0,workspace_git/* line */.n8)(await git([...identity, ...commit], signal, { input: message }));
}

// EXTERNAL MODULE: external "node:fs/promises"
var external_node_fs_promises_ = __webpack_require__(51455);
;// CONCATENATED MODULE: ./build/policy/added-secrets.js

/** The files to which a change adds what may be a secret, by path; what a file gave away before does not count. */
async function findAddedSecrets({ git, scan, files, differences }, signal) {
    const byPath = new Map(differences.map((one) => [(0,raw_path/* displayPath */.Gt)(one.path), one]));
    const found = new Map();
    for (const { path, previousPath = path, mode } of files) {
        if (mode === undefined)
            continue;
        const after = byPath.get(path)?.id;
        const before = byPath.get(previousPath)?.previousId;
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

// EXTERNAL MODULE: ./build/workspace/shadow.js
var workspace_shadow = __webpack_require__(89000);
// EXTERNAL MODULE: ./build/policy/path-names.js
var path_names = __webpack_require__(98629);
;// CONCATENATED MODULE: ./build/policy/links.js



/** The mode of a symbolic link; its blob is what it leads to. */
const LINK_MODE = '120000';
/** As many as Linux follows (path_resolution(7)). */
const MOST_FOLLOWED = 40;
/** Where the symbolic links of a tree lead, by path; one whose content is nowhere is left out. */
async function readLinks({ shadow, env, tree }, signal) {
    const git = (0,workspace_shadow/* shadowGit */.pD)(shadow, { env });
    const records = (0,raw_path/* parsePaths */.Iz)(await git(['ls-tree', '-r', '-z', '--full-tree', tree], signal));
    const links = records
        .filter((record) => record.startsWith(LINK_MODE))
        .map((record) => {
        const [header = '', path = ''] = splitOnce(record, '\t');
        return { path: (0,raw_path/* displayPath */.Gt)(path), id: header.split(' ')[2] ?? '' };
    });
    const blobs = await readBlobs(git, links.map(({ id }) => id), signal);
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
function splitOnce(text, separator) {
    const at = text.indexOf(separator);
    return [text.slice(0, at), text.slice(at + separator.length)];
}

// EXTERNAL MODULE: ./build/policy/globs.js
var globs = __webpack_require__(86912);
// EXTERNAL MODULE: ./build/secrets/invisible.js
var invisible = __webpack_require__(84053);
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
        .map(problemOf)
        .find((reason) => reason !== undefined);
}
function problemOf(name) {
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






/** Why a file is not published: `{path} was held back: it …`. */
const REASONS = {
    ...NAME_REASONS,
    tooManyFiles: 'is part of a change of more files than max-changed-files',
    tooLarge: 'is part of a change that is larger than max-patch-size',
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
function excessOf({ files, patchSize, binarySize = 0 }, { maxChangedFiles, maxPatchSize }) {
    if (files.length > maxChangedFiles)
        return REASONS.tooManyFiles;
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
function judgeKind({ path, mode, previousMode }, { links, filtered }) {
    if (mode === tree/* SUBMODULE_MODE */.Fe || previousMode === tree/* SUBMODULE_MODE */.Fe)
        return REASONS.submodule;
    if (mode === LINK_MODE && (!links.has(path) || leavesTree(path, links)))
        return REASONS.link;
    return mode !== undefined && filtered?.has(path) ? REASONS.filtered : undefined;
}
/** Whether no file had the path before: one with a bad name can still be changed, renamed and removed. */
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

// EXTERNAL MODULE: ./build/workspace/patch.js + 5 modules
var patch = __webpack_require__(63884);
;// CONCATENATED MODULE: ./build/policy/published.js






/** Makes the tree in which only the published files differ from the base, and writes its patch to `patchFile`; writes no other file of the work tree. */
async function withoutHeldBack(options, signal) {
    const { shadow, env, base, heldBack, patchFile } = options;
    const index = (0,external_node_path_.join)(shadow.directory, `index-${(0,external_node_crypto_.randomUUID)()}`);
    const git = (0,workspace_shadow/* shadowGit */.pD)(shadow, { env, index });
    const absent = new Set(heldBack.flatMap(({ path, previousPath = path }) => [path, previousPath]));
    const compare = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev'];
    const differences = (0,raw_path/* parsePaths */.Iz)(await git([...compare, base, options.tree], signal));
    const records = recordsOf(differences).filter(({ path }) => !absent.has((0,raw_path/* displayPath */.Gt)(path)));
    await git(['read-tree', base], signal);
    if (records.length > 0) {
        const input = (0,raw_path/* formatPaths */.qB)(records.map(({ state, path }) => `${state}\t${path}`));
        await git(['update-index', '-z', '--index-info'], signal, { input });
    }
    const tree = (0,workspace_git/* line */.n8)(await git(['write-tree', '--missing-ok'], signal));
    const compared = await (0,patch/* compareTrees */.t)({ shadow, env, from: base, to: tree, patchFile }, signal);
    return { ...compared, tree };
}
/** Each difference as `update-index --index-info` takes it, where mode 0 removes; removals first, to make room. */
function recordsOf(fields) {
    const records = [];
    for (let at = 0; at + 1 < fields.length; at += 2) {
        const [, mode = '', , id = ''] = (fields[at] ?? '').split(' ');
        const isRemoval = /^0+$/.test(mode);
        records.push({ state: `${isRemoval ? 0 : mode} ${id}`, path: fields[at + 1] ?? '', isRemoval });
    }
    return records.toSorted((a, b) => Number(b.isRemoval) - Number(a.isRemoval));
}

;// CONCATENATED MODULE: ./build/github/filtered-paths.js



/** Of these paths those that a filter converts in one of the trees: what git has of them is not what the files hold. */
async function findFiltered({ clone, trees, paths }, signal) {
    const filtered = new Set();
    if (paths.length === 0)
        return filtered;
    const input = (0,raw_path/* formatPaths */.qB)(paths.map(raw_path/* rawPath */.av));
    for (const tree of trees) {
        const git = clone.git((0,external_node_path_.join)(clone.folder.directory, `index-${(0,external_node_crypto_.randomUUID)()}`));
        await git(['read-tree', tree], signal);
        const ask = ['check-attr', '--cached', '-z', '--stdin', 'filter'];
        const fields = (0,raw_path/* parsePaths */.Iz)(await git(ask, signal, { input }));
        for (let at = 0; at + 2 < fields.length; at += 3) {
            const isSet = !['unspecified', 'unset', ''].includes(fields[at + 2] ?? '');
            if (isSet)
                filtered.add((0,raw_path/* displayPath */.Gt)(fields[at] ?? ''));
        }
    }
    return filtered;
}

;// CONCATENATED MODULE: ./build/github/private-clone.js





const localMs = 120_000;
const remoteMs = 300_000;
const private_clone_mostTries = 3;
/** How a runner reaches the network; certificates of one's own are named in `GIT_SSL_CAINFO`. */
const networkVariables = [
    ...['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [
        name,
        name.toLowerCase(),
    ]),
    ...['GIT_SSL_CAINFO', 'GIT_SSL_CAPATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
];
/** Makes the repository, empty, in a new folder of `temporary`. */
async function createPrivateClone({ github, temporary, env, }) {
    const place = await (0,external_node_fs_promises_.mkdtemp)((0,external_node_path_.join)(temporary, 'publish-'));
    const folder = { root: (0,external_node_path_.join)(place, 'empty'), directory: (0,external_node_path_.join)(place, 'git') };
    await (0,external_node_fs_promises_.mkdir)(folder.root);
    await (0,workspace_shadow/* createGitDirectory */.Ov)(folder.directory);
    const variables = { ...networkEnvironment(env), ...authentication(github) };
    const located = { directory: folder.directory, workTree: folder.root };
    const remote = limited((0,workspace_git/* createGit */.lD)({ place: located, env, variables }), remoteMs);
    const url = `${github.server}/${github.owner}/${github.repo}.git`;
    const fetched = new Map();
    return {
        folder,
        env,
        git: (index) => limited((0,workspace_shadow/* shadowGit */.pD)(folder, { env, ...(index && { index }) }), localMs),
        async fetch(commit, stop, depth = 1) {
            if ((fetched.get(commit) ?? 0) >= depth)
                return;
            const options = ['--quiet', '--no-tags', '--no-write-fetch-head', `--depth=${depth}`];
            await patiently(() => remote(['fetch', ...options, url, commit], stop), stop);
            fetched.set(commit, depth);
        },
        async push({ branch, commit, expected = '' }, stop) {
            const ref = `refs/heads/${branch}`;
            const lease = `--force-with-lease=${ref}:${expected}`;
            await remote(['push', '--quiet', lease, url, `${commit}:${ref}`], stop);
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
        // What the remote says is told apart by its English.
        LC_ALL: 'C',
    };
}
function networkEnvironment(env) {
    return Object.fromEntries(networkVariables.map((name) => [name, env[name]]));
}
function limited(git, limitMs) {
    return (args, signal, options) => git(args, AbortSignal.any([signal, AbortSignal.timeout(limitMs)]), options);
}
/** A fetch may be repeated as often as one likes. */
async function patiently(act, signal) {
    for (let attempt = 1;; attempt++) {
        try {
            await act();
            return;
        }
        catch (error) {
            const passing = error instanceof workspace_git/* GitError */.XS && isPassing(error.stderr);
            if (!passing || attempt === private_clone_mostTries)
                throw error;
            await (0,promises_.setTimeout)(1000 * 2 ** (attempt - 1), undefined, { signal });
        }
    }
}
function isPassing(stderr) {
    return /error: 5\d\d|could not resolve|timed out|connection|early EOF|RPC failed/i.test(stderr);
}

;// CONCATENATED MODULE: ./build/github/prepared-change.js















/** Judges a saved change in a repository of its own, and takes out what is held back. */
async function prepareChange(saved, signal) {
    try {
        return await prepare(saved, signal);
    }
    catch (error) {
        const doing = 'read the change and the commit that it was made on';
        return { verdicts: [], problem: (0,refusal/* problemOf */.Z)(error, { doing, permission: 'contents: read' }) };
    }
}
async function prepare(saved, signal) {
    const { base, policy, scan } = saved;
    const patchFile = (0,external_node_path_.resolve)(saved.patchFile);
    if ((await (0,external_node_fs_promises_.stat)(patchFile)).size === 0)
        return { verdicts: [] };
    if (!/^[0-9a-f]{40,64}$/.test(base))
        return { verdicts: [], problem: 'The run does not say on which commit its change was made.' };
    const clone = await createPrivateClone(saved);
    await clone.fetch(base, signal);
    const applied = await applyPatch({ clone, patchFile, commit: base }, signal);
    if (applied.tree === undefined)
        return { verdicts: [], problem: dirty };
    const judged = await judgeTrees({ clone, from: base, to: applied.tree, policy, scan }, signal);
    const { verdicts, published } = judged;
    if (published.files.length === 0)
        return { verdicts };
    const paths = published.files.flatMap(({ path, previousPath = path }) => [path, previousPath]);
    const ready = { clone, base, policy, scan, patchFile: published.patchFile, paths };
    return { verdicts, ready };
}
const dirty = 'The change does not apply to the commit that was checked out, probably since files differed from it before opencode ran. Commit these before, or have earlier steps leave the checkout as it is; the patch is in the run directory.';
/** Judges what differs between a commit and a tree, and makes the tree and the patch of what is published. */
async function judgeTrees(trees, signal) {
    const { clone, to, policy, scan } = trees;
    const { folder: shadow, env } = clone;
    const git = clone.git();
    const from = (0,workspace_git/* line */.n8)(await git(['rev-parse', `${trees.from}^{tree}`], signal));
    const place = { shadow, env };
    const newFile = () => (0,external_node_path_.join)(shadow.directory, `${(0,external_node_crypto_.randomUUID)()}.patch`);
    const whole = await (0,patch/* compareTrees */.t)({ ...place, from, to, patchFile: newFile() }, signal);
    const links = await readLinks({ ...place, tree: to }, signal);
    const differences = await findTreeDifferences({ git, from, to }, signal);
    const found = {
        ...whole,
        links,
        paths: await listPaths(git, to, signal),
        filtered: await findFiltered({ clone, trees: [from, to], paths: whole.files.map(({ path }) => path) }, signal),
        binarySize: await sizeOfBinaries({ git, files: whole.files, differences }, signal),
    };
    const byPath = judgeChange(found, policy);
    const files = whole.files.filter((_, at) => byPath[at]?.verdict === 'published');
    const leaks = await findAddedSecrets({ git, scan, files, differences }, signal);
    const verdicts = leaks.size === 0 ? byPath : judgeChange({ ...found, leaks }, policy);
    const heldBack = verdicts.filter(({ verdict }) => verdict === 'held-back');
    const options = { ...place, base: from, tree: to, heldBack, patchFile: newFile() };
    return { verdicts, published: await withoutHeldBack(options, signal) };
}
async function listPaths(git, tree, signal) {
    const list = ['ls-tree', '-r', '-z', '--name-only', '--full-tree', tree];
    return (0,raw_path/* parsePaths */.Iz)(await git(list, signal)).map(raw_path/* displayPath */.Gt);
}

;// CONCATENATED MODULE: ./build/github/branch-commit.js








const branch_commit_mostTries = 3;
/** Commits a change on top of a branch; where that moves meanwhile, on its new head. */
async function commitOnBranch(todo, signal) {
    const { github, change, branch } = todo;
    for (let attempt = 1; attempt <= branch_commit_mostTries; attempt++) {
        const expected = await readBranch(github, branch);
        if (expected === undefined)
            return failed(`There is no branch ${(0,build_text/* quote */.hD)(branch)}. Make it, or check the branch input.`);
        const made = await commitOnto(todo, expected, signal);
        if (made.kind !== 'made')
            return made;
        const { commit, held } = made;
        const move = { github, clone: change.clone, branch, commit, expected };
        if ((await moveBranch(move, signal)) === 'done')
            return { kind: 'committed', commit: commit.sha, held };
    }
    const what = `The branch ${(0,build_text/* quote */.hD)(branch)} moved each of ${branch_commit_mostTries} times while the change was committed`;
    return failed(`${what}. The patch is in the run directory; run the job again.`);
}
/** Makes a commit of a change on top of another. It is judged again, as files may mean something else there. */
async function commitOnto({ github, change, branch, message }, parent, signal) {
    const { clone, patchFile } = change;
    await clone.fetch(parent, signal);
    const applied = await applyPatch({ clone, patchFile, commit: parent }, signal);
    if (applied.tree === undefined) {
        const named = applied.conflicts.length > 0;
        const files = named ? applied.conflicts : await changedOnBothSides(change, parent, signal);
        return failed(conflict(branch, files));
    }
    const judged = await judgeTrees({ ...change, from: parent, to: applied.tree }, signal);
    const held = judged.verdicts.filter(({ verdict }) => verdict === 'held-back');
    const { tree } = judged.published;
    const before = (0,workspace_git/* line */.n8)(await clone.git()(['rev-parse', `${parent}^{tree}`], signal));
    if (tree === before)
        return { kind: 'unchanged', held };
    const draft = { github, clone, tree, parent, message: message(tree) };
    return { kind: 'made', commit: await createCommit(draft, signal), tree, held };
}
async function changedOnBothSides({ clone, base, paths }, head, signal) {
    const differences = await findTreeDifferences({ git: clone.git(), from: base, to: head }, signal);
    const changed = new Set(differences.map(({ path }) => (0,raw_path/* displayPath */.Gt)(path)));
    return [...new Set(paths)].filter((path) => changed.has(path));
}
const named = 10;
function conflict(branch, files) {
    const list = files.slice(0, named).map((file) => (0,build_text/* quote */.hD)((0,build_text/* showName */.$i)(file)));
    const more = files.length > named ? ` and ${files.length - named} more` : '';
    const where = files.length > 0 ? ` in ${(0,build_text/* counted */.hS)(files.length, 'file')}: ${list.join(', ')}` : '';
    return `The change is in conflict with the branch ${(0,build_text/* quote */.hD)(branch)}${where}${more}. Nothing was committed; the patch is in the run directory.`;
}
function failed(problem) {
    return { kind: 'failed', problem };
}

;// CONCATENATED MODULE: ./build/inputs/model-name.js
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

;// CONCATENATED MODULE: ./build/github/commit-message.js

const defaultSubject = "Apply opencode's changes";
/** The message of a commit: the input as it is, or one of the action's own that names the run, and the model if its name is plain. */
function composeMessage({ message, model, variant, runUrl }) {
    if (message !== undefined)
        return message;
    const name = plainModelName(model, variant);
    const facts = [name && `Model: ${name}`, runUrl && `Run: ${runUrl}`].filter(Boolean);
    return [defaultSubject, ...(facts.length > 0 ? [facts.join('\n')] : [])].join('\n\n');
}

;// CONCATENATED MODULE: ./build/github/commit.js





/** Publishes a change as a commit on top of a branch. */
async function publishCommit(given, signal) {
    const { github, change, destination, words } = given;
    const idle = withoutChange(change);
    if (change.ready === undefined)
        return idle;
    const { ready, verdicts } = change;
    try {
        const found = await findBranch(github, destination).catch((error) => {
            const attempted = { doing: 'read the pull request', permission: 'pull-requests: read' };
            return { branch: undefined, problem: (0,refusal/* problemOf */.Z)(error, attempted) };
        });
        if (found.branch === undefined)
            return { verdicts, problem: found.problem };
        const { branch } = found;
        const message = () => composeMessage(words);
        const landing = await commitOnBranch({ github, change: ready, branch, message }, signal);
        return describe(landing, { verdicts, branch });
    }
    catch (error) {
        const doing = 'commit the change';
        return { verdicts, problem: (0,refusal/* problemOf */.Z)(error, { doing, workflows: hasWorkflows(ready) }) };
    }
}
/** What is said of a change of which nothing is published. */
function withoutChange({ verdicts, problem }) {
    if (problem !== undefined)
        return { verdicts, problem };
    const note = verdicts.length === 0
        ? 'No files were changed, so nothing was committed.'
        : 'All changed files were held back, so nothing was committed.';
    return { verdicts, note };
}
/** Whether files of `.github/workflows` are published, for which most tokens lack the permission. */
function hasWorkflows({ paths }) {
    return paths.some((path) => path.startsWith('.github/workflows/'));
}
/** A change's verdicts, those of `held` in the place of what was said of the same files. */
function withHeld(verdicts, held) {
    const paths = new Set(held.map(({ path }) => path));
    return [...verdicts.filter(({ path }) => !paths.has(path)), ...held];
}
function describe(landing, { verdicts, branch }) {
    if (landing.kind === 'failed')
        return { verdicts, problem: landing.problem };
    const all = withHeld(verdicts, landing.held);
    if (landing.kind === 'committed')
        return { verdicts: all, branch, commitSha: landing.commit };
    const note = `The branch ${(0,build_text/* quote */.hD)(branch)} has the change already, so nothing was committed.`;
    return { verdicts: all, branch, note };
}
const pullShape = schemas/* object */.Ikc({
    state: schemas/* string */.YjP(),
    head: schemas/* object */.Ikc({ ref: schemas/* string */.YjP(), repo: schemas/* object */.Ikc({ full_name: schemas/* string */.YjP() }).nullable() }),
});
async function findBranch(github, destination) {
    if (destination.kind === 'branch')
        return destination;
    const { octokit, owner, repo } = github;
    const { number: pull_number } = destination;
    const { data } = await octokit.rest.pulls.get({ owner, repo, pull_number });
    const { state, head } = pullShape.parse(data);
    const source = head.repo?.full_name ?? 'a repository that is gone';
    if (source.toLowerCase() !== `${owner}/${repo}`.toLowerCase()) {
        const problem = `The pull request comes from a fork, ${(0,build_text/* quote */.hD)(source)}, to which a workflow's token can't push. The patch is in the run directory; publish it as a comment instead, or apply it by hand.`;
        return { problem };
    }
    if (state !== 'open')
        return { problem: `The pull request #${pull_number} is ${state}, so nothing was committed.` };
    return { branch: head.ref };
}

;// CONCATENATED MODULE: ./build/github/own-branch.js





/** The branch of a run's own where none is named: that of its issue or pull request, so that a later run updates it, or of the run alone. */
function ownBranchName({ number, runId }) {
    return number === undefined ? `opencode/run-${runId}` : `opencode/issue-${number}`;
}
const trailer = 'Opencode-Driver-Tree';
/** The commit's own tree in its message, by which it is known again: one that somebody amended has another. */
function signMessage(message, tree) {
    return `${message.trimEnd()}\n\n${trailer}: ${tree}`;
}
const own_branch_mostTries = 3;
/**
 * Commits a change to a branch of the action's own. One that has nothing but earlier commits of the action is made anew
 * from the base branch; to one that somebody else pushed to, the change is added on top. What `unchanged` is, is the base.
 */
async function commitOnOwnBranch(given, signal) {
    const todo = { ...given, message: (tree) => signMessage(given.message, tree) };
    for (let attempt = 1; attempt <= own_branch_mostTries; attempt++) {
        const landing = await tryOnce(todo, signal);
        if (landing !== 'moved')
            return landing;
    }
    const problem = `The branch ${(0,build_text/* quote */.hD)(todo.branch)} moved each of ${own_branch_mostTries} times while the change was committed. The patch is in the run directory; run the job again.`;
    return { kind: 'failed', problem };
}
async function tryOnce(todo, signal) {
    const { github, change, branch, baseBranch } = todo;
    const base = await readBranch(github, baseBranch);
    if (base === undefined)
        return noBase(baseBranch);
    const expected = await readBranch(github, branch);
    const earlier = expected === undefined ? fresh : await own_branch_readOwn(github, `${base}...${expected}`);
    if (earlier === undefined)
        return await commitOnTop(todo, signal);
    const made = await commitOnto({ ...todo, branch: baseBranch }, base, signal);
    if (made.kind !== 'made')
        return made;
    const { commit, tree, held } = made;
    if (expected && earlier.tree === tree)
        return { kind: 'committed', commit: expected, held };
    const move = { github, clone: change.clone, branch, commit, expected, replace: true };
    const moved = await moveBranch(move, signal);
    return moved === 'moved' ? moved : { kind: 'committed', commit: commit.sha, held };
}
async function commitOnTop(todo, signal) {
    const landing = await commitOnBranch(todo, signal);
    if (landing.kind !== 'unchanged')
        return landing;
    const head = await readBranch(todo.github, todo.branch);
    return head === undefined ? landing : { ...landing, kind: 'committed', commit: head };
}
const comparison = schemas/* object */.Ikc({
    behind_by: schemas/* number */.aig(),
    total_commits: schemas/* number */.aig(),
    commits: schemas/* array */.YOg(schemas/* object */.Ikc({ commit: schemas/* object */.Ikc({ message: schemas/* string */.YjP(), tree: schemas/* object */.Ikc({ sha: schemas/* string */.YjP() }) }) })),
});
const fresh = { tree: undefined };
/** Undefined if a commit between base and head is not the action's; `tree` is that of the head, if it stands on the base. */
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
        if ((0,client.statusOf)(error) === 404)
            return undefined;
        throw error;
    }
}
function noBase(branch) {
    const problem = `There is no branch ${(0,build_text/* quote */.hD)(branch)} to open a pull request on. Check the base-branch input.`;
    return { kind: 'failed', problem };
}

// EXTERNAL MODULE: ./build/markdown/code-block.js
var code_block = __webpack_require__(53775);
;// CONCATENATED MODULE: ./build/markdown/frames.js
/** What opens the frames again. An item of a list that begins another begins it on its own line. */
function reopen(frames) {
    const lines = [];
    for (const [index, frame] of frames.entries()) {
        const lead = leadOf(frames.slice(0, index));
        if (frame.kind !== 'container')
            lines.push(...openingLines(frame).map((line) => lead + line));
        else if (isItem(frame) && isItem(frames[index - 1]))
            lines.push((lines.pop() ?? '').padEnd(lead.length) + frame.open.slice(lead.length));
        else if (isItem(frame))
            lines.push(frame.open);
    }
    return lines.map((line) => `${line}\n`).join('');
}
function isItem(frame) {
    return frame?.kind === 'container' && frame.open !== '';
}
function openingLines(frame) {
    if (frame.kind === 'fence')
        return [frame.open];
    if (frame.kind === 'rows')
        return frame.open;
    if (frame.kind !== 'element')
        return [];
    const summary = frame.name === 'details' ? ['<summary>(continued)</summary>'] : [];
    return [frame.open, ...summary, ...(frame.raw ? [] : [''])];
}
/** What closes the frames, after the last line of a page. */
function frames_close(frames) {
    const ends = [];
    let lead = '';
    for (const frame of frames) {
        ends.push(closing(frame, lead));
        if (frame.kind === 'container')
            lead = frame.lead;
    }
    return ends.reverse().join('');
}
function closing(frame, lead) {
    if (frame.kind === 'inline')
        return frame.close;
    if (frame.kind === 'fence')
        return `\n${lead}${frame.close}`;
    if (frame.kind !== 'element')
        return '';
    return frame.raw ? `</${frame.name}>` : `\n${lead}\n${lead}</${frame.name}>`;
}
/** What a line inside of the frames begins with. */
function leadOf(frames) {
    const container = frames.findLast((frame) => frame.kind === 'container');
    return container?.kind === 'container' ? container.lead : '';
}

;// CONCATENATED MODULE: ./build/markdown/parse-limits.js
/** A text that would take the parser more than a time in proportion to its length. */
class CraftedMarkdownError extends Error {
    name = 'CraftedMarkdownError';
}
/** What `act` returns; undefined where it parses a text that is too hard. */
function uncrafted(act) {
    try {
        return act();
    }
    catch (error) {
        if (error instanceof CraftedMarkdownError)
            return undefined;
        throw error;
    }
}
const deepestBlock = 100;
/** Marks at which the parser looks back or ahead, in one block of text. */
const mostMarks = 3000;
/** Blanks in a row. */
const longestBlank = 1000;
/** Characters of link definitions that are read again with each of their lines: so many, and so many for each character. */
const readAgain = { spare: 5_000_000, perCharacter: 500 };
const marks = /[[\]<~\n]|`+|\*+|_+/g;
const blanks = /[[>\s]--\n]+/gv;
/**
 * Ends the parsing of `markdown` as soon as it would take the square of its length: the parser compares each mark of a
 * block with all that is in that block. Throws a `CraftedMarkdownError`.
 */
function limitParsing(markdown) {
    if (Array.from(markdown.matchAll(blanks)).some(([run]) => run.length > longestBlank))
        refuse();
    let left = readAgain.spare + readAgain.perCharacter * markdown.length;
    return {
        parseBlock: [
            {
                name: 'Limit',
                before: 'LinkReference',
                parse({ depth }) {
                    if (depth > deepestBlock)
                        refuse();
                    return false;
                },
                leaf: (_, { content }) => content.startsWith('[')
                    ? {
                        nextLine(_cx, _line, leaf) {
                            left -= leaf.content.length;
                            if (left < 0)
                                refuse();
                            return false;
                        },
                        finish: () => false,
                    }
                    : null,
            },
        ],
        parseInline: [
            {
                name: 'Limit',
                before: 'Escape',
                parse({ offset, text }, _, position) {
                    if (position === offset && (text.match(marks)?.length ?? 0) > mostMarks)
                        refuse();
                    return -1;
                },
            },
        ],
    };
}
function refuse() {
    throw new CraftedMarkdownError('The text is too hard to parse.');
}

// EXTERNAL MODULE: ./node_modules/decode-named-character-reference/index.js + 1 modules
var decode_named_character_reference = __webpack_require__(37126);
;// CONCATENATED MODULE: ./build/markdown/characters.js

/** What a character reference such as `&commat;` or `&#64;` stands for; itself, if for nothing. */
function decodeCharacter(reference) {
    const [, hex, decimal, name] = /^&(?:#[xX]([\dA-Fa-f]+)|#(\d+)|(\w+));?$/.exec(reference) ?? [];
    if (name !== undefined)
        return (0,decode_named_character_reference/* decodeNamedCharacterReference */.s)(name) || reference;
    const code = Number.parseInt(hex ?? decimal ?? '', hex === undefined ? 10 : 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\uFFFD';
}
/** Text for an HTML attribute or element, also where Markdown is read. */
function escapeHtml(text) {
    return text.replace(/[&<>"']/g, (mark) => `&#${mark.codePointAt(0)};`);
}

;// CONCATENATED MODULE: ./build/markdown/raw-html.js

/** What GitHub shows of raw HTML and an answer has a use for. Everything else is shown as text. */
const allowed = new Set(`a b blockquote br caption code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s
  samp small strike strong sub summary sup table tbody td tfoot th thead tr tt ul var`.split(/\s+/));
const empty = new Set(['br', 'hr', 'img']);
const attributes = new Set('align alt colspan height href open rowspan src start title valign width'.split(' '));
const attribute = String.raw `\s+[A-Za-z_:][\w.:-]*(?:\s*=\s*(?:[^\s"'=<>${'`'}]+|'[^']*'|"[^"]*"))?`;
const tag = String.raw `<\/?[A-Za-z][A-Za-z0-9-]*(?:${attribute})*\s*\/?>`;
const anyTag = new RegExp(`^${tag}`);
/** A longer one is shown as text, so that an attribute without an end is not read again for each tag in it. */
const longestTag = 2000;
/** Comments, tags, and what else could begin something: a `<` that is none of them. */
function scanHtml(html) {
    const found = [];
    const lastEnd = html.lastIndexOf('-->');
    let done = 0;
    for (const { index: at } of html.matchAll(/<(?=[A-Za-z/!?])/g)) {
        if (at < done)
            continue;
        const text = commentAt(html, { at, lastEnd }) ?? tagAt(html, at) ?? '<';
        found.push({ at, text });
        done = at + text.length;
    }
    return found;
}
function commentAt(html, { at, lastEnd }) {
    if (!html.startsWith('<!--', at))
        return undefined;
    const [empty] = /^<!---?>/.exec(html.slice(at, at + 6)) ?? [];
    if (empty !== undefined)
        return empty;
    return at + 4 <= lastEnd ? html.slice(at, html.indexOf('-->', at + 4) + 3) : undefined;
}
function tagAt(html, at) {
    return anyTag.exec(html.slice(at, at + longestTag))?.[0];
}
/** The tag if it is one that may stay. */
function readTag(text) {
    const [, slash, word = '', rest = ''] = /^<(\/?)([A-Za-z][A-Za-z0-9-]*)([\s\S]*)>$/.exec(text) ?? [];
    const name = word.toLowerCase();
    if (!allowed.has(name))
        return undefined;
    if (slash)
        return empty.has(name) ? undefined : { name, kind: 'close', attributes: {} };
    return { name, kind: empty.has(name) ? 'empty' : 'open', attributes: readAttributes(rest) };
}
function readAttributes(text) {
    const pattern = /([A-Za-z_:][\w.:-]*)(?:\s*=\s*(?:([^\s"'=<>`]+)|'([^']*)'|"([^"]*)"))?/g;
    const found = {};
    for (const [, word = '', bare, single, double] of text.matchAll(pattern)) {
        const name = word.toLowerCase();
        if (attributes.has(name))
            found[name] ??= decodeAll(bare ?? single ?? double ?? '');
    }
    return found;
}
function decodeAll(text) {
    return text.replace(/&(?:#[xX][\dA-Fa-f]+|#\d+|\w+);?/g, decodeCharacter);
}
/** The tag on one line, with no attribute but those that may stay. */
function writeTag({ name, kind, attributes }) {
    if (kind === 'close')
        return `</${name}>`;
    const pairs = Object.entries(attributes).map(([key, value]) => value === '' ? ` ${key}` : ` ${key}="${escapeHtml(value.replace(/\s+/g, ' '))}"`);
    return `<${name}${pairs.join('')}>`;
}

// EXTERNAL MODULE: ./node_modules/@lezer/markdown/dist/index.js + 2 modules
var dist = __webpack_require__(44044);
;// CONCATENATED MODULE: ./build/markdown/html-block.js
const blankLine = /^[ \t]*$/;
const blocks = `address article aside base basefont blockquote body caption center col colgroup dd details dialog dir div
  dl dt fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li link
  main menu menuitem nav noframes ol optgroup option p param section source summary table tbody td tfoot th thead title
  tr track ul`.replace(/\s+/g, '|');
const html_block_attribute = String.raw `\s+[a-z:_][\w.:-]*(?:\s*=\s*(?:[^\s"'=<>\x60]+|'[^']*'|"[^"]*"))?`;
/** How blocks of raw HTML begin and end, as in the CommonMark specification. */
const kinds = [
    {
        start: /^<(?:script|pre|style|textarea)(?:\s|>|$)/i,
        end: /<\/(?:script|pre|style|textarea)>/i,
    },
    { start: /^<!--/, end: /-->/ },
    { start: /^<\?/, end: /\?>/ },
    { start: /^<![A-Z]/i, end: />/ },
    { start: /^<!\[CDATA\[/, end: /\]\]>/ },
    { start: new RegExp(`^</?(?:${blocks})(?:\\s|/?>|$)`, 'i'), end: blankLine },
    {
        start: new RegExp(`^(?:</[a-z][a-z\\d-]*\\s*>|<[a-z][a-z\\d-]*(?:${html_block_attribute})*\\s*/?>)\\s*$`, 'i'),
        end: blankLine,
    },
];
/** In @lezer/markdown 1.8.1 a blank line of a quote (`>`) does not end a block of HTML; here it does. */
const htmlBlocks = {
    parseBlock: [{ name: 'HTMLBlock', parse: parseHtmlBlock }],
};
function parseHtmlBlock(context, line) {
    const text = line.text.slice(line.pos);
    const kind = kinds.find(({ start }) => start.test(text));
    if (kind === undefined)
        return false;
    const from = context.lineStart + line.pos;
    const marks = [];
    let inside = true;
    while (inside && !kind.end.test(line.text.slice(line.basePos))) {
        inside = context.nextLine() && depthOf(line) >= context.depth;
        if (inside)
            marks.push(...line.markers);
    }
    if (inside && kind.end !== blankLine)
        context.nextLine();
    context.addElement(context.elt('HTMLBlock', from, context.prevLineEnd(), marks));
    return true;
}
/** In how many of the blocks around it the line still is; @lezer/markdown has it, but does not declare it. */
function depthOf(line) {
    return 'depth' in line && typeof line.depth === 'number' ? line.depth : 0;
}

;// CONCATENATED MODULE: ./build/markdown/tree.js



/** Bare addresses stay text: GitHub and this parser do not agree on where each ends. */
const gfm = dist/* parser */.K3.configure([dist/* Table */.XI, dist/* TaskList */._0, dist/* Strikethrough */.Gk, htmlBlocks]);
const deepestNode = 200;
/**
 * The blocks and inline pieces of GitHub Flavored Markdown, with their places in the source. Throws a
 * `CraftedMarkdownError` where that would take more than a time in proportion to the length.
 */
function parseMarkdown(markdown) {
    const root = { name: 'Document', from: 0, to: markdown.length, children: [] };
    const path = [];
    const limited = gfm.configure(limitParsing(markdown));
    limited.parse(markdown).iterate({
        enter({ name, from, to }) {
            if (path.length > deepestNode)
                throw new CraftedMarkdownError('The text is nested too deeply.');
            const node = path.length === 0 ? root : { name, from, to, children: [] };
            path.at(-1)?.children.push(node);
            path.push(node);
        },
        leave() {
            path.pop();
        },
    });
    return root;
}
/** Pieces whose content is shown as it is: nothing in them is a mention, a link or HTML. */
function isCode({ name }) {
    return name === 'FencedCode' || name === 'CodeBlock' || name === 'InlineCode';
}
/** Blocks of text. */
function isLeaf({ name }) {
    return /^(?:Paragraph|ATXHeading\d|SetextHeading\d|TableCell|Task)$/.test(name);
}
/** Blocks of raw HTML. */
function isHtmlBlock({ name }) {
    return /^(?:HTML|Comment|ProcessingInstruction)Block$/.test(name);
}
/** What holds other blocks. */
function isContainer({ name }) {
    return /^(?:Document|Blockquote|BulletList|OrderedList|ListItem)$/.test(name);
}

;// CONCATENATED MODULE: ./build/markdown/outline.js



const inside = 100;
/** Reads where a text can be cut, in the order of the text. */
function readOutline(source) {
    const state = { source, cuts: [], leaves: [] };
    readContainer(parseMarkdown(source), [], state);
    return state;
}
function readContainer(node, frames, state) {
    const elements = [];
    for (const child of node.children) {
        if (/^(?:ListMark|QuoteMark|TaskMarker)$/.test(child.name))
            continue;
        const open = [...frames, ...elements];
        addCut(child.from, { cost: costOf(open), frames: open }, state);
        if (isHtmlBlock(child))
            readHtml(child, { frames, elements }, state);
        else if (isContainer(child))
            readContainer(child, [...open, ...frameOf(child, state.source)], state);
        else
            readLeaf(child, open, state);
    }
}
function costOf(frames) {
    return frames.filter(({ kind }) => kind === 'container' || kind === 'element').length;
}
/** A cut before the line of `at`, unless one was found there before, or something else begins the line. */
function addCut(at, { cost, frames }, { source, cuts }) {
    const start = source.lastIndexOf('\n', at - 1) + 1;
    if (/^[\s>]*$/.test(source.slice(start, at)) && start > (cuts.at(-1)?.at ?? -1))
        cuts.push({ at: start, cost, frames });
}
/** A list item opens with an empty item of its own kind; a quote's mark stands in each line anyway. */
function frameOf(node, source) {
    if (!/^(?:ListItem|Blockquote)$/.test(node.name))
        return [];
    const lead = blank(source.slice(source.lastIndexOf('\n', node.from - 1) + 1, node.from));
    if (node.name === 'Blockquote')
        return [{ kind: 'container', open: '', lead: `${lead}> ` }];
    const [mark] = node.children;
    const marker = source.slice(node.from, mark?.to ?? node.from);
    const spaces = /^ {1,4}(?=\S)/.exec(source.slice(mark?.to))?.[0] ?? ' ';
    return [{ kind: 'container', open: lead + marker, lead: lead + blank(marker) + spaces }];
}
function blank(text) {
    return text.replace(/[^>\t]/g, ' ');
}
/** Cuts inside of raw HTML, at lines; elements that it leaves open stay so for what follows. */
function readHtml(node, { frames, elements }, state) {
    const { source, leaves } = state;
    let done = node.from;
    const cutTo = (end) => {
        for (const at of linesIn(source, done, end)) {
            const open = [...frames, ...elements.map(asRaw)];
            addCut(at, { cost: inside + elements.length, frames: open }, state);
        }
    };
    leaves.push({ node, frames: [...frames, ...elements.map(asRaw)] });
    for (const { at, text } of scanHtml(source.slice(node.from, node.to))) {
        cutTo(node.from + at);
        const tag = readTag(text);
        if (tag?.kind === 'open')
            openElement(elements, { open: text, name: tag.name });
        if (tag?.kind === 'close')
            closeElement(elements, tag.name);
        done = node.from + at + text.length;
    }
    cutTo(node.to);
}
const mostOpen = 100;
function openElement(elements, tag) {
    if (elements.length === mostOpen)
        throw new CraftedMarkdownError('Too many elements are open at once.');
    elements.push({ kind: 'element', ...tag, raw: false });
}
function closeElement(elements, name) {
    const start = elements.findLastIndex((frame) => frame.kind === 'element' && frame.name === name);
    if (start !== -1)
        elements.splice(start);
}
function asRaw(frame) {
    return frame.kind === 'element' ? { ...frame, raw: true } : frame;
}
/** The starts of the lines that begin in a stretch, but not with it. */
function linesIn(source, from, to) {
    const starts = [];
    for (let at = source.indexOf('\n', from); at !== -1 && at < to; at = source.indexOf('\n', at + 1))
        if (at + 1 <= to)
            starts.push(at + 1);
    return starts;
}
function readLeaf(node, frames, state) {
    const { source, leaves, cuts } = state;
    const open = [...frames, ...leafFrames(node, source)];
    leaves.push({ node, frames: open });
    const cost = inside * (isLeaf(node) ? 2 : 1);
    for (const at of innerLines(node, source))
        cuts.push({ at, cost, frames: open });
}
function leafFrames(node, source) {
    const slice = (child) => source.slice(child?.from, child?.to);
    const [first] = node.children;
    if (node.name === 'FencedCode') {
        const line = source.slice(node.from, node.to).split('\n', 1)[0] ?? '';
        return [{ kind: 'fence', open: line, close: slice(first) }];
    }
    if (node.name === 'Table')
        return [{ kind: 'rows', open: tableHead(node).map(slice) }];
    return node.name === 'CodeBlock' ? [{ kind: 'indent' }] : [];
}
function tableHead({ children }) {
    return children.filter(({ name }) => name === 'TableHeader' || name === 'TableDelimiter');
}
/** Where the inner lines of a block begin that can begin a page. */
function innerLines(node, source) {
    const starts = linesIn(source, node.from, node.to).filter((at) => at < node.to);
    if (node.name === 'FencedCode')
        return starts.slice(0, isClosed(node) ? -1 : undefined);
    if (node.name === 'Table') {
        const head = tableHead(node).at(-1)?.to;
        return head === undefined ? [] : starts.filter((at) => at > head);
    }
    if (node.name === 'Paragraph')
        return textLines(node, starts, source);
    return isCode(node) ? starts : [];
}
function isClosed({ children }) {
    return children.filter(({ name }) => name === 'CodeMark').length > 1;
}
/** Lines of a paragraph that go on as text when they begin one: with a letter, outside of inline pieces. */
function textLines(node, starts, source) {
    const spans = inlineSpans(node, source);
    let next = 0;
    return starts.filter((at) => {
        while ((spans[next]?.to ?? at + 1) <= at)
            next++;
        if ((spans[next]?.from ?? at) < at)
            return false;
        return /^ {0,3}(?:> ?)*\s*\p{L}/u.test(source.slice(at, at + 100));
    });
}
/** The inline pieces of a block and what HTML elements enclose, in order, none overlapping. */
function inlineSpans(node, source) {
    const spans = [];
    let depth = 0;
    for (const child of node.children.filter(({ name }) => name !== 'QuoteMark')) {
        const enclosing = depth > 0 ? spans.pop() : undefined;
        spans.push({ from: enclosing?.from ?? child.from, to: child.to });
        depth = Math.max(0, depth + stepOf(child, source));
    }
    return spans;
}
function stepOf({ name, from, to }, source) {
    const kind = name === 'HTMLTag' ? readTag(source.slice(from, to))?.kind : undefined;
    return kind === 'open' ? 1 : kind === 'close' ? -1 : 0;
}

;// CONCATENATED MODULE: ./build/markdown/inside.js




/** Room for what closes elements and code at a cut. */
const spare = 300;
/** Cuts where no line ends: between two characters of a block, at a word where it can. */
function cutInside(source, leaves, { from, limit }) {
    const target = Math.max(from + 1, limit - spare);
    const leaf = leaves.findLast(({ node }) => node.from <= target);
    if (leaf === undefined || leaf.node.to <= target)
        return cutPlain(source, { from, target });
    const { node, frames } = leaf;
    if (isHtmlBlock(node))
        return cutHtml(source, leaf, { from, target });
    if (isLeaf(node))
        return cutText(source, leaf, { from, target });
    const end = characterBefore(source, { from, target });
    const indent = node.name === 'CodeBlock' ? '    ' : '';
    const row = isCode(node) ? '' : '| ';
    return { end, next: { at: end, frames, lead: leadOf(frames) + indent + row } };
}
function cutPlain(source, aim) {
    const end = characterBefore(source, aim);
    return { end, next: { at: end, frames: [], lead: '' } };
}
function cutText(source, { node, frames }, aim) {
    const spans = inlineSpans(node, source);
    const within = (at) => spans.find((span) => span.from < at && at < span.to);
    const word = wordBefore(source, { aim, within });
    const around = within(aim.target);
    const early = around && around.from > (aim.from + aim.target) / 2 ? around.from : undefined;
    const end = word ?? early ?? characterBefore(source, aim);
    const at = end + (/^[ \t]*/.exec(source.slice(end, end + 1000))?.[0].length ?? 0);
    const open = inlineFrames(node, source, end);
    const plain = word === undefined && open.length === 0 && !spans.some((span) => span.from === at);
    const mark = plain ? harmless(source, at) : { skip: 0, text: '' };
    const opened = open.map((frame) => frame.open).join('');
    const lead = leadOf(frames) + opened + mark.text;
    return { end, next: { at: at + mark.skip, frames: [...frames, ...open], lead } };
}
/** The last place before the target where a word begins outside of inline pieces. */
function wordBefore(source, { aim, within }) {
    const least = Math.max(aim.from + 1, aim.target - 2000);
    for (let at = aim.target; at > least; at--)
        if (/^[ \t]\p{L}/u.test(source.slice(at - 1, at + 2)) && !within(at))
            return at;
    return undefined;
}
/** What keeps the rest of a line from becoming a list, a heading or a fence at the beginning of a page. */
function harmless(source, at) {
    const digits = /^\d{1,9}(?=[.)])/.exec(source.slice(at, at + 10))?.[0];
    if (digits !== undefined)
        return { skip: digits.length, text: `${digits}\\` };
    return { skip: 0, text: /^[!-/:-@[^-`{-~\]]/.test(source.slice(at, at + 1)) ? '\\' : '' };
}
/** Code and HTML elements of a line that are open at a place in it. */
function inlineFrames(node, source, at) {
    const before = node.children.filter(({ from }) => from < at);
    const elements = [];
    for (const { from, to } of before.filter(({ name }) => name === 'HTMLTag')) {
        const open = source.slice(from, to);
        const tag = readTag(open);
        if (tag?.kind === 'open')
            elements.push({ kind: 'inline', open, close: `</${tag.name}>` });
        if (tag?.kind === 'close')
            elements.pop();
    }
    const code = before.find(({ name, to }) => name === 'InlineCode' && to > at);
    const ticks = code && /^`+/.exec(source.slice(code.from, code.to))?.[0];
    return ticks ? [...elements, { kind: 'inline', open: ticks, close: ticks }] : elements;
}
function cutHtml(source, { node, frames }, aim) {
    const around = scanHtml(source.slice(node.from, node.to))
        .map(({ at, text }) => ({ from: node.from + at, text }))
        .find(({ from, text }) => from < aim.target && from + text.length > aim.target);
    const end = around && around.from > aim.from ? around.from : characterBefore(source, aim);
    const open = [...frames];
    for (const { text } of scanHtml(source.slice(node.from, end))) {
        const tag = readTag(text);
        if (tag?.kind === 'open')
            open.push({ kind: 'element', open: text, name: tag.name, raw: true });
        const start = open.findLastIndex((frame) => frame.kind === 'element' && frame.name === tag?.name);
        if (tag?.kind === 'close' && start !== -1)
            open.splice(start);
    }
    return { end, next: { at: end, frames: open, lead: leadOf(frames) } };
}
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const longest = 100;
/** The last border of a character, as a reader sees one, before the target; never after a backslash. */
function characterBefore(source, { from, target }) {
    const at = /[\uDC00-\uDFFF]/.test(source.charAt(target)) ? target - 1 : target;
    const back = Math.max(from, at - longest);
    const start = /[\uDC00-\uDFFF]/.test(source.charAt(back)) ? back + 1 : back;
    const window = segmenter.segment(source.slice(start, at + longest));
    const index = window.containing(at - start)?.index ?? 0;
    const end = index > 0 ? start + index : at;
    return source[end - 1] === '\\' && end - 1 > from ? end - 1 : end;
}

;// CONCATENATED MODULE: ./build/markdown/pages.js






/**
 * The text as at most five pages that each fit. Between blocks where there is such a place in the second half of a page,
 * else inside of one: what stands open there is closed and opened again on the next page. A text that is crafted so that
 * this can't be done is shown as code.
 */
function cutPages(markdown, limits) {
    const { limit, pages = 5 } = limits;
    if (markdown.length <= limit)
        return [markdown];
    // What can't fit is not read; that it is cut is seen on the last page.
    const readable = markdown.slice(0, limit * pages + 1).toWellFormed();
    const cut = uncrafted(() => cutMarkdown(readable, limits));
    return cut?.every(({ length }) => length <= limit) ? cut : (0,code_block/* cutCode */.Q)(readable, { ...limits, pages });
}
function cutMarkdown(markdown, { limit, pages = 5, rest }) {
    const source = spellOutFootnotes(markdown);
    const definitions = readDefinitions(source, limit / 8);
    const text = { source, outline: readOutline(source) };
    const room = limit - definitions.reduce((sum, { text }) => sum + text.length + 2, 0);
    const cut = [];
    let start = { at: 0, frames: [], lead: '' };
    while (start && cut.length < pages) {
        const whole = takePage(text, start, room);
        const isLast = cut.length === pages - 1 && whole.next !== undefined;
        const page = isLast ? takePage(text, start, room - rest.length - 2) : whole;
        cut.push(page.text + used(definitions, page.text) + (isLast ? `\n\n${rest}` : ''));
        start = page.next;
    }
    return cut;
}
function takePage({ source, outline }, start, room) {
    const head = reopen(start.frames) + start.lead;
    const limit = start.at + room - head.length;
    if (source.length <= limit)
        return { text: head + source.slice(start.at), next: undefined };
    const cut = chooseCut(outline.cuts, { from: start.at, limit });
    if (cut) {
        const body = source.slice(start.at, cut.at).replace(/\n$/, '');
        return { text: head + body + frames_close(cut.frames), next: { ...cut, lead: '' } };
    }
    const { end, next } = cutInside(source, outline.leaves, { from: start.at, limit });
    return { text: head + source.slice(start.at, end) + frames_close(next.frames), next };
}
/** The cheapest cut of the second half, of these the last; else the last of all. */
function chooseCut(cuts, { from, limit }) {
    const fits = cuts.filter(({ at, frames }) => at > from && at <= limit && at + frames_close(frames).length <= limit);
    const half = from + (limit - from) / 2;
    const late = fits.filter(({ at }) => at >= half);
    const least = late.reduce((cost, cut) => Math.min(cost, cut.cost), Number.POSITIVE_INFINITY);
    return late.findLast(({ cost }) => cost === least) ?? fits.at(-1);
}
/** The targets of reference links, which every page needs; none, if they are too long for that. */
function readDefinitions(source, limit) {
    const found = parseMarkdown(source)
        .children.filter(({ name }) => name === 'LinkReference')
        .map(({ from, to }) => source.slice(from, to))
        .map((text) => ({ text, label: (/^\[[^\]]+\]/.exec(text)?.[0] ?? text).toLowerCase() }));
    return found.reduce((sum, { text }) => sum + text.length + 2, 0) <= limit ? found : [];
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
/** A footnote without its mark, or a mark without its footnote, is not shown: over several pages they become text. */
function spellOutFootnotes(source) {
    if (!source.includes('[^'))
        return source;
    const marks = [];
    const visit = (node) => {
        if (/^(?:Link|LinkReference)$/.test(node.name) && source.startsWith('[^', node.from))
            marks.push(node.from);
        node.children.forEach(visit);
    };
    visit(parseMarkdown(source));
    return [0, ...marks]
        .map((at, index) => source.slice(at, marks[index] ?? source.length))
        .join('\\');
}

;// CONCATENATED MODULE: ./build/github/opened-pull.js







const opened_pull_pullShape = schemas/* object */.Ikc({
    number: schemas/* number */.aig(),
    html_url: schemas/* string */.YjP(),
    body: schemas/* string */.YjP().nullable(),
});
const defaultTitle = "opencode's changes";
const opened_pull_longest = { title: 256, body: 65_536 };
const marker = `${writeMarker({ key: 'pull-request', page: 1 })}\n`;
/** Opens the pull request of a branch, or updates the one that is open. After a lost answer it looks before it repeats. */
async function openPull(wanted, signal) {
    return await repeatLost(async () => {
        const open = await findOpen(wanted);
        if (open)
            return await update(wanted, open);
        try {
            return await opened_pull_create(wanted);
        }
        catch (error) {
            const found = mayBeThere(error) ? await findOpen(wanted) : undefined;
            if (found === undefined)
                throw error;
            return found;
        }
    }, signal);
}
function mayBeThere(error) {
    return (0,refusal/* isLost */.J)(error) || /already exists/.test((0,refusal.wordsOf)(error) ?? '');
}
async function findOpen({ github, branch, base }) {
    const { octokit, owner, repo } = github;
    const head = `${owner}:${branch}`;
    const { data } = await octokit.rest.pulls.list({ owner, repo, head, base, state: 'open' });
    return schemas/* array */.YOg(opened_pull_pullShape).parse(data)[0];
}
async function opened_pull_create(wanted) {
    const { github, branch: head, base, title = defaultTitle, draft } = wanted;
    const { octokit, owner, repo } = github;
    const pull = { owner, repo, head, base, title: cutTitle(title), body: bodyOf(wanted), draft };
    try {
        return opened_pull_pullShape.parse((await octokit.rest.pulls.create(pull)).data);
    }
    catch (error) {
        // Private repositories of free plans have none.
        const refused = (0,client.statusOf)(error) === 422 && /draft/i.test((0,refusal.wordsOf)(error) ?? '');
        if (!draft || !refused)
            throw error;
        return await opened_pull_create({ ...wanted, draft: false });
    }
}
/** Somebody else's pull request of this branch keeps its words. */
async function update(wanted, open) {
    if (readMarker(open.body ?? '')?.key !== 'pull-request')
        return open;
    const { octokit, owner, repo } = wanted.github;
    const title = wanted.title && { title: cutTitle(wanted.title) };
    const pull = { owner, repo, pull_number: open.number, body: bodyOf(wanted), ...title };
    await octokit.rest.pulls.update(pull);
    return open;
}
function cutTitle(title) {
    return (0,build_text/* oneLine */.TN)(title).slice(0, opened_pull_longest.title).toWellFormed();
}
function bodyOf({ body }) {
    const limit = opened_pull_longest.body - marker.length;
    if (body.length <= limit)
        return marker + body;
    const rest = 'The rest is in the run directory.';
    return marker + (cutPages(body, { limit, pages: 1, rest })[0] ?? '');
}

;// CONCATENATED MODULE: ./build/github/pull-request.js








/** Publishes a change as a branch and the one open pull request of it, which is opened or updated. */
async function publishPullRequest(todo, signal) {
    const { change } = todo;
    if (change.ready === undefined)
        return withoutChange(change);
    const { verdicts, ready } = change;
    const pushed = await pushBranch(todo, ready, signal).catch((error) => {
        const doing = 'push the branch of the pull request';
        return { problem: (0,refusal/* problemOf */.Z)(error, { doing, workflows: hasWorkflows(ready) }) };
    });
    if ('problem' in pushed)
        return { verdicts, problem: pushed.problem };
    const { base, commitSha, held, note } = pushed;
    const all = withHeld(verdicts, held);
    if (commitSha === undefined)
        return { verdicts: all, ...(note && { note }) };
    const opened = await propose(todo, base, signal);
    return { verdicts: all, branch: todo.branch, commitSha, ...opened };
}
async function pushBranch(todo, change, signal) {
    const { github, branch, words } = todo;
    const base = todo.baseBranch ?? (await readDefaultBranch(github));
    if (branch === base)
        return {
            problem: `A pull request needs two branches, and both are ${(0,build_text/* quote */.hD)(branch)}. Check the branch input.`,
        };
    const message = composeMessage(words);
    const given = { github, change, branch, baseBranch: base, message };
    const landing = await commitOnOwnBranch(given, signal);
    if (landing.kind === 'failed')
        return { problem: landing.problem };
    const { held } = landing;
    if (landing.kind === 'committed')
        return { base, held, commitSha: landing.commit };
    const note = `The branch ${(0,build_text/* quote */.hD)(base)} has the change already, so no pull request was opened.`;
    return { base, held, note };
}
async function readDefaultBranch({ octokit, owner, repo }) {
    const { data } = await octokit.rest.repos.get({ owner, repo });
    return schemas/* object */.Ikc({ default_branch: schemas/* string */.YjP() }).parse(data).default_branch;
}
async function propose(todo, base, signal) {
    const { github, branch, title, body, draft } = todo;
    try {
        const opened = await openPull({ github, branch, base, title, body, draft }, signal);
        const known = { pullRequestNumber: opened.number, pullRequestUrl: opened.html_url };
        return { ...known, ...(await label(todo, opened, signal)) };
    }
    catch (error) {
        return { problem: `${whyNot(error)} The branch is there: ${compareLink(todo, base)}` };
    }
}
function whyNot(error) {
    if (/not permitted to create or approve/.test((0,refusal.wordsOf)(error) ?? ''))
        return "The workflow's token may not open pull requests. Allow it in the repository's (or the organization's) settings under Actions, General, \"Allow GitHub Actions to create and approve pull requests\", or open it by hand.";
    return (0,refusal/* problemOf */.Z)(error, { doing: 'open the pull request', permission: 'pull-requests: write' });
}
/** The page on which a person can open the pull request. */
function compareLink({ github, branch }, base) {
    const { server, owner, repo } = github;
    const [from, to] = [base, branch].map((name) => name.split('/').map(encodeURIComponent).join('/'));
    return `${server}/${owner}/${repo}/compare/${from}...${to}?expand=1`;
}
/** A pull request without its labels is one all the same. */
async function label({ github, labels }, { number: issue_number }, signal) {
    if (labels.length === 0)
        return {};
    const { octokit, owner, repo } = github;
    const add = { owner, repo, issue_number, labels: [...labels] };
    try {
        await repeatLost(() => octokit.rest.issues.addLabels(add), signal);
        return {};
    }
    catch (error) {
        return {
            note: (0,refusal/* problemOf */.Z)(error, { doing: 'add the labels', permission: 'pull-requests: write' }),
        };
    }
}

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

;// CONCATENATED MODULE: ./build/markdown/address-edits.js


/** Images of other hosts become links, and links to issues of other repositories go by way of a redirect. */
function editAddresses(root, text) {
    const definitions = findAll(root, 'LinkReference');
    const own = definitions.every((node) => isOwnImage(node, text));
    const images = findAll(root, 'Image').filter((node) => node.children.some(isAddress) ? !isOwnImage(node, text) : !own);
    const brackets = images.map(({ from }) => ({ from, to: from + 1, text: '' }));
    const links = editLinks(root, text);
    const rest = ['URL', 'LinkTitle'].flatMap((name) => findAll(root, name));
    const silenced = rest.flatMap((node) => silence(node, text));
    const edited = new Set(links.map(({ from }) => from));
    return [...brackets, ...links, ...silenced.filter(({ from }) => !edited.has(from))];
}
/** What every reader takes for an address. */
const clear = /^<?(?:https?:\/\/[a-z\d.:-]+\/|mailto:)[\w@/.%#?=&+-]*>?$/i;
const at = /@|&(?:#0*64|#[xX]0*40|commat);/g;
const numbered = /^((?![a-z]+:)[\w./-]*)#(?=\d)/i;
function address_edits_percent(character) {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
/** What this parser takes for a destination or a title may be text for GitHub: there, too, it mentions nobody and loads nothing. */
function silence(node, { source }) {
    const { name, from, to } = node;
    const before = source.slice(from, to);
    if (name === 'URL' && clear.test(before))
        return [];
    const text = name === 'LinkTitle'
        ? before.replace(at, '(at)')
        : before
            .replace(at, '%40')
            .replace(numbered, '$1%23')
            .replace(/[()[\]]/g, address_edits_percent);
    return text === before ? [] : [{ from, to, text }];
}
function findAll(node, name) {
    const below = node.children.flatMap((child) => findAll(child, name));
    return node.name === name ? [node, ...below] : below;
}
function isAddress({ name }) {
    return name === 'URL';
}
function isOwnImage(node, { source, place }) {
    const address = node.children.find(isAddress);
    return address !== undefined && isOnServer(readDestination(source, address), place);
}
function editLinks(node, text) {
    return node.children.flatMap((child) => {
        const below = editLinks(child, text);
        if (!/^(?:URL|Autolink)$/.test(child.name) || node.name === 'Autolink')
            return below;
        const edit = editLink(child, node, text);
        return edit === undefined ? below : [edit];
    });
}
function editLink(node, parent, { source, place }) {
    const address = readDestination(source, node);
    // CommonMark allows no `<` within the brackets; @lezer/markdown does.
    if (node.name === 'Autolink' && source.slice(node.from + 1, node.to).includes('<'))
        return { from: node.from, to: node.from + 1, text: '&lt;' };
    if (!isForeignIssue(address, place))
        return undefined;
    const { from, to } = node;
    const other = redirect(address, place);
    if (other !== undefined)
        return { from, to, text: source[from] === '<' ? `<${other}>` : other };
    if (node.name === 'Autolink')
        return { from, to, text: `\`${address}\`` };
    const bracket = parent.from + (parent.name === 'Image' ? 1 : 0);
    return { from: bracket, to: bracket, text: '\\' };
}
/** What a link's destination stands for: without `<>`, escapes and character references decoded. */
function readDestination(source, { from, to }) {
    return source
        .slice(from, to)
        .replace(/^<([\s\S]*)>$/, '$1')
        .replace(/\\([!-/:-@[-`{-~])|&(?:#[xX][\dA-Fa-f]+|#\d+|\w+);/g, (whole, mark) => mark === undefined ? decodeCharacter(whole) : mark);
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
/** Tells of places whether they begin outside of all these ranges, none of which overlap. */
function outside(ranges) {
    const sorted = ranges.toSorted((one, other) => one.from - other.from);
    return ({ from }) => {
        let [low, high] = [0, sorted.length];
        while (low < high) {
            const middle = (low + high) >> 1;
            if ((sorted[middle]?.from ?? 0) <= from)
                low = middle + 1;
            else
                high = middle;
        }
        return (sorted[low - 1]?.to ?? 0) <= from;
    };
}

;// CONCATENATED MODULE: ./build/markdown/html-edits.js




/**
 * Comments go; tags that may stay are written without further attributes; the rest of HTML becomes text. An element
 * ends in the block or container in which it begins, or else its tag becomes text, too; only
 * `<details>` is ended with the whole text. `code` is where HTML makes code of text.
 */
function editHtml(root, { source, place }) {
    const state = { source, place, edits: new Map(), code: [] };
    const left = editScope(root, newScope(), state);
    escapeAll(left.filter(({ tag }) => tag.name !== 'details'), state);
    const ends = left.filter(({ tag }) => tag.name === 'details').map(() => '\n\n</details>');
    return { edits: [...state.edits.values()], code: state.code, ends: ends.join('') };
}
function newScope() {
    return { open: [], counts: new Map() };
}
function editScope(node, scope, state) {
    for (const child of node.children) {
        if (isContainer(child) || isLeaf(child))
            escapeAll(editScope(child, newScope(), state), state);
        else if (isHtmlBlock(child))
            editTags(child, { scope, block: child }, state);
        else if (isInlineHtml(child))
            editTags(child, { scope, block: node }, state);
        else
            editScope(child, scope, state);
    }
    return scope.open;
}
function isInlineHtml({ name }) {
    return name === 'HTMLTag' || name === 'Comment' || name === 'ProcessingInstruction';
}
function editTags(node, { scope, block }, state) {
    for (const { at, text } of scanHtml(state.source.slice(node.from, node.to))) {
        const from = node.from + at;
        const range = { from, to: from + text.length };
        const tag = readTag(text);
        if (text.startsWith('<!--') && text.length > 4)
            replace({ ...range, text: '' }, state);
        else if (tag === undefined)
            escapeAll([range], state);
        else
            editTag({ ...range, tag, block }, scope, state);
    }
}
function editTag(found, scope, state) {
    const { tag, from, to } = found;
    if (tag.kind === 'close')
        html_edits_closeElement(found, scope, state);
    if (tag.kind === 'open') {
        scope.open.push(found);
        count(scope, tag.name, 1);
    }
    const source = state.source.slice(from, to);
    const text = rewriteTag(tag, state.place);
    if (!isSame(text, source))
        replace({ from, to, text }, state);
}
function count({ counts }, name, step) {
    counts.set(name, (counts.get(name) ?? 0) + step);
}
/** Only an element that is open is looked for: what is passed on the way to it is closed, too. */
function html_edits_closeElement(found, scope, state) {
    const { open, counts } = scope;
    const { name } = found.tag;
    const start = counts.get(name) ? open.findLastIndex(({ tag }) => tag.name === name) : open.length;
    const closed = open.splice(start);
    for (const { tag } of closed)
        count(scope, tag.name, -1);
    const [opener, ...inner] = closed;
    escapeAll(opener === undefined ? [found] : inner, state);
    if (opener?.block === found.block && /^(?:code|pre|tt)$/.test(name))
        state.code.push({ from: opener.from, to: found.to });
}
/** Whether two tags differ in quotes, case and blanks only. */
function isSame(written, source) {
    if (written === source)
        return true;
    const tag = readTag(source);
    const count = source.match(/\s[A-Za-z_:][\w.:-]*(?=[\s=/>])/g)?.length ?? 0;
    const kept = Object.keys(tag?.attributes ?? {}).length;
    return (tag !== undefined && !/[\n/]$|\n/.test(source) && count === kept && writeTag(tag) === written);
}
function rewriteTag(tag, place) {
    const { src, href, ...rest } = tag.attributes;
    if (tag.name === 'img')
        return rewriteImage(tag, place);
    if (href === undefined || tag.name !== 'a')
        return writeTag({ ...tag, attributes: rest });
    const safe = isForeignIssue(href, place) ? redirect(href, place) : href;
    return writeTag({ ...tag, attributes: safe === undefined ? rest : { ...rest, href: safe } });
}
function rewriteImage(tag, place) {
    const { src = '', alt = '', href: _, ...rest } = tag.attributes;
    if (src !== '' && isOnServer(src, place))
        return writeTag({ ...tag, attributes: { src, alt, ...rest } });
    return `<a href="${escapeHtml(src)}">${escapeHtml(alt.trim() === '' ? src : alt)}</a>`;
}
/** Tags become text. */
function escapeAll(ranges, state) {
    for (const { from } of ranges)
        state.edits.set(from, { from, to: from + 1, text: '&lt;' });
}
/** A tag that has become text is not rewritten, too. */
function replace(edit, { edits }) {
    if (!edits.has(edit.from))
        edits.set(edit.from, edit);
}

;// CONCATENATED MODULE: ./build/markdown/visible.js



/** Stands for what is no text: markers, tags, code. */
const gap = '\uFFFC';
/** Stands for an address in angle brackets. */
const bareLink = '\uFFF9';
/** The text of a block as GitHub reads it for mentions and references: character references and escapes are decoded. */
function readVisible(source, block) {
    const pieces = isHtmlBlock(block) ? htmlPieces(source, block) : inlinePieces(source, block);
    const from = [];
    const to = [];
    for (const piece of pieces)
        for (let unit = 0; unit < piece.text.length; unit++) {
            const plain = piece.text.length === piece.to - piece.from;
            from.push(plain ? piece.from + unit : piece.from);
            to.push(plain ? piece.from + unit + 1 : piece.to);
        }
    return { text: pieces.map((piece) => piece.text).join(''), from, to };
}
function inlinePieces(source, node) {
    const pieces = [];
    let done = node.from;
    const textTo = (end) => {
        if (end > done)
            pieces.push({ text: source.slice(done, end), from: done, to: end });
    };
    for (const child of node.children) {
        textTo(child.from);
        pieces.push(...piecesOf(source, child));
        done = child.to;
    }
    textTo(node.to);
    return pieces;
}
const nested = /^(?:Emphasis|StrongEmphasis|Strikethrough|Link|Image|LinkLabel)$/;
function piecesOf(source, node) {
    const { name, from, to } = node;
    const slice = source.slice(from, to);
    if (nested.test(name))
        return inlinePieces(source, node);
    if (name === 'Entity')
        return apart({ text: decodeCharacter(slice), from, to });
    if (name === 'Escape')
        return apart({ text: slice.slice(1), from, to });
    if (name === 'Autolink')
        return [{ text: bareLink, from, to }];
    return [{ text: gap, from, to }];
}
/** An `@` that is written in another way is part of no e-mail address. */
function apart(piece) {
    return piece.text === '@' ? [{ text: gap, from: piece.from, to: piece.from }, piece] : [piece];
}
function htmlPieces(source, { from, to }) {
    const html = source.slice(from, to);
    const found = [
        ...scanHtml(html).map(({ at, text }) => ({ text: gap, from: at, to: at + text.length })),
        ...Array.from(html.matchAll(/&(?:#[xX][\dA-Fa-f]+|#\d+|[A-Za-z]\w*);?/g), ({ index, 0: text }) => ({
            text: decodeCharacter(text),
            from: index,
            to: index + text.length,
        })),
    ].toSorted((one, other) => one.from - other.from);
    const pieces = [];
    let done = 0;
    for (const piece of [...found, { text: '', from: html.length, to: html.length }]) {
        if (piece.from < done)
            continue;
        pieces.push({ text: html.slice(done, piece.from), from: done, to: piece.from }, piece);
        done = piece.to;
    }
    return pieces.map((piece) => ({ ...piece, from: piece.from + from, to: piece.to + from }));
}

;// CONCATENATED MODULE: ./build/markdown/references.js




const mention = /(?:(?<![A-Za-z0-9])|(?<=@[\w.-]{1,100}))@[A-Za-z0-9](?:[\w.-]*\w)?(?:\/\w(?:[\w.-]*\w)?)*/g;
const crossReference = /(?<![\w.-])([\w-][\w.-]*\/[\w.-]+)#\d+/g;
const address = /(?:https?:\/\/|www\.)(?:(?!https?:\/\/|www\.)[^\s<>"'`()[\]*\uFFF9\uFFFC])+/gi;
/** Anything that GitHub could make a link of by itself. */
const anyAddress = /(?:https?:\/\/|ftp:\/\/|www\.)[^\s\uFFFC]*/gi;
/** An address that every reader takes for one, so that an `@` in it mentions nobody. */
const references_clear = /(?<![\w@])https?:\/\/[a-z\d-]+(?:\.[a-z\d-]+)+(?::\d+)?\/[\w@/.%#?=&+-]*/gi;
/** The names of accounts and repositories have at most 100 characters. */
const references_closing = new RegExp(`(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)[\\s:${gap}]*((?:[\\w-][\\w.-]{0,99}/[\\w.-]{1,100})?#\\d+|GH-\\d+|(?:https?://|www\\.)[^\\s${gap}]+|${bareLink})`, 'dgi');
/** Takes the effect from what would mention somebody, refer to another repository or, if asked for, close an issue. */
function editReferences(block, text) {
    const visible = readVisible(text.source, block);
    // In raw HTML, and behind a bracket that no link may come of, GitHub does not always see addresses.
    const bracket = text.source.slice(block.from, block.to).search(isHtmlBlock(block) ? /^/ : /\[|$/);
    const plain = spansOf(visible.text, references_clear)
        .map((span) => rangeOf(visible, span))
        .filter(({ from }) => from <= block.from + bracket);
    const names = [...spansOf(visible.text, mention), ...crossReferences(visible.text, text.place)];
    const codes = [
        ...names.map((span) => rangeOf(visible, span)).filter(outside(plain)),
        ...closings(visible, text).map((span) => rangeOf(visible, span)),
    ];
    return [
        ...codes.map((range) => asCode(text.source, range)),
        ...foreignAddresses(visible, text),
        ...separations(visible, text),
    ];
}
/** GitHub takes a backslash, backtick or bracket after an address into it: there it escapes or begins nothing. */
function separations(visible, { source }) {
    return spansOf(visible.text, anyAddress).flatMap(({ start, end }) => {
        const places = visible.from.slice(start, end + 1);
        const at = places.find((place) => /^(?:[\\`[]|!\[)/.test(source.slice(place, place + 2)));
        return at === undefined ? [] : [{ from: at, to: at, text: ' ' }];
    });
}
function spansOf(text, pattern) {
    return Array.from(text.matchAll(pattern), ({ index, 0: { length } }) => ({
        start: index,
        end: index + length,
    }));
}
function crossReferences(text, { repository }) {
    return spansOf(text, crossReference).filter(({ start, end }) => {
        const [name = ''] = text.slice(start, end).split('#');
        return name.toLowerCase() !== repository.toLowerCase();
    });
}
function closings(visible, { source, place, closes }) {
    if (!closes)
        return [];
    return Array.from(visible.text.matchAll(references_closing), ({ indices }) => {
        const [start, end] = indices?.[1] ?? [0, 0];
        return { start, end };
    }).filter((span) => {
        const { from, to } = rangeOf(visible, span);
        const text = source.slice(from, to).replace(/^<|>$/g, '');
        return !/^(?:https?:|www\.)/i.test(text) || readIssue(text, place) !== undefined;
    });
}
function foreignAddresses(visible, { source, place }) {
    return spansOf(visible.text, address)
        .map((span) => ({ ...span, text: visible.text.slice(span.start, span.end) }))
        .filter(({ text }) => isForeignIssue(text, place))
        .map(({ text, ...span }) => {
        const range = rangeOf(visible, span);
        const other = redirect(text, place);
        return other === undefined ? asCode(source, range) : { ...range, text: other };
    });
}
function rangeOf(visible, { start, end }) {
    return { from: visible.from[start] ?? 0, to: visible.to[end - 1] ?? 0 };
}
/** As an element, which no backtick beside it changes; but in Markdown, an address would be a link even there. */
function asCode(source, range) {
    const text = source.slice(range.from, range.to).replace(/^<|>$/g, '');
    const isAddress = /^(?:https?:|www\.)/i.test(text);
    return { ...range, text: isAddress ? `\`${text}\`` : `<code>${text}</code>` };
}

;// CONCATENATED MODULE: ./build/markdown/tame.js









/** An edit can make new Markdown of what stands around it; honest text settles in two or three rounds. */
const rounds = 8;
/**
 * An agent's Markdown that mentions nobody, closes and cross-references no issue, loads nothing from other hosts, and
 * hides nothing: no comments, no invisible characters. Code stays as it is, and so does the rest of the text. A text
 * that is crafted to be hard, or that does not settle, is shown as code as a whole.
 */
function tameMarkdown(markdown, publication) {
    return uncrafted(() => settle(markdown, publication)) ?? (0,code_block/* asCode */.q)(markdown);
}
function settle(markdown, publication) {
    let text = markdown.toWellFormed().replace(quotedTab, ' ');
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
function findEdits(source, { closes = false, ...place }) {
    const root = parseMarkdown(source);
    const html = editHtml(root, { source, place });
    const { code, blocks, entities, definitions } = sort(root);
    const hidden = [
        ...(0,invisible/* findInvisible */.tO)(source).filter(outside(code)),
        ...entities.filter(({ from, to }) => {
            const character = decodeCharacter(source.slice(from, to));
            return (0,invisible/* findInvisible */.tO)(character).length > 0;
        }),
    ];
    const references = blocks
        .flatMap((block) => editReferences(block, { source, place, closes }))
        .filter(outside(html.code));
    return [
        ...hidden.map((range) => ({ ...range, text: '' })),
        ...html.edits,
        ...editAddresses(root, { source, place }),
        ...references,
        ...definitions.flatMap((node) => endDefinition(source, node)),
        ...endOf(root, source, html.ends),
    ];
}
/** The pieces that matter: code, blocks with text, character references. */
function sort(root) {
    const found = {
        code: [],
        blocks: [],
        entities: [],
        definitions: [],
    };
    const visit = (node) => {
        if (isCode(node))
            found.code.push(node);
        if (isLeaf(node) || isHtmlBlock(node))
            found.blocks.push(node);
        if (node.name === 'Entity')
            found.entities.push(node);
        if (node.name === 'LinkReference')
            found.definitions.push(node);
        node.children.forEach(visit);
    };
    visit(root);
    return found;
}
/** What follows a definition without a blank line may be text for GitHub where it looks like code or HTML. */
function endDefinition(source, { to }) {
    const next = /^[ \t]*\n(?![ \t]*(?:\n|$)|[ >]{0,3}\[)/.test(source.slice(to, to + 1000));
    return next ? [{ from: to, to, text: '\n' }] : [];
}
/** A fence or an element that the text leaves open would swallow what follows it. */
function endOf(root, source, ends) {
    const last = root.children.at(-1);
    const marks = last?.children.filter(({ name }) => name === 'CodeMark') ?? [];
    const [mark] = marks;
    const open = last?.name === 'FencedCode' && marks.length === 1 && mark;
    const fence = open ? `\n${source.slice(open.from, open.to)}` : '';
    const text = fence + ends;
    return text === '' ? [] : [{ from: source.length, to: source.length, text }];
}

// EXTERNAL MODULE: ./build/session/log-line.js
var log_line = __webpack_require__(83292);
// EXTERNAL MODULE: ./build/publish/held-back.js
var held_back = __webpack_require__(10081);
// EXTERNAL MODULE: ./build/publish/publication.js
var publication = __webpack_require__(70214);
;// CONCATENATED MODULE: ./build/publish/change-publication.js









/** A change that is not whole is nobody's to commit: it stays a patch. */
async function publishChange(result, ready, signal) {
    const wanted = ready.publish.what.filter((one) => one !== 'comment');
    if (wanted.length === 0)
        return result;
    const reason = whyNoChange(result);
    const all = reason === undefined
        ? await publishWanted(wanted, { ...ready, result }, signal)
        : { ...publication/* nothing */.s, problems: [reason] };
    // Names of files are the agent's words, too.
    const published = await ready.redactor.clean(all, signal);
    for (const line of [...published.notes, ...published.problems])
        ready.runner.info((0,log_line/* safeLine */.o)(line, longestLine));
    return (0,publication/* judged */.g)({ ...result, published });
}
async function publishWanted(wanted, changing, signal) {
    const { github, env, temporary, patchFile, redactor, publish, result } = changing;
    const unseen = (0,held_back/* unseenVerdicts */.z)(result.change);
    if (patchFile === undefined && unseen.length > 0)
        return { ...publication/* nothing */.s, files: [...unseen] };
    const { base = '' } = result.change ?? {};
    const saved = { github, env, temporary, base, policy: publish.policy, scan: redactor };
    const change = patchFile
        ? await prepareChange({ ...saved, patchFile }, signal)
        : { verdicts: [] };
    let all = publication/* nothing */.s;
    for (const one of wanted)
        all = join(all, await (one === 'commit' ? commit : change_publication_propose)(change, changing, signal));
    return { ...all, files: [...(all.files ?? []), ...unseen] };
}
/** Why a change is not published at all. */
function whyNoChange({ outcome, change }) {
    if (outcome !== 'completed')
        return `The run ended as ${outcome}, so its change was not published. What there is of it is in the patch file.`;
    if (change === undefined)
        return 'The run has no change to publish: its mode was not implement.';
    return undefined;
}
const longestLine = 2000;
async function commit(change, { github, publish, event, result }, signal) {
    const destination = destinationOf(publish, event);
    const words = wordsOf(publish, result);
    return await publishCommit({ github, change, destination, words }, signal);
}
function destinationOf({ branch }, event) {
    if (branch !== undefined)
        return { kind: 'branch', branch };
    if (event.kind === 'pull request' && event.number !== undefined)
        return { kind: 'pull-request', number: event.number };
    return { kind: 'branch', branch: (0,event_event/* workBranchOf */.P$)(event) ?? '' };
}
async function change_publication_propose(change, { github, publish, event, result, redactor }, signal) {
    const { base, title, draft, labels } = publish.pullRequest;
    const baseBranch = base ?? baseOf(event);
    const { server } = github;
    const { repository, answer } = result;
    const body = change_publication_bodyOf(answer, { server, repository, closes: true });
    const todo = {
        ...{ github, change, baseBranch, title, draft, labels },
        branch: publish.branch ?? ownBranchName(event),
        // What is invisible and taken out may have stood inside of a secret.
        body: await redactor.clean(body, signal),
        words: wordsOf(publish, result),
    };
    return await publishPullRequest(todo, signal);
}
/** A pull request's body has at most 65,536 characters; this many are read of an answer, since some may be taken out. */
const readable = 3 * 65_536;
function change_publication_bodyOf(answer, publication) {
    const body = tameMarkdown(answer.slice(0, readable), publication);
    return answer.length > readable ? `${body}\n\nThe rest is in the run directory.` : body;
}
/** The branch that the change was made on; of a fork's pull request, the one that it is for. */
function baseOf(event) {
    const { kind, head, base } = event;
    if (kind !== 'pull request')
        return (0,event_event/* branchOf */.W0)(event);
    return head?.fork === false ? head.ref : base?.ref;
}
function wordsOf({ commitMessage }, { model, variant, runUrl }) {
    return { message: commitMessage, model, variant, runUrl };
}
function join(before, more) {
    const { verdicts, note, problem, ...known } = more;
    return {
        ...before,
        ...known,
        files: [...verdicts],
        notes: [...new Set([...before.notes, ...(note === undefined ? [] : [note])])],
        problems: [...new Set([...before.problems, ...(problem === undefined ? [] : [problem])])],
    };
}

// EXTERNAL MODULE: ./build/publish/words.js
var words = __webpack_require__(3749);
;// CONCATENATED MODULE: ./build/publish/comment-body.js






/** GitHub takes 65,536 characters; what counts as one is safest read as a UTF-16 unit. */
const largestBody = 65_536;
const pages = 5;
/** For the page's number and what stands around the footer. */
const comment_body_spare = 64;
/** An answer beyond this many characters does not fit into any comment, so that the rest need not be read. */
const readableAnswer = largestBody * pages;
/** How many files of a kind a comment names. */
const listedFiles = 10;
/** A result as the bodies of one to five comments. */
function renderComment(result, options) {
    const { key, server, heldBack = [] } = options;
    const tame = (text) => tameMarkdown(text, { server, repository: result.repository });
    const rest = `**The answer is longer than ${pages} comments.** ${whole(result)}`;
    const title = result.outcome === 'completed' ? '' : `### ${(0,words/* headline */.Pl)(result)}`;
    const text = [
        title,
        tame((0,words/* renderReason */.J)(result)),
        renderAnswer(result, tame, rest),
        tame(renderChange(result)),
        tame(renderHeldBack(heldBack)),
        renderPublished(result),
    ].filter((part) => part !== '');
    const footer = renderFooter(result);
    const head = (page) => `${writeMarker({ key, page })}\n`;
    const limit = largestBody - head(pages).length - footer.length - comment_body_spare;
    const bodies = cutPages(text.join('\n\n'), { limit, pages, rest });
    return bodies.map((body, index) => {
        const number = bodies.length > 1 ? `page ${index + 1} of ${bodies.length} · ` : '';
        return `${head(index + 1)}${body}\n\n<sub>${number}${footer}</sub>\n`;
    });
}
function renderAnswer(result, tame, rest) {
    const { answer } = result;
    if (answer === '')
        return '';
    const label = (0,words/* answerLabel */.xD)(result);
    if (answer.length <= readableAnswer)
        return label + tame(answer);
    return `${label}${tame(answer.slice(0, readableAnswer))}\n\n${rest}`;
}
function renderChange({ change, partial }) {
    if (!change)
        return '';
    const { files } = change;
    if (files.length + change.unseen.length === 0)
        return '**No files were changed.**';
    const names = files.slice(0, listedFiles).map(({ path, additions, deletions }) => {
        const lines = additions === undefined ? 'binary' : `+${additions} −${deletions ?? 0}`;
        return `${(0,words/* code */.aY)(path)} (${lines})`;
    });
    const more = files.length > listedFiles ? `, and ${files.length - listedFiles} more` : '';
    return names.length === 0
        ? ''
        : `**${(0,words/* titleOfChange */.GE)(change, partial)}:** ${names.join(', ')}${more}`;
}
/** Commit and pull request are of this repository: GitHub makes links of them. */
function renderPublished({ published }) {
    const { commitSha, branch, pullRequestNumber } = published ?? {};
    if (commitSha === undefined || branch === undefined)
        return '';
    const pull = pullRequestNumber === undefined ? '' : `, pull request #${pullRequestNumber}`;
    return `**Committed** as ${commitSha} to ${(0,words/* code */.aY)(branch)}${pull}.`;
}
function renderHeldBack(files) {
    if (files.length === 0)
        return '';
    const rows = files
        .slice(0, listedFiles)
        .map(({ path, reason }) => `- ${(0,words/* code */.aY)(path)}: ${(0,words/* plain */.pj)(reason)}`);
    const more = files.length > listedFiles ? [`- … and ${files.length - listedFiles} more`] : [];
    return [`**${(0,build_text/* counted */.hS)(files.length, 'file')} held back:**`, '', ...rows, ...more].join('\n');
}
function renderFooter(result) {
    const { model, variant, usage, priced, duration, runUrl } = result;
    const name = model && `${model}${variant ? ` (${variant})` : ''}`;
    const cost = priced ? (0,build_text/* dollars */.E9)(usage.cost) : 'cost unknown';
    return [
        name && `<code>${(0,words/* plain */.pj)((0,build_text/* quote */.hD)(name).slice(1, -1).replaceAll('&', '&amp;'))}</code>`,
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

;// CONCATENATED MODULE: ./build/publish/publishing.js








/** Publishing has a time of its own, so that a run that took all of its own is published, too. */
const changeMs = 8 * 60_000;
/** The comment, which tells what became of the change, has its own. */
const commentMs = 2 * 60_000;
/**
 * Publishes a result where the inputs ask for it: the change of a run that completed, then the comment, which tells what
 * became of it. A run that completed and could not be published ends as `publish-failed`, one whose whole change was held
 * back as `blocked`. Nobody waits for a cancelled one, and a skipped one says nothing: a stranger must not make a bot talk.
 */
async function publishResult(result, publishing, signal) {
    const { what, token } = publishing.publish;
    if (what.length === 0 || token === undefined || isSilent(result))
        return result;
    const { env, runner } = publishing;
    const within = (limitMs) => {
        const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
        const deadline = Date.now() + limitMs;
        const github = (0,client.createGitHub)({ token, env, log: runner.info, deadline }, limit);
        return { limit, ready: { ...publishing, github } };
    };
    return await runner.group('Publish', async () => {
        const { limit, ready } = within(changeMs);
        const changed = await publishChange(result, ready, limit).catch((error) => unpublished(result, error));
        const last = within(commentMs);
        const done = what.includes('comment')
            ? await comment(changed, last.ready, last.limit).catch((error) => unpublished(changed, error))
            : changed;
        return signal.aborted ? cancelledFrom(done) : done;
    });
}
function isSilent({ outcome }) {
    return outcome === 'cancelled' || outcome === 'skipped';
}
/** Whatever goes wrong here, the run that was paid for is still saved and told of. */
function unpublished(result, error) {
    const problem = `The publication broke off: ${(0,build_text/* oneLine */.TN)((0,build_text/* messageOf */.bD)(error))}`;
    const before = result.published ?? publication/* nothing */.s;
    return (0,publication/* judged */.g)({ ...result, published: { ...before, problems: [...before.problems, problem] } });
}
function cancelledFrom(result) {
    if (result.outcome !== 'publish-failed')
        return result;
    const reason = 'The workflow was cancelled while the run was published.';
    return { ...result, outcome: 'cancelled', reason, problems: [] };
}
async function comment(result, ready, signal) {
    const { github, publish, event, runner, redactor } = ready;
    const issue = publish.issue ?? event.number ?? 0;
    const key = keyOf(publish, event);
    const heldBack = (0,held_back/* heldBackOf */.g)(result);
    // What is invisible and taken out may have stood inside of a secret.
    const rendered = renderComment(result, { key, server: github.server, heldBack });
    const bodies = await redactor.clean(rendered, signal);
    const before = result.published ?? publication/* nothing */.s;
    try {
        const { id, url } = await publishComment({ github, issue, key, bodies });
        runner.info(`Commented: ${url}`);
        return { ...result, published: { ...before, commentId: id, commentUrl: url } };
    }
    catch (error) {
        const permission = commentPermission(issue, event);
        const problem = (0,refusal/* problemOf */.Z)(error, { doing: `comment on #${issue}`, permission });
        return (0,publication/* judged */.g)({ ...result, published: { ...before, problems: [...before.problems, problem] } });
    }
}
function commentPermission(issue, { number, kind }) {
    if (issue !== number)
        return 'pull-requests: write" or, for an issue, "issues: write';
    return kind === 'issue' ? 'issues: write' : 'pull-requests: write';
}
/** A comment that is new with each run has a key that is this run's own, so that it is found again after a lost answer. */
function keyOf({ comment: { key, mode } }, { runId, runAttempt }) {
    return mode === 'new' ? `${key} ${runId}.${runAttempt}` : key;
}


/***/ })

};
