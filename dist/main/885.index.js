export const id = 885;
export const ids = [885];
export const modules = {

/***/ 86380:
/***/ ((module) => {

function webpackEmptyContext(req) {
	var e = new Error("Cannot find module '" + req + "'");
	e.code = 'MODULE_NOT_FOUND';
	throw e;
}
webpackEmptyContext.keys = () => ([]);
webpackEmptyContext.resolve = webpackEmptyContext;
webpackEmptyContext.id = 86380;
module.exports = webpackEmptyContext;

/***/ }),

/***/ 84486:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  downloadBinary: () => (/* binding */ downloadBinary)
});

// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(19473);
// EXTERNAL MODULE: ./build/install/failure.js
var install_failure = __webpack_require__(67042);
// EXTERNAL MODULE: external "node:diagnostics_channel"
var external_node_diagnostics_channel_ = __webpack_require__(53053);
// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __webpack_require__(37067);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(57075);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 9 modules
var schemas = __webpack_require__(27597);
;// CONCATENATED MODULE: ./build/install/limits.js




const megabyte = 1e6;
/** Far above what any opencode 1.x has been: about 60 MB packed and 185 MB unpacked, in less than ten entries. */
const limits = {
    tarball: 200 * megabyte,
    unpacked: 700 * megabyte,
    binary: 600 * megabyte,
    entries: 1000,
    /** Of one extended header or long name. */
    metadata: 64 * 1024,
    /** Of the list of versions, which has 0.1 MB in its short form. */
    packument: 64 * megabyte,
};
/** A registry sent more than any opencode has; `message` continues "What it sent has". */
class LimitError extends Error {
}
/** A limit with its words. */
function limitOf(name, what) {
    return { most: limits[name], what: `${limits[name] / megabyte} MB${what}` };
}
/** An error, once `bytes` are more than the limit. */
function checkLimit(bytes, { most, what }) {
    if (bytes > most)
        throw new LimitError(`more than ${what}`);
}
/** Passes chunks on until they are more than the limit; `see` is shown each. */
function limited(limit, see = () => undefined) {
    return async function* (source) {
        let bytes = 0;
        for await (const chunk of source) {
            bytes += chunk.length;
            checkLimit(bytes, limit);
            see(chunk);
            yield chunk;
        }
    };
}
/**
 * What a registry sends, up to the limit. npm's library takes all that comes, however slowly it is read: it is counted
 * as it arrives, since what waits lies in memory.
 */
function arriving(body, limit) {
    if (body === null)
        return external_node_stream_.Readable.from([]);
    let bytes = 0;
    const stream = new external_node_stream_.Readable({ read: () => undefined });
    body.on('data', (chunk) => {
        bytes += chunk.length;
        if (bytes <= limit.most)
            stream.push(chunk);
        else
            stream.destroy(new LimitError(`more than ${limit.what}`));
    });
    body.once('end', () => stream.push(null));
    body.once('error', (error) => stream.destroy(error));
    return stream;
}
/**
 * A signal that ends a request which nobody reads any more, as after a full disk. Until it is disposed, only the bodies of
 * successful answers are read.
 */
function closing(signal) {
    const close = new AbortController();
    (0,external_node_diagnostics_channel_.subscribe)(answers, dropBody);
    return {
        signal: AbortSignal.any([signal, close.signal]),
        [Symbol.dispose]() {
            (0,external_node_diagnostics_channel_.unsubscribe)(answers, dropBody);
            close.abort();
        },
    };
}
/** Node publishes here each answer whose head has come, before anything of its body is read (diagnostics_channel). */
const answers = 'http.client.response.finish';
const published = schemas/* object */.Ikc({ response: schemas/* instanceof */.Nlp(external_node_http_.IncomingMessage) });
/**
 * npm's library reads the bodies of errors and redirects to their end, though only the head counts, and unpacks what it
 * didn't ask for: a few kB of Brotli are gigabytes.
 */
function dropBody(message) {
    const { response } = published.parse(message);
    const { statusCode = 0, headers } = response;
    const isSuccess = statusCode >= 200 && statusCode < 300;
    const isExpected = /^(x-)?(gzip|deflate)$/.test(headers['content-encoding'] ?? '');
    if (!isSuccess || !isExpected)
        delete headers['content-encoding'];
    if (!isSuccess)
        response.destroy(new Error('The body is not read'));
}

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./node_modules/@npmcli/config/lib/index.js
var lib = __webpack_require__(42384);
// EXTERNAL MODULE: ./node_modules/@npmcli/config/lib/definitions/index.js
var definitions = __webpack_require__(16913);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/errors.js
var classic_errors = __webpack_require__(961);
// EXTERNAL MODULE: ./build/programs/programs.js
var programs = __webpack_require__(52663);
;// CONCATENATED MODULE: ./build/install/npm-config.js






const settings = schemas/* looseObject */._H3({
    registry: schemas/* url */.OZ5(),
    replaceRegistryHost: schemas/* string */.YjP(),
    retry: schemas/* object */.Ikc({
        retries: schemas/* number */.aig(),
        factor: schemas/* number */.aig(),
        minTimeout: schemas/* number */.aig(),
        maxTimeout: schemas/* number */.aig(),
    }),
});
/** Reads npm's configuration of the runner: environment, user and global `.npmrc`, never a project's. */
async function readNpmConfig(env) {
    const node = (0,programs/* findProgram */.Kp)('node', env)?.path ?? process.execPath;
    const config = new lib({
        ...definitions,
        // In the global location npm reads no `.npmrc` of a project.
        argv: ['node', 'npm', '--location=global'],
        // npm writes into the environment that it is given.
        env: { ...env },
        // npm's global and built-in configuration lie beside the node that runs it.
        execPath: node,
        npmPath: (0,external_node_path_.join)((0,external_node_path_.dirname)(node), process.platform === 'win32' ? '.' : '../lib', 'node_modules/npm'),
    });
    try {
        // Not `validate`, which would print a deprecation warning of node for every URL that is set.
        await config.load();
        const flat = settings.parse(config.flat);
        // Retries are the caller's, who can tell of them; npm's cache would be a second copy.
        const request = { ...flat, retry: { retries: 0 }, cache: undefined };
        const publicHost = new URL(String(definitions.definitions.registry?.default)).hostname;
        return { ...flat, host: new URL(flat.registry).host, publicHost, request };
    }
    catch (error) {
        throw unusable(error);
    }
}
function unusable(error) {
    const reason = error instanceof classic_errors/* ZodError */.G
        ? error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join(', ')
        : error;
    const message = `The download of opencode follows npm's configuration on this runner, which cannot be used (${reason}). Fix it with "npm config".`;
    return new errors/* UserError */.y('install-failed', message, { cause: error });
}

// EXTERNAL MODULE: ./build/install/progress.js
var progress = __webpack_require__(15833);
// EXTERNAL MODULE: external "node:stream/consumers"
var consumers_ = __webpack_require__(38321);
// EXTERNAL MODULE: ./node_modules/npm-registry-fetch/lib/index.js
var npm_registry_fetch_lib = __webpack_require__(5706);
// EXTERNAL MODULE: ./node_modules/ssri/lib/index.js
var ssri_lib = __webpack_require__(68951);
;// CONCATENATED MODULE: ./build/install/registry.js
var __addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
    if (value !== null && value !== void 0) {
        if (typeof value !== "object" && typeof value !== "function") throw new TypeError("Object expected.");
        var dispose, inner;
        if (async) {
            if (!Symbol.asyncDispose) throw new TypeError("Symbol.asyncDispose is not defined.");
            dispose = value[Symbol.asyncDispose];
        }
        if (dispose === void 0) {
            if (!Symbol.dispose) throw new TypeError("Symbol.dispose is not defined.");
            dispose = value[Symbol.dispose];
            if (async) inner = dispose;
        }
        if (typeof dispose !== "function") throw new TypeError("Object not disposable.");
        if (inner) dispose = function() { try { inner.call(this); } catch (e) { return Promise.reject(e); } };
        env.stack.push({ value: value, dispose: dispose, async: async });
    }
    else if (async) {
        env.stack.push({ async: true });
    }
    return value;
};
var __disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
    return function (env) {
        function fail(e) {
            env.error = env.hasError ? new SuppressedError(e, env.error, "An error was suppressed during disposal.") : e;
            env.hasError = true;
        }
        var r, s = 0;
        function next() {
            while (r = env.stack.pop()) {
                try {
                    if (!r.async && s === 1) return s = 0, env.stack.push(r), Promise.resolve().then(next);
                    if (r.dispose) {
                        var result = r.dispose.call(r.value);
                        if (r.async) return s |= 2, Promise.resolve(result).then(next, function(e) { fail(e); return next(); });
                    }
                    else s |= 1;
                }
                catch (e) {
                    fail(e);
                }
            }
            if (s === 1) return env.hasError ? Promise.reject(env.error) : Promise.resolve();
            if (env.hasError) throw env.error;
        }
        return next();
    };
})(typeof SuppressedError === "function" ? SuppressedError : function (error, suppressed, message) {
    var e = new Error(message);
    return e.name = "SuppressedError", e.error = error, e.suppressed = suppressed, e;
});






const packument = schemas/* object */.Ikc({ versions: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* unknown */.L5J()) });
const manifest = schemas/* object */.Ikc({
    dist: schemas/* object */.Ikc({ tarball: schemas/* url */.OZ5(), integrity: schemas/* string */.YjP().optional() }),
    optionalDependencies: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP()).default({}),
});
/** Asks the registry for a version; one that it does not have is a `UserError` that names what there is. */
async function findPublished(npm, { name, version }, signal) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        // The abbreviated form, as npm asks for it: https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md
        const accept = 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*';
        const connection = __addDisposableResource(env_1, closing(signal), false);
        const options = { ...npm.request, headers: { accept }, signal: connection.signal };
        const { body } = await npm_registry_fetch_lib(`/${name}`, options);
        const json = await (0,consumers_.text)(arriving(body, limitOf('packument', ' of versions')));
        const { versions } = packument.parse(JSON.parse(json));
        if (!Object.hasOwn(versions, version)) {
            throw new errors/* UserError */.y('install-failed', `The registry ${npm.host} has no ${name} ${version}, but ${known(Object.keys(versions), version)}. Check the opencode-version input.`);
        }
        const { dist, optionalDependencies } = manifest.parse(versions[version]);
        return {
            tarball: atRegistry(dist.tarball, npm),
            // `parse` answers null to an empty string, which its types do not say.
            integrity: ssri_lib.parse(dist.integrity ?? '')?.sha512?.join(' '),
            optionalDependencies,
        };
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        __disposeResources(env_1);
    }
}
function known(versions, wanted) {
    const order = new Intl.Collator('en', { numeric: true }).compare;
    const usable = versions.filter((version) => /^1\.\d+\.\d+$/.test(version)).sort(order);
    const below = usable.findLast((version) => order(version, wanted) < 0);
    const above = usable.find((version) => order(version, wanted) > 0);
    const choice = new Set([below, above, usable.at(-1)].filter((version) => version !== undefined));
    return choice.size === 0 ? 'no version 1.x' : [...choice].join(', ');
}
/** npm's `replace-registry-host`: tarballs of the public registry come from the configured one, under its path. */
function atRegistry(tarball, npm) {
    const { replaceRegistryHost, publicHost } = npm;
    const replaced = replaceRegistryHost === 'npmjs' ? publicHost : replaceRegistryHost;
    const from = new URL(tarball);
    if (replaced !== 'always' && replaced !== from.hostname)
        return tarball;
    const to = new URL(npm.registry);
    const base = to.pathname.replace(/\/$/, '');
    to.pathname = from.pathname.startsWith(`${base}/`) ? from.pathname : base + from.pathname;
    return to.href;
}

// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(58500);
;// CONCATENATED MODULE: ./build/install/retry.js


/** Repeats `attempt` while the connection to the registry breaks; `log` hears of every wait. */
async function retrying(attempt, { retries, factor, minTimeout, maxTimeout, log }, signal) {
    for (let retry = 0;; retry++) {
        try {
            return await attempt();
        }
        catch (error) {
            const failure = (0,install_failure/* failureOf */.g)(error);
            if (signal.aborted || failure.kind !== 'broken' || retry >= retries)
                throw error;
            // npm waits for ten seconds at first; a connection that broke off is mostly there again at once.
            const wait = Math.min(Math.min(minTimeout, 1000) * factor ** retry, maxTimeout);
            log(`The connection to the registry broke off (${failure.code}): attempt ${retry + 2} of ${retries + 1} in ${wait / 1000} s`);
            await (0,promises_.setTimeout)(wait, undefined, { signal });
        }
    }
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:stream/promises"
var external_node_stream_promises_ = __webpack_require__(46466);
// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __webpack_require__(38522);
// EXTERNAL MODULE: ./node_modules/tar/dist/esm/index.min.js
var index_min = __webpack_require__(98697);
;// CONCATENATED MODULE: ./build/install/tarball.js
var tarball_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
    if (value !== null && value !== void 0) {
        if (typeof value !== "object" && typeof value !== "function") throw new TypeError("Object expected.");
        var dispose, inner;
        if (async) {
            if (!Symbol.asyncDispose) throw new TypeError("Symbol.asyncDispose is not defined.");
            dispose = value[Symbol.asyncDispose];
        }
        if (dispose === void 0) {
            if (!Symbol.dispose) throw new TypeError("Symbol.dispose is not defined.");
            dispose = value[Symbol.dispose];
            if (async) inner = dispose;
        }
        if (typeof dispose !== "function") throw new TypeError("Object not disposable.");
        if (inner) dispose = function() { try { inner.call(this); } catch (e) { return Promise.reject(e); } };
        env.stack.push({ value: value, dispose: dispose, async: async });
    }
    else if (async) {
        env.stack.push({ async: true });
    }
    return value;
};
var tarball_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
    return function (env) {
        function fail(e) {
            env.error = env.hasError ? new SuppressedError(e, env.error, "An error was suppressed during disposal.") : e;
            env.hasError = true;
        }
        var r, s = 0;
        function next() {
            while (r = env.stack.pop()) {
                try {
                    if (!r.async && s === 1) return s = 0, env.stack.push(r), Promise.resolve().then(next);
                    if (r.dispose) {
                        var result = r.dispose.call(r.value);
                        if (r.async) return s |= 2, Promise.resolve(result).then(next, function(e) { fail(e); return next(); });
                    }
                    else s |= 1;
                }
                catch (e) {
                    fail(e);
                }
            }
            if (s === 1) return env.hasError ? Promise.reject(env.error) : Promise.resolve();
            if (env.hasError) throw env.error;
        }
        return next();
    };
})(typeof SuppressedError === "function" ? SuppressedError : function (error, suppressed, message) {
    var e = new Error(message);
    return e.name = "SuppressedError", e.error = error, e.suppressed = suppressed, e;
});







/** Loads a package and writes its binary to `file`, neither executable nor verified yet; says what came. */
async function unpackBinary({ url, file, request, size }, received, signal) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const tarball = (0,external_node_crypto_.createHash)('sha512');
        const binary = (0,external_node_crypto_.createHash)('sha256');
        const connection = tarball_addDisposableResource(env_1, closing(signal), false);
        const response = await npm_registry_fetch_lib(url, { ...request, signal: connection.signal });
        received.bytes = 0;
        received.total = Number(response.headers.get('content-length')) || undefined;
        const limit = size === undefined ? limitOf('tarball', '') : exactly(size);
        if (!response.headers.has('content-encoding'))
            checkLimit(received.total ?? 0, limit);
        await (0,external_node_stream_promises_.pipeline)(arriving(response.body, limit), limited(limit, (chunk) => {
            received.bytes += chunk.length;
            tarball.update(chunk);
        }), (0,external_node_zlib_.createGunzip)({ chunkSize: 2 ** 20 }), binaryOf, limited(limitOf('binary', ' of binary'), (chunk) => binary.update(chunk)), (0,external_node_fs_.createWriteStream)(file, { mode: 0o600 }), { signal });
        return {
            integrity: `sha512-${tarball.digest('base64')}`,
            binary: `sha256-${binary.digest('base64')}`,
            size: received.bytes,
        };
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        tarball_disposeResources(env_1);
    }
}
function exactly(size) {
    return { most: size, what: `the ${size} bytes that it has to have` };
}
async function* binaryOf(archive) {
    const found = [];
    let binaries = 0;
    let entries = 0;
    let isOver = false;
    const count = () => {
        entries += 1;
        if (entries > limits.entries)
            throw new LimitError(`more than ${limits.entries} entries`);
    };
    const parser = new index_min/* Parser */.iX({
        strict: true,
        // What is unpacked here is a plain archive: no other one in it is unpacked.
        brotli: false,
        zstd: false,
        maxMetaEntrySize: limits.metadata,
        filter: (path) => {
            count();
            return /^[^/]+\/bin\/opencode(\.exe)?$/.test(path);
        },
        onReadEntry: (entry) => {
            binaries += 1;
            entry.on('data', (chunk) => found.push(chunk));
        },
    });
    parser.on('meta', count);
    parser.on('ignoredEntry', ({ meta }) => {
        if (meta)
            throw new LimitError(`more than ${limits.metadata / 1024} KiB of a name`);
    });
    // What comes after the end, the parser would keep.
    parser.on('eof', () => {
        isOver = true;
    });
    let isFirst = true;
    // The parser is synchronous: what it finds in a chunk is there when `write` returns, and what it minds it throws.
    for await (const chunk of limited(limitOf('unpacked', ' unpacked'))(archive)) {
        if (isFirst && chunk[0] === 0x1f)
            throw new Error('An archive in an archive');
        isFirst = false;
        if (!isOver)
            parser.write(chunk);
        yield* found.splice(0);
    }
    parser.end();
    if (binaries !== 1)
        throw new Error(`${binaries} binaries in the package`);
}

;// CONCATENATED MODULE: ./build/install/download.js
var download_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
    if (value !== null && value !== void 0) {
        if (typeof value !== "object" && typeof value !== "function") throw new TypeError("Object expected.");
        var dispose, inner;
        if (async) {
            if (!Symbol.asyncDispose) throw new TypeError("Symbol.asyncDispose is not defined.");
            dispose = value[Symbol.asyncDispose];
        }
        if (dispose === void 0) {
            if (!Symbol.dispose) throw new TypeError("Symbol.dispose is not defined.");
            dispose = value[Symbol.dispose];
            if (async) inner = dispose;
        }
        if (typeof dispose !== "function") throw new TypeError("Object not disposable.");
        if (inner) dispose = function() { try { inner.call(this); } catch (e) { return Promise.reject(e); } };
        env.stack.push({ value: value, dispose: dispose, async: async });
    }
    else if (async) {
        env.stack.push({ async: true });
    }
    return value;
};
var download_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
    return function (env) {
        function fail(e) {
            env.error = env.hasError ? new SuppressedError(e, env.error, "An error was suppressed during disposal.") : e;
            env.hasError = true;
        }
        var r, s = 0;
        function next() {
            while (r = env.stack.pop()) {
                try {
                    if (!r.async && s === 1) return s = 0, env.stack.push(r), Promise.resolve().then(next);
                    if (r.dispose) {
                        var result = r.dispose.call(r.value);
                        if (r.async) return s |= 2, Promise.resolve(result).then(next, function(e) { fail(e); return next(); });
                    }
                    else s |= 1;
                }
                catch (e) {
                    fail(e);
                }
            }
            if (s === 1) return env.hasError ? Promise.reject(env.error) : Promise.resolve();
            if (env.hasError) throw env.error;
        }
        return next();
    };
})(typeof SuppressedError === "function" ? SuppressedError : function (error, suppressed, message) {
    var e = new Error(message);
    return e.name = "SuppressedError", e.error = error, e.suppressed = suppressed, e;
});








/** Writes the verified binary of a platform package to `file`. What does not match is a `UserError`. */
async function downloadBinary(options, signal) {
    const { expected, file, env, log } = options;
    const npm = await readNpmConfig(env);
    const retries = { ...npm.retry, log };
    try {
        const env_1 = { stack: [], error: void 0, hasError: false };
        try {
            const published = await retrying(() => findPublished(npm, options.package, signal), retries, signal);
            const received = { bytes: 0, total: expected?.size };
            const _ = download_addDisposableResource(env_1, (0,progress/* watchProgress */.B)(received, `${label(options.package)} from ${npm.host}`, log), false);
            const wanted = { url: published.tarball, file, request: npm.request, size: expected?.size };
            const digests = await retrying(() => unpackBinary(wanted, received, signal), retries, signal);
            verify(digests, options, { stated: published.integrity, host: npm.host });
            return { ...digests, host: npm.host };
        }
        catch (e_1) {
            env_1.error = e_1;
            env_1.hasError = true;
        }
        finally {
            download_disposeResources(env_1);
        }
    }
    catch (error) {
        signal.throwIfAborted();
        throw explained(error, options.package, npm);
    }
}
function verify(found, { package: asked, expected }, { stated, host }) {
    const integrity = expected?.integrity ?? stated;
    if (integrity === undefined) {
        throw new errors/* UserError */.y('install-failed', `The registry ${host} states no sha512 integrity for ${label(asked)}, so it cannot be verified and was deleted. Use the action's default opencode-version, or a registry that states it.`);
    }
    const pairs = [{ wanted: integrity, got: found.integrity }];
    if (expected !== undefined)
        pairs.push({ wanted: expected.binary, got: found.binary });
    const wrong = pairs.find(({ wanted, got }) => !wanted.split(' ').includes(got));
    if (wrong === undefined)
        return;
    const source = expected ? 'the digest that the action carries' : 'the integrity it states';
    throw new errors/* UserError */.y('install-failed', `What the registry ${host} sent as ${label(asked)} does not match ${source} and was deleted. Expected ${wrong.wanted}, got ${wrong.got}. Check the registry in the runner's npm configuration.`);
}
function explained(error, wanted, npm) {
    if (error instanceof LimitError)
        return tooMuch(error, wanted, npm);
    const { kind, code } = (0,install_failure/* failureOf */.g)(error);
    if (error instanceof errors/* UserError */.y || kind === 'disk')
        return error;
    const sentence = {
        refused: `The registry ${npm.host} refused ${label(wanted)} (${code}). The download follows the runner's npm configuration: check its registry and its token.`,
        missing: `The registry ${npm.host} has no ${label(wanted)} (${code}). The download follows the runner's npm configuration: check its registry.`,
        broken: `The download of ${label(wanted)} from the registry ${npm.host} broke off in every attempt (${code}). Check the network, and the proxy in the runner's npm configuration.`,
        unreachable: `The registry ${npm.host} cannot be used for ${label(wanted)} (${code}). The download follows the runner's npm configuration: check its registry, proxy and CA.`,
        unreadable: `What the registry ${npm.host} sent for ${label(wanted)} is no such package (${code}) and was deleted. Check the registry in the runner's npm configuration.`,
    }[kind];
    return new errors/* UserError */.y('install-failed', sentence, { cause: error });
}
function tooMuch(cause, wanted, { host }) {
    const message = `What the registry ${host} sent for ${label(wanted)} has ${cause.message}: the download was ended, and what there was of it was deleted. Check the registry in the runner's npm configuration.`;
    return new errors/* UserError */.y('install-failed', message, { cause });
}
function label({ name, version }) {
    return `${name} ${version}`;
}


/***/ })

};
