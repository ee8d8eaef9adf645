// Backs up a running suite and restores the copy. Kills either with SIGKILL half-way. A partner with
// our client receives each new alert, although the restore loses the records since the backup.

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readWebhook, Sequences, type Taken, type WebhookEvent } from '@tocsin/client/webhook'
import { SuiteApi } from '@tocsin/host/client/suite-api'
import { freePort } from '@tocsin/testing/process/free-port'
import { readOwnerKey, SuiteProcess, spawnSuite } from '@tocsin/testing/process/suite-process'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { must } from '../harness/rotating-api.ts'
import { webhooksHere } from '../harness/whole-suite.ts'

const mainFile = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url))

interface CommandRun {
  readonly child: ChildProcess
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>
}

function run(...args: readonly string[]): CommandRun {
  const child = spawn(process.execPath, [mainFile, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8')
    })
  const ended = new Promise<{ code: number | null; output: string }>(resolve =>
    child.once('close', code => resolve({ code, output }))
  )
  return { child, ended }
}

/** A partner's receiver as one writes it with our client. */
class Receiver {
  readonly events: { readonly event: WebhookEvent; readonly taken: Taken }[] = []
  readonly sequences = new Sequences()
  readonly #server: Server
  secret = ''

  constructor() {
    this.#server = createServer(async (request, response) => {
      const body = Buffer.concat((await request.toArray()) as Buffer[])
      const read = readWebhook({ headers: request.headers, body }, [this.secret])
      if (!read.ok) return response.writeHead(401).end()
      const taken = this.sequences.take(read.event)
      this.events.push({ event: read.event, taken })
      return response.writeHead(204).end()
    })
  }

  async listen(): Promise<string> {
    await new Promise<void>(done => this.#server.listen(0, '127.0.0.1', done))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}

/** Places of the alerts that one attack each raised, in order, each once. */
function attacksIn(events: readonly WebhookEvent[]): readonly string[] {
  const headlines = events.map(({ data }) => String('headline' in data ? data.headline : ''))
  return [...new Set(headlines.flatMap(each => /^(\w+).*: 1 incident/.exec(each)?.[1] ?? []))]
}

let dir: string
let dataDir: string
let receiver: Receiver
let suite: SuiteProcess
let api: SuiteApi

async function start(): Promise<void> {
  suite = await spawnSuite({ role: 'up', dataDir, port: await freePort(), env: webhooksHere })
  api = new SuiteApi({ url: suite.url, key: await readOwnerKey(dataDir) })
}

/** Each in a region of its own, so that each attack raises an alert. */
const places: Readonly<Record<string, readonly [lat: number, lon: number]>> = {
  Gao: [16.27, -0.04],
  Mopti: [14.49, -4.19],
  Kidal: [18.44, 1.41],
  Sikasso: [11.32, -5.66],
  Kayes: [14.45, -11.44],
  Bamako: [12.65, -8]
}

async function report(name: string): Promise<void> {
  const [lat, lon] = places[name] ?? []
  const day = new Date().toISOString().slice(0, 10)
  await must(api, 'POST', '/v1/reports', {
    source: { id: 'wire' },
    externalId: name,
    occurred: { from: day, to: day },
    category: 'attack',
    location: { country: 'ML', lat, lon }
  })
}

async function raise(...names: readonly string[]): Promise<void> {
  const before = receiver.events.length
  for (const name of names) await report(name)
  await arrived(before, ...names)
}

/** Waits for an alert of each place among the events after the first `before`. */
async function arrived(before: number, ...names: readonly string[]): Promise<void> {
  const after = () => attacksIn(receiver.events.slice(before).map(({ event }) => event))
  await waitFor(() => names.every(name => after().includes(name)), {
    what: `alerts of ${names.join(', ')}`,
    timeoutMs: 60_000
  })
}

beforeEach(async () => {
  dir = await makeTempDir()
  dataDir = join(dir, 'data')
  receiver = new Receiver()
  const url = await receiver.listen()
  await start()
  await must(api, 'PUT', '/v1/theatres/sahel', { countries: ['ML'] })
  await must(api, 'PUT', '/v1/rules/each', {
    title: 'Each attack',
    pattern: 'count',
    where: 'category == "attack"',
    parameters: { groupBy: 'admin1', threshold: 1, windowDays: 1 },
    severities: ['severe']
  })
  const made = await must(api, 'POST', '/v1/subscriptions', { url, policy: null })
  receiver.secret = String(made.secret)
})
afterEach(async () => {
  await api.close()
  await suite.kill9()
  receiver.close()
  await removeDir(dir)
})

it('a partner drops nothing after a restore of an older copy, and both sides say what happened', {
  timeout: 180_000
}, async () => {
  await raise('Gao', 'Mopti')
  const backup = join(dir, 'backup')
  expect((await run('backup', backup, '--data', dataDir).ended).code).toBe(0)
  // What comes now is lost: the partner has it, the copy does not.
  await raise('Kidal', 'Sikasso')
  const lost = receiver.sequences.saved
  await api.close()
  await suite.kill9()

  const restored = await run('restore', backup, '--data', dataDir, '--replace').ended
  expect(restored).toMatchObject({ code: 0 })
  expect(restored.output).toContain('a new epoch begins')
  const sent = receiver.events.length
  await start()
  expect(suite.output).toContain('the log was restored from an older copy')
  await arrived(sent, 'Gao', 'Mopti')
  // As many as were lost: by their sequences alone they would be repeats.
  await raise('Kayes', 'Bamako')

  // Graver ones may come first.
  await waitFor(() => receiver.sequences.saved.later.length === 0, {
    what: 'every sequence before the last',
    timeoutMs: 60_000
  })

  const newest = receiver.events.filter(({ event }) => event.epoch !== lost.epoch)
  expect(newest[0]).toMatchObject({ taken: 'new-epoch', event: { sequence: 1, previousid: null } })
  expect(receiver.events.map(({ taken }) => taken)).not.toContain('repeat')
  expect(newest.filter(({ taken }) => taken !== 'new')).toHaveLength(1)
  expect(receiver.sequences.saved).toMatchObject({
    epoch: newest[0]?.event.epoch,
    last: Math.max(...newest.map(({ event }) => event.sequence)),
    past: [lost.epoch]
  })
  const ids = receiver.events.map(({ event }) => event.id)
  expect(new Set(ids).size).toBe(ids.length)
  const restated = newest.filter(({ event }) => event.restated).map(({ event }) => event)
  expect(attacksIn(restated)).toEqual(['Gao', 'Mopti'])
  expect(attacksIn(newest.map(({ event }) => event))).toEqual(['Gao', 'Mopti', 'Kayes', 'Bamako'])
})

it('a backup that is killed is never taken for a whole one, and a restore that is killed is run again', {
  timeout: 300_000
}, async () => {
  await raise('Gao')
  const backup = join(dir, 'backup')
  let killed = 0
  for (const [i, delayMs] of [0, 10, 30].entries()) {
    const target = `${backup}-${i}`
    if (!(await killAt(run('backup', target, '--data', dataDir), `${target}.part`, delayMs)))
      continue
    killed++
    if (!existsSync(target)) {
      const refused = await run('restore', `${target}.part`, '--data', join(dir, `none-${i}`)).ended
      if (refused.code === 0)
        expect(readFileSync(join(`${target}.part`, 'manifest.json'), 'utf8')).toContain('sha256')
      else expect(refused.output).toContain('is not a whole backup')
    }
  }
  expect(killed).toBeGreaterThan(0)
  expect((await run('backup', backup, '--data', dataDir).ended).code).toBe(0)
  expect(existsSync(`${backup}.part`)).toBe(false)
  expect(JSON.parse(readFileSync(join(dataDir, 'last-backup.json'), 'utf8'))).toMatchObject({
    path: backup
  })
  const taken = await run('restore', backup, '--data', dataDir).ended
  expect(taken.code).toBe(1)
  expect(taken.output).toContain('is not empty')
  const inUse = await run('restore', backup, '--data', dataDir, '--replace').ended
  expect(inUse.code).toBe(1)
  await api.close()
  await suite.kill9()

  let refusals = 0
  for (const delayMs of [0, 20, 60, 120]) {
    const restoring = join(dataDir, 'restoring')
    const wasKilled = await killAt(
      run('restore', backup, '--data', dataDir, '--replace'),
      restoring,
      delayMs
    )
    if (!wasKilled || !existsSync(restoring)) continue
    const refused = new SuiteProcess({ role: 'up', dataDir, port: await freePort() })
    expect((await refused.exited).code).not.toBe(0)
    expect(refused.output).toContain('run tocsin restore again')
    refusals++
  }
  expect(refusals).toBeGreaterThan(0)
  expect((await run('restore', backup, '--data', dataDir, '--replace').ended).code).toBe(0)
  expect(readdirSync(dataDir)).not.toContain('restoring')
  const before = receiver.events.length
  await start()
  await arrived(before, 'Gao')
  await raise('Mopti')
})

/** Kills a command a while after a path appears; false if it ended before. */
async function killAt({ child, ended }: CommandRun, path: string, delayMs: number) {
  let isOver = false
  void ended.then(() => {
    isOver = true
  })
  await waitFor(() => isOver || existsSync(path), {
    what: `${path}, or the end of the command`,
    timeoutMs: 60_000,
    intervalMs: 1
  })
  if (delayMs > 0) await new Promise(resolve => setTimeout(resolve, delayMs))
  child.kill('SIGKILL')
  return (await ended).code === null
}
