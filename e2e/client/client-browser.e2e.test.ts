// The client in a real browser, as it is published: offline and back, the server killed, the laptop
// asleep, the session revoked.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ClientState } from '@tocsin/client'
import { findHeadlessChromium } from '@tocsin/testing/process/chromium'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WholeSuite } from '../harness/whole-suite.ts'
import { massacre, until } from './running-client.ts'

const executablePath = findHeadlessChromium() ?? undefined
if (executablePath === undefined)
  console.warn('*** SKIPPED: no Chromium on this machine, so the client is not tested in a browser')

/** How long the browser is offline, ms. */
const offlineMs = Number(process.env.TOCSIN_TEST_OFFLINE_MS ?? 2_000)
/** Enough for a busy machine to open a page. */
const lifeOfKeyMs = 15_000
const root = fileURLToPath(new URL('../..', import.meta.url))

/** What the script in the page notes. */
interface Noted {
  readonly events: string[]
  readonly states: ClientState[]
  snapshots: number
}

/**
 * Runs in the page. Of several tokens each next one is given when the one before it was refused.
 */
const script = `(async tokens => {
  const { TocsinClient } = await import('/client-under-test/index.js')
  const next = why => { if (why === 'refused') tokens.shift(); return tokens[0] ?? null }
  const token = tokens.length === 1 ? tokens[0] : next
  const noted = { events: [], states: [], snapshots: 0 }
  const client = new TocsinClient({ url: location.origin, token, onState: state => noted.states.push(state) })
  client.subscribe({ from: 'earliest' }, { snapshot: () => { noted.snapshots += 1 }, alert: event => { noted.events.push(event.id) } })
  window.noted = noted
  window.client = client
})`

describe.skipIf(executablePath === undefined)('the client in a browser', () => {
  let suite: WholeSuite
  let browser: Browser
  let built: string
  let posted = 0
  /** Addresses of all WebSockets that pages opened. */
  const sockets: URL[] = []

  beforeAll(async () => {
    suite = await WholeSuite.start()
    browser = await chromium.launch({
      executablePath: executablePath as string,
      args: ['--no-sandbox']
    })
    built = await makeTempDir()
    const compiler = join(root, 'node_modules', '.bin', 'tsc')
    execFileSync(compiler, [
      '-p',
      join(root, 'packages', 'client', 'tsconfig.build.json'),
      '--outDir',
      built
    ])
  })
  afterAll(async () => {
    await browser?.close()
    await suite?.end()
    if (built !== undefined) await removeDir(built)
  })

  async function opened(
    ...tokens: string[]
  ): Promise<{ readonly page: Page; readonly context: BrowserContext }> {
    const context = await browser.newContext()
    const page = await context.newPage()
    page.on('websocket', socket => sockets.push(new URL(socket.url())))
    await page.clock.install()
    await page.route('**/client-under-test/*', route => {
      const file = join(built, new URL(route.request().url()).pathname.split('/').at(-1) ?? '')
      return route.fulfill({ body: readFileSync(file), contentType: 'text/javascript' })
    })
    await page.goto(suite.url)
    await page.evaluate(`${script}(${JSON.stringify(tokens)})`)
    await until('the first connection', async () => (await lastState(page)).kind === 'live')
    return { page, context }
  }

  const noted = (page: Page) => page.evaluate('window.noted') as Promise<Noted>
  const lastState = async (page: Page) =>
    (await noted(page)).states.at(-1) ?? { kind: 'idle' as const }

  async function post(): Promise<void> {
    posted += 1
    const answer = await suite.api.call('POST', '/v1/reports', {
      body: massacre(`in-browser-${posted}`, 20 + posted)
    })
    await suite.api.call(
      'GET',
      `/v1/reports/${(answer.body as { reportId: string }).reportId}?wait=20`
    )
  }

  async function told(): Promise<readonly string[]> {
    const { body } = await suite.api.call('GET', '/v1/feed?limit=500')
    return (body as { items: { event: { id: string } }[] }).items.map(({ event }) => event.id)
  }

  const hasAll = (page: Page) =>
    until('all events', async () => (await noted(page)).events.length === (await told()).length)

  it('is not live while offline, and lacks nothing once it is back', async () => {
    const { page, context } = await opened(suite.key)
    await post()
    await hasAll(page)
    await context.setOffline(true)
    await until('a state that is not live', async () => (await lastState(page)).kind === 'waiting')
    await post()
    await new Promise(resolve => setTimeout(resolve, offlineMs))
    const { states } = await noted(page)
    const cutAt = states.findIndex(({ kind }) => kind === 'waiting')
    expect(states.slice(cutAt).some(({ kind }) => kind === 'live')).toBe(false)
    await context.setOffline(false)
    await hasAll(page)
    expect((await noted(page)).events).toEqual(await told())
    await context.close()
  })

  it('comes back after the server was killed, with all events in order', async () => {
    const { page, context } = await opened(suite.key)
    await suite.killAndRestart()
    await post()
    await hasAll(page)
    expect((await noted(page)).events).toEqual(await told())
    expect((await noted(page)).snapshots).toBe(0)
    await context.close()
  })

  it('distrusts its link at once when the laptop wakes', async () => {
    const { page, context } = await opened(suite.key)
    await page.clock.fastForward('02:00:00')
    await until('a new connection', async () => {
      const { states } = await noted(page)
      return (
        states.filter(({ kind }) => kind === 'connecting').length >= 2 &&
        states.at(-1)?.kind === 'live'
      )
    })
    const slept = (await noted(page)).states.find(state => state.kind === 'waiting')
    expect(slept).toMatchObject({ why: 'the machine slept, or its clock was set' })
    await post()
    await hasAll(page)
    await context.close()
  })

  const keyUntil = async (expiresAt: string | null) => {
    const body = {
      name: 'browser',
      scopes: ['alerts:read'],
      theatres: '*',
      handling: 'restricted',
      expiresAt
    }
    return (await suite.api.call('POST', '/v1/keys', { body })).body as {
      id: string
      secret: string
    }
  }

  it('takes the next key when its own expires, misses nothing, and shows a one-use ticket in each address', async () => {
    const first = await keyUntil(new Date(Date.now() + lifeOfKeyMs).toISOString())
    const second = await keyUntil(null)
    sockets.length = 0
    const { page, context } = await opened(first.secret, second.secret)
    await hasAll(page)
    await until('the second key', async () => {
      const { states } = await noted(page)
      return (
        states.filter(({ kind }) => kind === 'connecting').length >= 2 &&
        states.at(-1)?.kind === 'live'
      )
    })
    await post()
    await hasAll(page)
    expect((await noted(page)).events).toEqual(await told())
    // Live is told twice where a link is good before all has come.
    const kinds = (await noted(page)).states
      .map(({ kind }) => kind)
      .filter((kind, i, all) => kind !== all[i - 1])
    expect(kinds).toEqual(['connecting', 'live', 'waiting', 'connecting', 'live'])
    const tickets = sockets.map(({ searchParams }) => searchParams.get('ticket'))
    expect(new Set(tickets).size).toBe(2)
    for (const ticket of tickets) expect(ticket).toMatch(/^tt_/)
    await context.close()
  })

  it('ends with the reason when its key is revoked', async () => {
    const { id, secret } = await keyUntil(null)
    const { page, context } = await opened(secret)
    await suite.api.call('DELETE', `/v1/keys/${id}`)
    await until('its end', async () => (await lastState(page)).kind === 'ended')
    expect(await lastState(page)).toMatchObject({ code: 4504 })
    await context.close()
  })
})
