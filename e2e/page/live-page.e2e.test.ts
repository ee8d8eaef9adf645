// The live page in a real browser, with more open alerts than one snapshot part holds.

import { existsSync } from 'node:fs'
import { MemoryLog } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { signInUrl } from '@tocsin/service-kit/sign-in/sign-in-routes'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AlertWriter } from '../../services/notifier/test/support/alert-builder.ts'
import { type ListeningNotifier, listenNotifier } from '../../services/notifier/test/support/listening-notifier.ts'

const chromiums = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const executablePath = chromiums.find(existsSync)
if (executablePath === undefined) {
  console.warn('*** SKIPPED: no Chromium on this machine, so the live page is not tested in a browser')
}

const alertCount = 6_000
const severities = ['minor', 'moderate', 'severe', 'extreme'] as const

describe.skipIf(executablePath === undefined)('the live page', () => {
  const log = new MemoryLog()
  const alerts = new AlertWriter(log)
  let notifier: ListeningNotifier
  let browser: Browser

  beforeAll(async () => {
    for (let from = 0; from < alertCount; from += 1_000) {
      const records = Array.from({ length: 1_000 }, (_, i) => {
        const severity = severities[(from + i) % 4] as (typeof severities)[number]
        return alerts.record('raised', `a${from + i}`, { severity })[0]
      })
      await log.append(topics.alerts, records)
    }
    notifier = await listenNotifier({}, log)
    browser = await chromium.launch({ executablePath: executablePath as string, args: ['--no-sandbox'] })
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await notifier?.close()
  })

  it('shows all of 6,000 open alerts, most severe first, and stays live', async () => {
    const page = await browser.newPage()
    const complaints: string[] = []
    page.on('console', message => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('pageerror', error => complaints.push(String(error)))
    await page.goto(signInUrl(notifier.host.app, notifier.url))
    await page.waitForSelector('#open-list li', { timeout: 30_000 })
    expect(await page.locator('#open-list li').first().textContent()).toContain('extreme')
    await expect.poll(() => page.locator('#open-list li').count(), { timeout: 120_000 }).toBe(alertCount)
    expect(await page.locator('#open-count').textContent()).toBe(`(${alertCount})`)
    expect(await page.locator('#link-words').textContent()).toBe('Live')
    expect(await page.locator('#tally').textContent()).toContain('1500 extreme')
    // New events are shown, and the page is still connected.
    await alerts.write('escalated', 'a1', { severity: 'extreme', headline: 'Siege of Diosso grows' })
    await expect
      .poll(() => page.locator('#open-list li').first().textContent(), { timeout: 30_000 })
      .toContain('Siege of Diosso grows')
    expect(await page.locator('#link-words').textContent()).toBe('Live')
    expect(complaints).toEqual([])
  }, 180_000)

  it('shows a chosen alert from its headline on a narrow screen, and returns to its row', async () => {
    const context = await browser.newContext({ viewport: { width: 390, height: 560 } })
    const page = await context.newPage()
    await page.goto(signInUrl(notifier.host.app, notifier.url))
    await expect.poll(() => page.locator('#open-count').textContent(), { timeout: 30_000 }).toBe(`(${alertCount})`)
    const row = page.locator('#open-list .row').nth(2)
    await row.click()
    const headline = page.locator('#detail h2').first()
    await headline.waitFor()
    const top = async (of: typeof row) => (await of.boundingBox())?.y ?? Number.NaN
    const barBottom = await page.locator('.top').evaluate(bar => bar.getBoundingClientRect().bottom)
    await expect.poll(async () => (await top(headline)) >= barBottom && (await top(headline)) < 560 / 2).toBe(true)
    await page.locator('#back').click()
    await expect.poll(async () => (await top(row)) >= barBottom && (await top(row)) < 560).toBe(true)
    expect(await page.evaluate('document.activeElement.textContent')).toBe(await row.textContent())
    await context.close()
  }, 60_000)
})
