export const id = 74;
export const ids = [74,463];
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


/***/ })

};
