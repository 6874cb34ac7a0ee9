export const id = 463;
export const ids = [463,674];
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


/***/ })

};
