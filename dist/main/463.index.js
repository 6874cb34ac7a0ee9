export const id = 463;
export const ids = [463,674];
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


/***/ })

};
