import { test } from '@jest/globals'

/** A test that needs a sandbox; see `warm-cache.js`. */
export const sandboxTest = process.env.TEST_SANDBOX ? test : test.skip

/** A test that makes the machine another one for the action, which needs root. */
export const rootTest = process.env.TEST_SANDBOX && process.geteuid?.() === 0 ? test : test.skip

/**
 * A launcher that runs a script before, whatever PATH the step has. bash, unlike sh, hands on variables whose names have
 * hyphens.
 */
export const inBash = (script: string) => ['/bin/bash', '-c', `${script}; exec "$@"`, 'bash']

/** Launchers of a step (see the local runner) that make the machine another one; they need root. */
export const launchers = {
  withoutBubblewrap: [
    ...['/usr/bin/unshare', '--mount'],
    ...inBash('mount --bind /dev/null /usr/bin/bwrap'),
  ],
  withoutNamespaces: [
    ...['/usr/bin/unshare', '--user', '--map-root-user'],
    ...inBash('echo 0 > /proc/sys/user/max_user_namespaces'),
  ],
  asNobody: [
    ...inBash(
      'chmod -R a+rX "$RUNNER_TEMP"; chown -R 65534:65534 "$RUNNER_TEMP" "$GITHUB_WORKSPACE"',
    ),
    ...['/usr/bin/setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'],
  ],
} as const
