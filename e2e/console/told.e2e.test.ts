// Who was told of an alert, in a real browser: partners that take it, and one that does not until
// it is mended.

import { WebhookReceiver } from '@tocsin/testing/client/webhook-receiver'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CheckedApi } from '../harness/checked-api.ts'
import { WholeSuite } from '../harness/whole-suite.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from './browser.ts'

const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)

describe.skipIf(executablePath === undefined)(
  'an officer who is asked whether the partners know',
  () => {
    let suite: WholeSuite
    let browser: Browser
    const receivers: WebhookReceiver[] = []
    let alertId: string
    let answer = 503
    const ids: string[] = []

    async function keyOf(scopes: readonly string[]): Promise<string> {
      const body = { name: 'Awa', scopes, handling: 'restricted' }
      return ((await suite.api.call('POST', '/v1/keys', { body })).body as { secret: string })
        .secret
    }

    beforeAll(async () => {
      browser = await startBrowser()
      suite = await WholeSuite.start()
      receivers.push(
        await WebhookReceiver.listen(() => 200),
        await WebhookReceiver.listen(() => answer)
      )
      for (const [i, receiver] of receivers.entries()) {
        const body = { url: receiver.url, contact: `desk ${i}` }
        const made = (await suite.api.call('POST', '/v1/subscriptions', { body })).body as {
          id: string
          secret: string
        }
        receiver.useSecret(made.secret)
        ids.push(made.id)
      }
      const body = {
        ...{
          source: { id: 'wire-1' },
          externalId: 'first',
          occurred: { from: yesterday, to: yesterday }
        },
        ...{
          category: 'attack-on-civilians',
          location: { country: 'ML', lat: 14.8, lon: -5.25, radiusKm: 2 }
        },
        ...{ fatalities: { low: 40, best: 45, high: 50 }, handling: 'internal' }
      }
      const { reportId } = (await suite.api.call('POST', '/v1/reports', { body })).body as {
        reportId: string
      }
      const outcome = (await suite.api.call('GET', `/v1/reports/${reportId}?wait=30`)).body as {
        alerts: { alertId: string }[]
      }
      alertId = outcome.alerts[0]?.alertId as string
    }, 300_000)
    afterAll(async () => {
      await browser?.close()
      for (const each of receivers) await each.close()
      await suite?.end()
    })

    it('sees as a watch officer who has it and whom to call, and no address', async () => {
      const key = await keyOf(['alerts:read', 'alerts:operate'])
      const { page, complaints } = await openConsole(browser, {
        url: suite.url,
        key,
        query: `?alert=${alertId}&look=light`
      })
      const told = page.locator('.told')
      await soon(() => told.locator('.told-list h4').allTextContents()).toEqual([
        'owner ◐ waiting',
        'owner ● taken'
      ])
      expect(await told.textContent()).toContain('1 of 2 webhooks have what holds now')
      expect(await told.locator('.told-list > li').first().textContent()).toMatch(
        /waits since .*Call: desk 1/
      )
      expect(await told.textContent()).not.toMatch(/127\.0\.0\.1|http/)
      expect(await violationsOf(page)).toEqual([])
      expect(complaints).toEqual([])
      await page.context().close()
    }, 300_000)

    it('sees who has it, who does not and whom to call, and that they have it when they do', async () => {
      const key = await keyOf(['alerts:read', 'admin'])
      const { page, complaints } = await openConsole(browser, {
        url: suite.url,
        key,
        query: `?alert=${alertId}&look=light`
      })
      const told = page.locator('.told')
      const rows = () => told.locator('.told-list h4').allTextContents()
      const hosts = receivers.map(({ url }) => new URL(url).host)
      // What it first failed to take is tried again for a while, and then probed for.
      await soon(async () =>
        (await rows()).map(each => each.replace(/ (◐ failing|✕ down): .*/, ' is not well'))
      ).toEqual([`${hosts[1]} is not well`, `${hosts[0]} ● taken`])
      expect(await told.textContent()).toContain('1 of 2 webhooks have what holds now')
      expect(await told.locator('.told-list > li').first().textContent()).toMatch(
        /waits since .*Call: desk 1/
      )
      await told.locator('summary').first().press('Enter')
      expect(await told.locator('details li').first().textContent()).toContain('Raised')
      expect(await violationsOf(page)).toEqual([])
      await page.locator('.look select').selectOption('dark')
      expect(await violationsOf(page)).toEqual([])
      // On paper the colours are those of the light look.
      await page.emulateMedia({ media: 'print', reducedMotion: 'reduce' })
      expect(await violationsOf(page)).toEqual([])
      expect(await told.locator('.told-list > li').count()).toBe(2)
      await page.emulateMedia({ media: 'screen', reducedMotion: 'reduce' })
      answer = 200
      // What waits is tried at once when a test is accepted, however long the endpoint was to be
      // left alone.
      await suite.api.call('POST', `/v1/subscriptions/${ids[1]}/test`)
      await soon(async () => (await rows()).filter(each => each.endsWith('● taken')).length).toBe(2)
      expect(await told.textContent()).toContain(
        'All 2 webhooks that it goes to have what holds now'
      )
      expect(complaints).toEqual([])
      await page.context().close()
    }, 300_000)

    it('sees at a glance that a silence is over it, by whom it is held and until when, and goes to the silence', async () => {
      const policy = { groupWaitSeconds: 0, updateMinutes: 0, stories: 'each' }
      const silenced = {
        name: 'Night desk',
        scopes: ['alerts:read', 'subscriptions:manage'],
        handling: 'restricted'
      }
      const { secret } = (await suite.api.call('POST', '/v1/keys', { body: silenced })).body as {
        secret: string
      }
      const held = await WebhookReceiver.listen(() => 200)
      receivers.push(held)
      const desk = new CheckedApi({ url: suite.url, key: secret })
      const made = await desk.call('POST', '/v1/subscriptions', {
        body: { url: held.url, policy, contact: 'night desk' }
      })
      await desk.close()
      held.useSecret((made.body as { secret: string }).secret)
      const silence = { alertId, minutes: 60, reason: 'Exercise at Mopti', includesExtreme: true }
      expect((await suite.api.call('POST', '/v1/silences', { body: silence })).status).toBe(201)
      const { operatorRevision } = (await suite.api.call('GET', `/v1/alerts/${alertId}`)).body as {
        operatorRevision: number
      }
      const comment = { body: { text: 'Seen.' }, headers: { 'if-match': String(operatorRevision) } }
      expect((await suite.api.call('POST', `/v1/alerts/${alertId}/comment`, comment)).status).toBe(
        200
      )
      const key = await keyOf(['alerts:read', 'alerts:operate'])
      const { page, complaints } = await openConsole(browser, {
        url: suite.url,
        key,
        query: `?alert=${alertId}&look=light`
      })
      const glance = page.locator('.alert > .silenced')
      await glance.waitFor()
      expect(await glance.textContent()).toMatch(
        /^Silenced until .* UTC.*\(made by owner\): Exercise at Mopti\. What is new of it is held back from: every subscription with a policy\. Open the silence$/
      )
      const row = page.locator('.told-list > li').filter({ hasText: 'Night desk' })
      await soon(() => row.locator('h4').textContent()).toBe('Night desk ◐ silenced')
      expect(await row.textContent()).toMatch(
        /Held by a silence until .* \(made by owner\)\. Open the silence/
      )
      expect(await violationsOf(page)).toEqual([])
      await row.locator('button').press('Enter')
      const records = page.locator('.records > li')
      await soon(() => records.locator('h4').allTextContents()).toEqual([
        'Exercise at Mopti ◐ holds'
      ])
      expect(await violationsOf(page)).toEqual([])
      await page.goBack()
      await glance.waitFor()
      // It is ended by somebody else: what it held goes, and the alert says so.
      const list = await suite.api.call('GET', '/v1/silences')
      const [held1] = (list.body as { items: readonly { id: string }[] }).items
      expect((await suite.api.call('DELETE', `/v1/silences/${held1?.id}`)).status).toBe(204)
      await glance.waitFor({ state: 'detached' })
      await soon(() => page.locator('.was-silenced').textContent()).toMatch(
        /^Silenced until .* UTC.*\(made by owner\): Exercise at Mopti\. That is over\. .*Sent since to Night desk \(Comment, .*UTC/
      )
      expect(await violationsOf(page)).toEqual([])
      expect(complaints).toEqual([])
      await page.context().close()
    }, 300_000)

    it('is not shown it with a key that may not know, and nothing runs over on a narrow screen', async () => {
      const reader = await openConsole(browser, {
        url: suite.url,
        key: await keyOf(['alerts:read']),
        query: `?alert=${alertId}`
      })
      await reader.page.locator('.history li').first().waitFor()
      expect(await reader.page.locator('.told').count()).toBe(0)
      await reader.page.context().close()
      const viewport = { width: 390, height: 844 }
      const key = await keyOf(['alerts:read', 'admin'])
      const { page } = await openConsole(browser, {
        url: suite.url,
        key,
        query: `?alert=${alertId}`,
        viewport,
        hasTouch: true
      })
      await page.locator('.told summary').first().tap()
      await page.locator('.told details li').first().waitFor()
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
      expect(await violationsOf(page)).toEqual([])
      await page.context().close()
    }, 300_000)
  }
)
