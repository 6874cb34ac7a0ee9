import { expect, test } from '@jest/globals'
import {
  allowedEnvironment,
  runnerTokens,
  withoutLoopbackProxy,
} from '../../src/programs/environment.ts'

const env = {
  PATH: '/bin',
  LANG: 'C',
  LC_ALL: 'C',
  https_proxy: 'http://proxy:1',
  NODE_EXTRA_CA_CERTS: '/ca.pem',
  RUNNER_TRACKING_ID: 'github_1',
  RUNNER_TEMP: '/tmp',
  GITHUB_TOKEN: 't',
  GITHUB_ENV: '/e',
  ACTIONS_RUNTIME_TOKEN: 't',
  'INPUT_SERVER-PASSWORD': 'p',
  STATE_pid: '1',
  SECRET: 's',
  OPENAI_API_KEY: 'k',
  LD_PRELOAD: '/evil.so',
}

test('the allow-list lets through PATH, locale, proxy, CA and tracking id, and nothing else', () => {
  const names = Object.keys(allowedEnvironment(env)).sort()
  expect(names).toEqual([
    'LANG',
    'LC_ALL',
    'NODE_EXTRA_CA_CERTS',
    'PATH',
    'RUNNER_TRACKING_ID',
    'https_proxy',
  ])
})

test('named variables pass, those of the runner never, whoever names them', () => {
  const passed = allowedEnvironment(env, Object.keys(env))
  expect(passed).toMatchObject({ OPENAI_API_KEY: 'k', SECRET: 's' })
  expect(Object.keys(passed).filter((name) => /^(GITHUB|ACTIONS|INPUT|STATE)_/.test(name))).toEqual(
    [],
  )
  expect(passed).not.toHaveProperty('RUNNER_TEMP')
  expect(passed).toHaveProperty('RUNNER_TRACKING_ID')
})

test('every token of the runner is a known secret, and so is what an input holds; no setting is', () => {
  const tokens = {
    ACTIONS_RUNTIME_TOKEN: 'runtime',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request',
    ACTIONS_CACHE_TOKEN: 'cache',
    ACTIONS_RESULTS_TOKEN: 'results',
    GITHUB_TOKEN: 'job',
    'INPUT_GITHUB-TOKEN': 'input',
    'INPUT_SERVER-PASSWORD': 'password',
    OPENCODE_SERVER_PASSWORD: 'server',
  }
  const settings = {
    'INPUT_MAX-TOKENS': '100000',
    'INPUT_COMMENT-KEY': 'opencode',
    ACTIONS_ID_TOKEN_REQUEST_URL: 'https://runner.example/',
    GITHUB_REPOSITORY: 'octo/sample',
    MY_TOKEN: 'of the workflow',
  }
  const empty = { 'INPUT_OTHER-TOKEN': '', GITHUB_OTHER_TOKEN: undefined }
  expect(runnerTokens({ ...settings, ...tokens, ...empty })).toEqual(Object.values(tokens))
})

test('loopback never goes through a proxy', () => {
  expect(
    withoutLoopbackProxy({ https_proxy: 'http://proxy:1', no_proxy: 'intranet' }).NO_PROXY,
  ).toBe('intranet,localhost,127.0.0.1,::1')
  expect(withoutLoopbackProxy({ PATH: '/bin' })).toEqual({ PATH: '/bin' })
})
