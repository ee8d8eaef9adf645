// Makes the key of Prometheus: a key with `metrics:read`, in a file on a volume that Prometheus reads.
// A key that still works stays. Settings: TOCSIN_URLS, addresses of notifiers; TOCSIN_OWNER_KEY.

import { readFileSync, renameSync, writeFileSync } from 'node:fs'

const file = '/data/metrics.key'
const urls = process.env.TOCSIN_URLS.split(',')
const deadlineMs = Date.now() + 10 * 60_000

async function ask(path, key, body) {
  let failure
  for (const url of urls) {
    try {
      const answer = await fetch(`${url}${path}`, {
        signal: AbortSignal.timeout(10_000),
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) })
      })
      if (answer.status < 500) return answer
      failure = new Error(`${url}${path} answers ${answer.status}`)
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

async function makeKey() {
  const old = readKey()
  if (old !== '' && (await ask('/metrics', old)).ok) return 'the key of Prometheus is there'
  const wanted = {
    name: 'prometheus',
    scopes: ['metrics:read'],
    theatres: '*',
    handling: 'restricted'
  }
  const answer = await ask('/v1/keys', process.env.TOCSIN_OWNER_KEY, wanted)
  const made = await answer.json()
  if (!answer.ok) throw new Error(`the key was refused: ${made.detail}`)
  writeFileSync(`${file}.new`, made.secret, { mode: 0o644 })
  renameSync(`${file}.new`, file)
  return 'made the key of Prometheus'
}

function readKey() {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if (error.code === 'ENOENT') return ''
    throw error
  }
}

for (;;) {
  try {
    console.log(await makeKey())
    break
  } catch (error) {
    if (Date.now() > deadlineMs) throw error
    console.log(`not yet: ${error.cause?.message ?? error.message}`)
    await new Promise(resolve => setTimeout(resolve, 2_000))
  }
}
