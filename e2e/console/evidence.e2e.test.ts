// The evidence of one alert in a real browser: step by step, marked on map, line of time and list
// together, as it was known earlier; and texts that somebody made to do harm, which do none and are
// gone with the session.

import { encodeRecord } from '@tocsin/contracts/record/records'
import { MemoryLog } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AlertWriter } from '../../services/notifier/test/support/alert-builder.ts'
import {
  type ListeningNotifier,
  listenNotifier
} from '../../services/notifier/test/support/listening-notifier.ts'
import { ownerKey } from '../../services/notifier/test/support/notifier-harness.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from './browser.ts'

const script = '<img src=x onerror="window.harm=1"><script>window.harm=1</script>'
const bidi = '\u202Eevitanretla\u2066 \u200F'
const zalgo = `Z${'\u0351\u036B\u0343'.repeat(40)}algo`
const hostile = `${script} ${bidi} ${zalgo} 🏳️‍🌈🇲🇱🏴󠁧󠁢󠁳󠁣󠁴󠁿 javascript:window.harm=1`

async function writeIncident(
  log: MemoryLog,
  incidentId: string,
  day: string,
  lat: number
): Promise<void> {
  const place = {
    name: `Dioura ${hostile}`,
    country: 'ML',
    admin1: 'ML-5',
    lat,
    lon: -5.2,
    radiusKm: 3,
    settlement: null
  }
  const data = {
    ...{
      incidentId,
      revision: 1,
      seq: Number(day),
      theatre: 'sahel',
      aliases: [],
      reports: [],
      independentSources: 1
    },
    occurred: { from: `2026-02-${day}T00:00:00.000Z`, to: `2026-02-${day}T23:59:59.999Z` },
    ...{
      category: 'attack' as const,
      tactics: [],
      place,
      fatalities: { low: null, best: null, high: null }
    },
    ...{ credibility: 2 as const, handling: 'public' as const, from: [] }
  }
  const envelope = {
    id: `made-${incidentId}`,
    source: '/tocsin/rules',
    time: '2026-03-01T12:00:00.000Z',
    cause: null,
    theatre: 'sahel'
  }
  const value = encodeRecord(envelope, { type: 'incident.assembled', data })
  await log.append(topics.assembly, [{ id: envelope.id, key: 'sahel', value }])
}

const trigger = (incidentId: string) => ({
  incidentId,
  revision: 1,
  role: 'trigger' as const,
  handling: 'public' as const
})

describe.skipIf(executablePath === undefined)('the evidence of an alert', () => {
  const log = new MemoryLog()
  const alerts = new AlertWriter(log)
  let notifier: ListeningNotifier
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
    for (const [id, day, lat] of [
      ['i1', '11', 14.8],
      ['i2', '13', 14.9],
      ['i3', '17', 15.1]
    ] as const)
      await writeIncident(log, id, day, lat)
    const what = {
      pattern: 'near-repeat',
      ruleId: 'near-repeat',
      headline: `Attacks ${hostile}`,
      explanation: hostile.repeat(300)
    }
    await alerts.write('raised', 'a1', { ...what, evidence: ['i1', 'i2'].map(trigger) })
    await alerts.write('revised', 'a1', { evidence: ['i1', 'i2', 'i3'].map(trigger) })
    const operator = {
      acknowledgedBy: hostile,
      acknowledgedUntil: null,
      assignedTo: hostile,
      disposition: null
    }
    const action = {
      actionId: 'x',
      by: hostile,
      text: hostile.repeat(20),
      handling: 'internal' as const
    }
    await alerts.write('acknowledged', 'a1', { operator, action, operatorRevision: 1 })
    notifier = await listenNotifier({}, log)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await notifier?.close()
  })

  it('that an event brought is named in the history, and nothing is struck that stayed', async () => {
    const { page } = await openConsole(browser, {
      url: notifier.url,
      key: ownerKey,
      query: '?alert=a1'
    })
    const brought = page
      .locator('.history > li', { hasText: 'Revised' })
      .locator('tr', { hasText: 'new evidence' })
    await soon(() => brought.locator('ins').textContent()).toMatch(
      /^Attack: Dioura .*17 Feb 2026$/s
    )
    expect(await brought.locator('del').count()).toBe(0)
    await page.context().close()
  }, 300_000)

  it('is gone through in steps, by keyboard too, and an event is marked everywhere at once', async () => {
    const { page, complaints } = await openConsole(browser, {
      url: notifier.url,
      key: ownerKey,
      query: '?alert=a1'
    })
    const said = page.locator('.step-words')
    await soon(() => said.textContent()).toBe('all 3 events')
    const marked = () =>
      page.evaluate(
        `[
          document.querySelector('.timeline .is-picked')?.getAttribute('data-incident'),
          document.querySelector('.evidence > .is-picked')?.id,
          document.querySelector('.mark-event[aria-pressed="true"]')?.closest('li')?.id
        ]`
      )
    await page.getByRole('button', { name: 'First', exact: true }).click()
    await soon(() => said.textContent()).toMatch(/^1 of 3: 11 Feb 2026/)
    expect(await marked()).toEqual(['i1', 'incident-i1', 'incident-i1'])
    expect(await page.locator('.timeline .mark.later').count()).toBe(2)
    await page.locator('.steps input').press('ArrowRight')
    await soon(() => said.textContent()).toMatch(/^2 of 3/)
    expect(await marked()).toEqual(['i2', 'incident-i2', 'incident-i2'])
    await page.getByRole('button', { name: 'All', exact: true }).press('Enter')
    await soon(() => said.textContent()).toBe('all 3 events')
    await page.locator('#incident-i3 .mark-event').press('Space')
    await soon(marked).toEqual(['i3', 'incident-i3', 'incident-i3'])
    await page.locator('.timeline .mark').first().click()
    await soon(marked).toEqual(['i1', 'incident-i1', 'incident-i1'])
    // Scrolled as it is, the bar of the alert may cover a part of a button of the map.
    await page.evaluate("document.querySelector('.alert').scrollTo(0, 0)")
    expect(await violationsOf(page)).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
  }, 300_000)

  it('is shown as it was known at an earlier time', async () => {
    const { page } = await openConsole(browser, {
      url: notifier.url,
      key: ownerKey,
      query: '?alert=a1&look=dark'
    })
    await soon(() => page.locator('.evidence > li').count()).toBe(3)
    await page.locator('.known-at select').selectOption('0')
    await soon(() => page.locator('.evidence > li').count()).toBe(2)
    expect(await violationsOf(page)).toEqual([])
    const [ofAlert, ofEvidence] = await page.locator('.alert .then').allTextContents()
    expect(ofAlert).toMatch(/^This is what was known at .* UTC \(.* there\), not/)
    expect(ofEvidence).toMatch(/^As known at .* UTC \(.* there\): 2 pieces\./)
    expect(await page.locator('.known-at option').last().textContent()).toMatch(
      / UTC \(.* there\), /
    )
    await page.locator('.known-at select').selectOption('-1')
    await soon(() => page.locator('.evidence > li').count()).toBe(3)
    await page.context().close()
  }, 300_000)

  it('does nothing that its texts say, and nothing of it is left after sign-out', async () => {
    const { page, complaints } = await openConsole(browser, {
      url: notifier.url,
      key: ownerKey,
      query: '?alert=a1'
    })
    await soon(() => page.locator('.alert h2').textContent()).toContain(script)
    await soon(() => page.locator('.evidence > li').count()).toBe(3)
    expect(await page.locator('.alert :is(img, script, iframe)').count()).toBe(0)
    expect(await page.locator('.alert a[href^="javascript:"]').count()).toBe(0)
    expect(await page.evaluate(`'harm' in window`)).toBe(false)
    // Nothing runs over its box.
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.locator('#key').waitFor()
    const left = await page.evaluate(`(async () => ({
      storage: localStorage.length + sessionStorage.length,
      caches: 'caches' in window ? (await caches.keys()).length : 0,
      databases: (await indexedDB.databases()).length,
      workers: (await navigator.serviceWorker.getRegistrations()).length,
      state: history.state,
      cookie: document.cookie,
      text: document.documentElement.outerHTML.includes('Attacks')
    }))()`)
    expect(left).toEqual({
      storage: 0,
      caches: 0,
      databases: 0,
      workers: 0,
      state: null,
      cookie: '',
      text: false
    })
    expect(await page.context().cookies()).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
  }, 300_000)

  it('is not shown by the Back key after sign-out', async () => {
    const keeping = await startBrowser(true)
    const { page } = await openConsole(keeping, { url: notifier.url, key: ownerKey })
    await page.locator('.row-main').first().click()
    await page.locator('.alert h2').waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.locator('#key').waitFor()
    for (let back = 0; back < 3; back += 1) {
      await page.goBack({ waitUntil: 'commit' })
      // At once: what a browser had kept would be there.
      expect(await page.evaluate(`document.documentElement.outerHTML.includes('Attacks')`)).toBe(
        false
      )
      if (page.url() === 'about:blank') break
      await page.locator('#key').waitFor()
    }
    await keeping.close()
  }, 300_000)
})
