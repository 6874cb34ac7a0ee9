export const id = 165;
export const ids = [165,463];
export const modules = {

/***/ 4165:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   readAccountType: () => (/* binding */ readAccountType),
/* harmony export */   readPermission: () => (/* binding */ readPermission)
/* harmony export */ });
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(27597);
/* harmony import */ var _inputs_inputs_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(29046);
/* harmony import */ var _client_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(44463);



const flags = {
    read: 'pull',
    triage: 'triage',
    write: 'push',
    maintain: 'maintain',
    admin: 'admin',
};
const flag = zod__WEBPACK_IMPORTED_MODULE_2__/* .boolean */ .zMY().optional();
const answered = zod__WEBPACK_IMPORTED_MODULE_2__/* .object */ .Ikc({
    /** `none`, `read`, `write` or `admin`: it knows neither triage nor maintain. */
    permission: zod__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP(),
    role_name: zod__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP().optional(),
    user: zod__WEBPACK_IMPORTED_MODULE_2__/* .object */ .Ikc({
        permissions: zod__WEBPACK_IMPORTED_MODULE_2__/* .object */ .Ikc({ pull: flag, triage: flag, push: flag, maintain: flag, admin: flag })
            .optional(),
    })
        .nullish(),
});
/**
 * The permission of an account by `GET /repos/{owner}/{repo}/collaborators/{username}/permission`, which any token of a
 * workflow may ask (metadata: read), and a personal one whose owner may push. GitHub answers `none` or 404 for apps, and for who is no collaborator; on a public
 * repository everybody has `read`.
 */
async function readPermission(github, login) {
    const { octokit, owner, repo } = github;
    const asked = { owner, repo, username: login };
    const data = await unlessMissing(octokit.rest.repos.getCollaboratorPermissionLevel(asked));
    if (data === undefined)
        return { role: 'none', levels: [] };
    const { permission, role_name: role = permission, user } = answered.parse(data);
    const ranked = levelsUpTo(role) ?? levelsUpTo(permission) ?? [];
    const levels = everyLevel.filter((one) => user?.permissions?.[flags[one]] ?? ranked.includes(one));
    return { role, levels };
}
const everyLevel = _inputs_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .permissionLevels */ .zB.filter((level) => level !== 'none');
/** Undefined for a role that is not GitHub's own. */
function levelsUpTo(role) {
    const names = _inputs_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .permissionLevels */ .zB;
    const at = names.indexOf(role);
    return at < 0 ? undefined : everyLevel.slice(0, at);
}
const account = zod__WEBPACK_IMPORTED_MODULE_2__/* .object */ .Ikc({ type: zod__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP() });
/** The type of an account by `GET /users/{username}`; undefined if there is none of that name. */
async function readAccountType(github, login) {
    const data = await unlessMissing(github.octokit.rest.users.getByUsername({ username: login }));
    return data === undefined ? undefined : account.parse(data).type;
}
async function unlessMissing(asked) {
    try {
        // An answer without a body is none.
        return (await asked).data ?? null;
    }
    catch (error) {
        if ((0,_client_js__WEBPACK_IMPORTED_MODULE_1__.statusOf)(error) === 404)
            return undefined;
        throw error;
    }
}


/***/ }),

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


/***/ })

};
