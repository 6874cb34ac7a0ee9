export const id = 270;
export const ids = [270];
export const modules = {

/***/ 76270:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   addCall: () => (/* binding */ addCall)
/* harmony export */ });
const mostRecords = 500;
/** Adds a call: all are counted, and the newest are kept as records. */
function addCall(calls, call) {
    const failed = call.error !== undefined || (call.status ?? 0) >= 400;
    return {
        count: (calls?.count ?? 0) + 1,
        failed: (calls?.failed ?? 0) + (failed ? 1 : 0),
        records: [...(calls?.records ?? []), call].slice(-mostRecords),
    };
}


/***/ })

};
