export const id = 165;
export const ids = [165,674];
export const modules = {

/***/ 4165:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   readAccountType: () => (/* binding */ readAccountType),
/* harmony export */   readPermission: () => (/* binding */ readPermission)
/* harmony export */ });
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(27597);
/* harmony import */ var _answer_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(87674);


/** Permissions on a repository, from the least. */
const everyLevel = ['read', 'triage', 'write', 'maintain', 'admin'];
const flag = zod__WEBPACK_IMPORTED_MODULE_1__/* .boolean */ .zMY().optional();
const permissionShape = zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
    /** `none`, `read`, `write` or `admin`: it knows neither triage nor maintain. */
    permission: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    role_name: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().optional(),
    user: zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
        permissions: zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({ pull: flag, triage: flag, push: flag, maintain: flag, admin: flag })
            .optional(),
    })
        .nullish(),
});
/**
 * The permission of an account by `GET /repos/{owner}/{repo}/collaborators/{username}/permission`, which any token of a
 * workflow may ask (metadata: read), and a personal one whose owner may push. GitHub answers `none` or 404 for apps and for
 * accounts that are not collaborators; on a public repository everyone has `read`.
 */
async function readPermission(github, login) {
    const { octokit, owner, repo } = github;
    const asked = { owner, repo, username: login };
    const answer = await (0,_answer_js__WEBPACK_IMPORTED_MODULE_0__/* .unlessMissing */ .F2)(octokit.rest.repos.getCollaboratorPermissionLevel(asked));
    if (answer === undefined)
        return { role: 'none', levels: [] };
    const { permission, role_name: role = permission, user } = permissionShape.parse(answer.data);
    const { pull: read, push: write, ...others } = user?.permissions ?? {};
    const flags = { read, write, ...others };
    const ranked = levelsUpTo(role) ?? levelsUpTo(permission) ?? [];
    return { role, levels: everyLevel.filter((level) => flags[level] ?? ranked.includes(level)) };
}
/** Undefined for a role that is not one of GitHub's. */
function levelsUpTo(role) {
    const names = ['none', ...everyLevel];
    const at = names.indexOf(role);
    return at < 0 ? undefined : everyLevel.slice(0, at);
}
const accountShape = zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({ type: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP() });
/** The type of an account by `GET /users/{username}`; undefined if it does not exist. */
async function readAccountType(github, login) {
    const answer = await (0,_answer_js__WEBPACK_IMPORTED_MODULE_0__/* .unlessMissing */ .F2)(github.octokit.rest.users.getByUsername({ username: login }));
    return answer && accountShape.parse(answer.data).type;
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
