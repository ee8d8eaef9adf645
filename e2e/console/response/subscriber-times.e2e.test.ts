// From call to the answer of a human at a partner, by subscription, at a console in a real browser:
// drawn and as a table.

import { WebhookReceiver } from '@tocsin/testing/client/webhook-receiver'
import { waitFor } from '@tocsin/testing/process/wait-for'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WholeSuite } from '../../harness/whole-suite.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from '../browser.ts'

const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)

interface Row {
  readonly subscriber: string
  readonly subscriptionId: string
  readonly called: number
  readonly acknowledged: number
  readonly acknowledgementMedianS: number | null
  readonly acknowledgementP90S: number | null
  readonly unanswered: number
}

describe.skipIf(executablePath === undefined)('who asks how long partners took to answer', () => {
  let suite: WholeSuite
  let browser: Browser
  const receivers: WebhookReceiver[] = []
  let river: string

  beforeAll(async () => {
    browser = await startBrowser()
    suite = await WholeSuite.start()
    const keyOf = async (name: string) => {
      const body = { name, scopes: ['alerts:read', 'subscriptions:manage'], handling: 'restricted' }
      return ((await suite.api.call('POST', '/v1/keys', { body })).body as { secret: string })
        .secret
    }
    river = await keyOf('River')
    const made: Record<string, string> = {}
    for (const [name, key] of [
      ['River', river],
      ['Hill', await keyOf('Hill')]
    ] as const) {
      const receiver = await WebhookReceiver.listen(() => 200)
      receivers.push(receiver)
      const answer = await as(key, '/v1/subscriptions', { url: receiver.url })
      const { id, secret } = (await answer.json()) as { id: string; secret: string }
      receiver.useSecret(secret)
      made[name] = id
    }
    const alerts = await raised()
    const areTold = async () =>
      (await rows()).filter(({ called }) => called === alerts.length).length === 2
        ? true
        : undefined
    await waitFor(areTold, { what: 'all alerts at both endpoints', timeoutMs: 60_000 })
    for (const { alertId } of alerts)
      expect(
        (await as(river, `/v1/subscriptions/${made.River}/acknowledgements`, { alertId })).status
      ).toBe(200)
    const areAnswered = async () =>
      (await rows())[1]?.acknowledged === alerts.length ? true : undefined
    await waitFor(areAnswered, { what: 'the answers', timeoutMs: 60_000 })
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    for (const receiver of receivers) await receiver.close()
    await suite?.end()
  })

  const as = (key: string, path: string, body: object) =>
    fetch(`${suite.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body)
    })
  /** An attack that raises alerts by itself. */
  async function raised(): Promise<readonly { readonly alertId: string }[]> {
    const body = {
      ...{
        source: { id: 'wire-1' },
        externalId: 'first',
        occurred: { from: yesterday, to: yesterday }
      },
      ...{
        category: 'attack-on-civilians',
        location: { country: 'ML', lat: 14.8252, lon: -5.2547, radiusKm: 2 }
      },
      ...{ fatalities: { low: 40, best: 45, high: 50 }, handling: 'internal' }
    }
    const { reportId } = (await suite.api.call('POST', '/v1/reports', { body })).body as {
      reportId: string
    }
    const outcome = (await suite.api.call('GET', `/v1/reports/${reportId}?wait=30`)).body as {
      alerts: { alertId: string }[]
    }
    return outcome.alerts
  }
  async function rows(): Promise<readonly Row[]> {
    return (
      (await suite.api.call('GET', '/v1/response-times?by=subscriber')).body as {
        items: readonly Row[]
      }
    ).items
  }
  const shortOf = ({ subscriber, subscriptionId }: Row) =>
    `${subscriber} …${subscriptionId.slice(-4)}`
  const cells = (page: Page) =>
    page
      .locator('.times-table tbody tr')
      .evaluateAll(all =>
        all.map(row => [...row.children].map(cell => cell.textContent?.trim()).join(' | '))
      )
  const plotted = (page: Page) =>
    page
      .locator('.time-plot')
      .first()
      .getByRole('img')
      .evaluateAll(all => all.map(each => each.ariaLabel))

  it.each(['light', 'dark'])(
    'sees each subscription by the name of its holder, as a table and drawn (%s)',
    async look => {
      const [hill, answered] = (await rows()) as [Row, Row]
      const { page } = await openConsole(browser, {
        url: suite.url,
        key: suite.key,
        query: `?view=response-times&look=${look}`
      })
      await page.locator('.times-asked select').selectOption('subscriber')
      const { called, acknowledgementMedianS, acknowledgementP90S } = answered
      const [median, p90] = [`${acknowledgementMedianS} s`, `${acknowledgementP90S} s`]
      await soon(() => cells(page)).toEqual([
        `${shortOf(hill)} | ${called} | 0 | no time– | no time– | 0 | no time– | no time– | ${called}`,
        `${shortOf(answered)} | ${called} | ${called} | ${median} | ${p90} | 0 | no time– | no time– | 0`
      ])
      const calls = `${called} of ${called} ${called === 1 ? 'call' : 'calls'}`
      expect(await plotted(page)).toEqual([
        `${shortOf(answered)}: half within ${median}, nine of ten within ${p90}; ${calls}`
      ])
      expect(await violationsOf(page)).toEqual([])
      const csv = (await page.getByRole('link', { name: 'As CSV' }).getAttribute('href')) ?? ''
      expect(await page.evaluate(async href => (await fetch(href)).text(), csv)).toContain(
        `\nRiver,${answered.subscriptionId},`
      )
      await page.context().close()
    },
    300_000
  )

  it('is told as a partner of its own alone, on a narrow screen', async () => {
    const { page } = await openConsole(browser, {
      ...{ url: suite.url, key: river, query: '?view=response-times&by=subscriber' },
      ...{ viewport: { width: 390, height: 844 }, hasTouch: true }
    })
    await soon(async () => (await cells(page)).map(row => row.split(' …')[0])).toEqual(['River'])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    expect(await violationsOf(page)).toEqual([])
    await page.context().close()
  }, 300_000)
})
