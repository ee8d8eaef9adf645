// The console beside a suite that is killed, is flooded, or takes the officer's key away: it says
// the truth at once, loses nothing typed and recovers by itself.

import { topics } from '@tocsin/event-log/topics'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AlertWriter } from '../../../services/notifier/test/support/alert-builder.ts'
import { WholeSuite } from '../../harness/whole-suite.ts'
import {
  executablePath,
  openConsole,
  shownAfterMs,
  soon,
  startBrowser,
  truthMs
} from '../browser.ts'

const floodCount = 1_000
const floodSeconds = 10
const batchesPerSecond = 10
const stale = { selector: '.banner.stale' }
const all = { selector: '.waiting', said: /^1000 new, extreme among them: show$/ }

describe.skipIf(executablePath === undefined)('an officer beside a suite that fails', () => {
  let suite: WholeSuite
  let browser: Browser
  let alerts: AlertWriter

  beforeAll(async () => {
    browser = await startBrowser()
    suite = await WholeSuite.start({ role: 'notifier' })
    await suite.withLog(async log => {
      alerts = new AlertWriter(log)
      await alerts.write('raised', 'first', { severity: 'severe' })
    })
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await suite?.end()
  })

  /** In a log that is opened anew: one that is killed with the suite must not stay open. */
  const raise = (ids: readonly string[]) =>
    suite.withLog(async log => {
      await log.append(
        topics.alerts,
        ids.map(id => alerts.record('raised', id, { severity: 'extreme' })[0])
      )
    })

  async function writing(key: string): Promise<Page> {
    const { page } = await openConsole(browser, { url: suite.url, key })
    await page.locator('.row-main').first().click()
    await page.locator('.act textarea').fill('Half a sen')
    await page.locator('.page.is-live').waitFor()
    return page
  }

  async function keptAndLive(page: Page): Promise<void> {
    await page.locator('.banner.stale').waitFor({ state: 'detached' })
    await page.locator('.page.is-live').waitFor()
    expect(await page.locator('.act textarea').inputValue()).toBe('Half a sen')
    expect(await page.locator('.act button[type=submit]').isDisabled()).toBe(false)
  }

  it('is told at once that it was killed, and after its restart what was missed', async () => {
    const page = await writing(suite.key)
    expect(await shownAfterMs(page, stale, () => suite.process.kill9())).toBeLessThan(truthMs)
    expect(await page.locator('.act button[type=submit]').isDisabled()).toBe(true)
    await raise(['while-down'])
    await suite.killAndRestart()
    await keptAndLive(page)
    await soon(() => page.locator('.missed').textContent()).toContain(
      'Siege of Diosso (while-down)'
    )
    await page.context().close()
  }, 300_000)

  it('sees a thousand alerts come within ten seconds, all of them, and is not moved while it writes', async () => {
    const page = await writing(suite.key)
    const before = await page.locator('.row-main').first().getAttribute('data-alert')
    const perBatch = floodCount / floodSeconds / batchesPerSecond
    const beganMs = performance.now()
    await suite.withLog(async log => {
      for (let batch = 0; batch < floodSeconds * batchesPerSecond; batch += 1) {
        const dueMs = beganMs + (batch * 1_000) / batchesPerSecond
        await new Promise(resolve => setTimeout(resolve, Math.max(0, dueMs - performance.now())))
        const ids = Array.from({ length: perBatch }, (_, i) => `flood-${batch * perBatch + i}`)
        await log.append(
          topics.alerts,
          ids.map(id => alerts.record('raised', id, { severity: 'extreme' })[0])
        )
      }
    })
    expect(await shownAfterMs(page, all)).toBeLessThan(truthMs)
    expect(await page.locator('.row-main').first().getAttribute('data-alert')).toBe(before)
    await keptAndLive(page)
    await page.context().close()
  }, 300_000)

  it('is told that its key was revoked, and goes on where it was once signed in with another', async () => {
    const made = { name: 'Ama', scopes: ['alerts:read', 'alerts:operate'], handling: 'restricted' }
    const { id, secret } = (await suite.api.call('POST', '/v1/keys', { body: made })).body as {
      id: string
      secret: string
    }
    const page = await writing(secret)
    const afterMs = await shownAfterMs(page, { selector: '#key' }, async () => {
      expect((await suite.api.call('DELETE', `/v1/keys/${id}`)).status).toBeLessThan(300)
    })
    expect(afterMs).toBeLessThan(truthMs)
    expect(await page.locator('body').textContent()).not.toContain('Siege of Diosso')
    const another = (await suite.api.call('POST', '/v1/keys', { body: made })).body as {
      secret: string
    }
    await page.locator('#key').fill(another.secret)
    await page.locator('form button[type=submit]').click()
    await keptAndLive(page)
    await page.context().close()
  }, 300_000)
})
