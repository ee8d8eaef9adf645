// What nobody answered, at a console in a real browser: counted above every view, listed with the
// longest wait first, and the same on list, map and in the address.

import { MemoryLog } from '@tocsin/event-log/memory-log'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AlertWriter, anAlert } from '../../../services/notifier/test/support/alert-builder.ts'
import {
  type ListeningNotifier,
  listenNotifier
} from '../../../services/notifier/test/support/listening-notifier.ts'
import { ownerKey } from '../../../services/notifier/test/support/notifier-harness.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from '../browser.ts'

const { operator } = anAlert()
const at = '2026-03-01T12:30:00.000Z'
const done = { kind: 'warned', at, recordedAt: at } as const
const taken = { ...operator, acknowledgedBy: 'Ama', acknowledgedUntil: '2026-03-02T12:00:00.000Z' }

describe.skipIf(executablePath === undefined)(
  'an officer who looks for what nobody answered',
  () => {
    const log = new MemoryLog()
    const alerts = new AlertWriter(log)
    let notifier: ListeningNotifier
    let browser: Browser
    const open = (options: object = {}) =>
      openConsole(browser, { url: notifier.url, key: ownerKey, ...options })
    const listed = (page: Page) =>
      page.locator('.row-main').evaluateAll(rows => rows.map(row => row.getAttribute('data-alert')))
    const link = (page: Page) => page.locator('.unanswered-link').textContent()

    beforeAll(async () => {
      browser = await startBrowser()
      const since = (day: number) => ({
        ...anAlert().times,
        firstReportedAt: `2026-02-2${day}T00:00:00.000Z`
      })
      await alerts.write('raised', 'late', { times: since(5) })
      await alerts.write('raised', 'early', { times: since(3) })
      await alerts.write('raised', 'grave', { severity: 'extreme', times: since(6) })
      await alerts.write('raised', 'old', { notify: 'quiet' })
      await alerts.write('raised', 'exercise', { drill: true })
      await alerts.write('raised', 'taken')
      await alerts.write('acknowledged', 'taken', { operator: taken, operatorRevision: 1 })
      await alerts.write('raised', 'done')
      const responses = { count: 1, first: done, last: done }
      await alerts.write('responded', 'done', {
        operator: { ...operator, responses },
        operatorRevision: 1
      })
      notifier = await listenNotifier({}, log)
    }, 300_000)
    afterAll(async () => {
      await browser?.close()
      await notifier?.close()
    })

    it('sees above every view how many there are, and gets to them by one press', async () => {
      const { page, complaints } = await open({ query: '?view=sources&look=light' })
      await soon(() => link(page)).toBe('▲▲▲ 3 unanswered, up to extreme')
      expect(await violationsOf(page)).toEqual([])
      await page.locator('.unanswered-link').press('Enter')
      await soon(() => listed(page)).toEqual(['grave', 'early', 'late'])
      await soon(() => new URL(page.url()).searchParams.get('answered')).toBe('false')
      expect(await page.locator('.presets [aria-pressed=true]').textContent()).toBe('Unanswered')
      expect(await violationsOf(page)).toEqual([])
      await page.locator('.look select').selectOption('dark')
      expect(await violationsOf(page)).toEqual([])
      // As anybody reads the list whom the link is sent to.
      await page.reload()
      await soon(() => listed(page)).toEqual(['grave', 'early', 'late'])
      expect(complaints).toEqual([])
      await page.context().close()
    }, 300_000)

    it('sees one come and go as it is taken, lapses and is answered', async () => {
      const { page } = await open({ query: '?answered=false&sort=waiting' })
      await soon(() => listed(page)).toEqual(['grave', 'early', 'late'])
      await alerts.write('acknowledged', 'early', { operator: taken, operatorRevision: 1 })
      await soon(() => listed(page)).toEqual(['grave', 'late'])
      await soon(() => link(page)).toContain('2 unanswered')
      // That it still calls people only the suite knows, which is asked.
      await alerts.write('acknowledgement-lapsed', 'early', { operator, operatorRevision: 2 })
      await soon(() => listed(page)).toEqual(['grave', 'early', 'late'])
      const responses = { count: 1, first: done, last: done }
      for (const id of ['grave', 'early', 'late'])
        await alerts.write('responded', id, {
          operator: { ...operator, responses },
          operatorRevision: 3
        })
      await soon(() => page.locator('.empty').textContent()).toBe('All calls are answered.')
      await soon(() => link(page)).toBe('All calls answered')
      await alerts.write('raised', 'new', { severity: 'severe' })
      await soon(() => listed(page)).toEqual(['new'])
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(1100)
      await page.context().close()
    }, 300_000)

    it('who may not act is not counted to, and can list it all the same, on a narrow screen', async () => {
      const made = await fetch(`${notifier.url}/v1/keys`, {
        method: 'POST',
        headers: { authorization: `Bearer ${ownerKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'Reader', scopes: ['alerts:read'], handling: 'internal' })
      })
      const { secret } = (await made.json()) as { secret: string }
      const viewport = { width: 390, height: 844 }
      const { page } = await open({
        key: secret,
        query: '?answered=false',
        viewport,
        hasTouch: true
      })
      await soon(() => listed(page)).toEqual(['new'])
      expect(await page.locator('.unanswered-link').count()).toBe(0)
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
      await page.context().close()
    }, 300_000)
  }
)
