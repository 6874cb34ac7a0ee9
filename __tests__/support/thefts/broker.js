// Run by an agent's shell: reads the broker's addresses and the placeholders from the server, and makes calls with them.
import http from 'node:http'
import process from 'node:process'

const [server, encoded] = process.argv.slice(2)
const attempts = JSON.parse(Buffer.from(encoded, 'base64').toString())
const password = process.env.OPENCODE_SERVER_PASSWORD
const authorization = `Basic ${Buffer.from(`opencode:${password}`).toString('base64')}`
const answer = await fetch(`${server}/config`, { headers: { authorization } })
const { provider } = await answer.json()

function ask({ id, to, method = 'POST', path, headers, body = '{}' }, at) {
  const { baseURL, apiKey, queryParams = {}, headers: own = {} } = provider[to].options
  const [base, key] = [new URL(baseURL), apiKey ?? queryParams.key ?? own['x-acme']]
  const fill = (text) => text.replaceAll('KEY', key).replaceAll('BASE', base.pathname)
  const content = fill(body)
  const named = headers.flatMap(([name, value]) => [name, fill(value)])
  const request = http.request({
    host: base.hostname,
    port: base.port,
    method,
    path: fill(path.startsWith('/') ? `BASE${path}` : path),
    headers: [
      'host',
      base.host,
      'user-agent',
      `attempt-${at}`,
      'content-length',
      content.length,
      ...named,
    ],
  })
  return new Promise((resolve) => {
    const end = (status) => resolve(`${id}: ${status}\n`)
    request.once('response', (response) => end(response.resume().statusCode))
    request.once('upgrade', (response, socket) => end(socket.destroy() && response.statusCode))
    request.once('error', (error) => end(error.code))
    request.end(content)
  })
}

for (const [at, attempt] of attempts.entries()) process.stdout.write(await ask(attempt, at))
process.stdout.write('asked the broker\n')
