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
const flags = {
    read: 'pull',
    triage: 'triage',
    write: 'push',
    maintain: 'maintain',
    admin: 'admin',
};
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
    const data = await unlessMissing(octokit.rest.repos.getCollaboratorPermissionLevel(asked));
    if (data === undefined)
        return { role: 'none', levels: [] };
    const { permission, role_name: role = permission, user } = permissionShape.parse(data);
    const ranked = levelsUpTo(role) ?? levelsUpTo(permission) ?? [];
    const levels = everyLevel.filter((one) => user?.permissions?.[flags[one]] ?? ranked.includes(one));
    return { role, levels };
}
/** Undefined for a role that is not GitHub's own. */
function levelsUpTo(role) {
    const names = ['none', ...everyLevel];
    const at = names.indexOf(role);
    return at < 0 ? undefined : everyLevel.slice(0, at);
}
const accountShape = zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({ type: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP() });
/** The type of an account by `GET /users/{username}`; undefined if it does not exist. */
async function readAccountType(github, login) {
    const data = await unlessMissing(github.octokit.rest.users.getByUsername({ username: login }));
    return data === undefined ? undefined : accountShape.parse(data).type;
}
async function unlessMissing(asked) {
    try {
        // An answer without a body is none.
        return (await asked).data ?? null;
    }
    catch (error) {
        if ((0,_answer_js__WEBPACK_IMPORTED_MODULE_0__/* .statusOf */ .c2)(error) === 404)
            return undefined;
        throw error;
    }
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
