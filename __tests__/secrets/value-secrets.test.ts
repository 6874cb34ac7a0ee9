import { expect, test } from '@jest/globals'
import { passwordsIn, secretsInValue } from '../../src/secrets/value-secrets.ts'

test.each([
  // Flags and short words.
  ...['', '   ', 'true', 'FALSE', 'yes', 'no', 'on', 'Off', '0', '1', 'none', 'enabled'],
  ...['debug', 'production', 'Development', 'STAGING', 'postgres', 'a1!b2'],
  // Numbers, with units and without; versions, dates.
  ...['8080', '-1', '3.1415', '1048576', '86400000', '300000000000', '512m', '10GB', '1500ms'],
  ...['95%', '20.x', 'v1.18.33', '3.12.1-rc.2', '10.0.0.12:5432', '2025-01-01-preview'],
  // Paths.
  ...['/usr/local/bin', '~/bin/tool', './build/out', '../lib', '/opt/Java_17/lib (x86)'],
  ...['/usr/bin:/usr/local/bin:/home/me/.local/bin', 'C:\\Program Files\\Git;D:\\tools'],
  ...['src/main.ts', '.github/workflows/ci.yml', 'node_modules/.bin', 'Europe/Berlin'],
  ...['America/Argentina/Buenos_Aires', 'octo/sample'],
  // Locales, regions, hosts.
  ...['en_US.UTF-8', 'de-DE', 'zh_Hans_CN', 'C.UTF-8', 'us-east-1', 'us-gov-west-1'],
  ...['europe-west4', 'ap-southeast-2', 'localhost:5432', 'db.internal.example', 'db1.acme.io:80'],
  // URLs without a password.
  ...['https://api.example.com', 'http://127.0.0.1:8080/health?verbose=true&page=2'],
  ...['https://example.com/docs/a-guide.html#section', 'redis://localhost:6379/0'],
  ...['postgres://db.internal.example:5432/app?sslmode=require', 'sqlite:///var/data/app.db'],
  ...['jdbc:postgresql://db.example:5432/app', 'http://[::1]:3000/'],
  // Lists and options.
  ...['debug,info,8080', 'linux,macos', '--max-old-space-size=4096 --enable-source-maps'],
  ...['-Xmx2g -Djava.io.tmpdir=/tmp/java', 'main\nstaging\nproduction'],
])('%j plainly is no secret', (value) => {
  expect(secretsInValue(value)).toEqual([])
})

test.each([
  // Codes and tokens of no known shape.
  ...['open-sesame-42', 'AC-4711-XYZ', 'hunter2', 'tulip7anchor', 'xkqzvjwp', 'Zugang!Nord'],
  ...['correct horse battery staple', 'correcthorsebatterystaple', '48151623', '9274-1180-5523'],
  ...['123456789012', 'aB3dE6', 'KXQZWVTR', 'aaaaaa', 'my-code', 'tip-top-hat'],
  ...['0b5f1c9e-6f0e-4a7e-9d0c-5f8f0f6f1a2b', 'deadbeefdeadbeefdeadbeefdeadbeef'],
  ...['wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', '/aB3dE6gH9jK2mN5pQ8sT', 'kJhGfD/sAqWeR'],
  ...[
    ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiIxIn0', 'dBjftJeZ4CVP'].join('.'),
    '-aB3dE6gH9jK2mN5',
    '=?x8!'.repeat(2),
  ],
  ...['{"key":"x"}', 'mona@example.com', 'my-app', '--token=aB3dE6gH9'],
  ...['debug,aB3dE6gH9', '/usr/bin:aB3dE6gH9', '\u00fcbergeheim', 'word\nopen-sesame-42'],
  // URLs and connection strings.
  ...['https://example.com/hook?ticket=aB3dE6', 'https://example.com/#aB3dE6gH9'],
  ...['https://hooks.example.com/services/T0/B0/aB3dE6gH9jK2', 'https://aB3dE6@git.example.com/'],
  ...['postgres://app:secret@db/app', 'Server=db;User=app;Password=aB3dE6'],
])('%j counts as a secret', (value) => {
  expect(secretsInValue(value)).toContain(value)
})

test.each([
  ['postgres://app:hunter2-of-db@db.example:5432/app', 'hunter2-of-db'],
  ['postgres://app:swordfish@db.example/app', 'swordfish'],
  ['mysql://root:p%40ss%2Fword@127.0.0.1/app', 'p%40ss%2Fword', 'p@ss/word'],
  ['mongodb+srv://app:p@ss/w:rd@cluster.example/app', 'p@ss/w:rd'],
  ['redis://:aB3dE6gH9@cache:6379', 'aB3dE6gH9'],
  ['https://ghx_token@git.example.com/a.git', 'ghx_token'],
  ['jdbc:postgresql://db/app?user=app&password=aB3dE6gH9', 'aB3dE6gH9'],
  ['Server=db;Uid=app;Pwd=aB3dE6gH9;Encrypt=true', 'aB3dE6gH9'],
  ['Endpoint=sb://a.example/;SharedAccessKey=aB3dE6gH9=', 'aB3dE6gH9='],
  ['https://hooks.example.com/services/T0/aB3dE6gH9jK2', 'aB3dE6gH9jK2'],
  ['https://example.com/?sig=aB3%2BdE6gH9', 'aB3+dE6gH9'],
  ['name: app\nurl: x\npostgres://app:hunter2-of-db@db/app', 'hunter2-of-db'],
])('of %j, the whole and the secret alone count', (value, ...parts) => {
  expect(secretsInValue(value)).toEqual(expect.arrayContaining([value, ...parts]))
})

test.each([
  'postgres://postgres:postgres@localhost:5432/app',
  'mysql://root:root@127.0.0.1/app',
  'amqp://guest:guest@queue',
  'postgres://app:password@db/app',
])('the password of %j counts with its URL only', (value) => {
  expect(secretsInValue(value)).toEqual([value])
  expect(passwordsIn(value)).toEqual([])
})

test('a value that ends with its line counts with and without it', () => {
  expect(secretsInValue('open-sesame-42\n')).toEqual(
    expect.arrayContaining(['open-sesame-42\n', 'open-sesame-42']),
  )
})

test('a value of any length is read in a time that grows with it', () => {
  const cpuOf = (length: number) => {
    const parts = ['a', '/a', 'a:', '@', '://a:@', '-a ', 'key=', 'a.', '&key', '1,', '%25', '\n']
    const start = process.cpuUsage()
    for (const part of parts)
      for (const head of ['', 'a://b:', '/', '-'])
        secretsInValue(head + part.repeat(length / part.length))
    const { user, system } = process.cpuUsage(start)
    return user + system
  }
  cpuOf(20_000)
  expect(cpuOf(400_000)).toBeLessThan(cpuOf(200_000) * 3 + 100_000)
})
