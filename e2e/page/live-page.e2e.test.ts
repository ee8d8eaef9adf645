// The live page in a real browser, with more open alerts than any one part of a snapshot holds.

import { existsSync } from 'node:fs'
import { MemoryLog } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { createNotifier } from '@tocsin/notifier/notifier-service'
import { notifierSettings } from '@tocsin/notifier/settings/config'
import { buildHost, type Host } from '@tocsin/service-kit/http/host'
import { secretsFrom } from '@tocsin/service-kit/privacy/secrets'
import { systemClock, systemRandom } from '@tocsin/service-kit/process/clock'
import { ControlView } from '@tocsin/service-kit/projection/control-view'
import { baseSettings } from '@tocsin/service-kit/settings/base-settings'
import { defaultConfig } from '@tocsin/service-kit/settings/config'
import { signInUrl } from '@tocsin/service-kit/sign-in/sign-in-routes'
import { createLogger } from '@tocsin/service-kit/telemetry/logger'
import { type Browser, chromium } from 'playwright-core'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AlertWriter } from '../../services/notifier/test/support/alert-builder.ts'

const chromiums = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const executablePath = chromiums.find(existsSync)
if (executablePath === undefined) {
  console.warn('*** LEFT OUT: no Chromium is here, so the live page is not looked at in a browser')
}

const alertCount = 6_000
const severities = ['minor', 'moderate', 'severe', 'extreme'] as const

describe.skipIf(executablePath === undefined)('the live page', () => {
  const log = new MemoryLog()
  const alerts = new AlertWriter(log)
  let control: ControlView
  let host: Host
  let url: string
  let browser: Browser

  beforeAll(async () => {
    const logger = createLogger({ level: 'silent', name: 'test' })
    const config = defaultConfig({ ...baseSettings, ...notifierSettings }, { port: 0 })
    const secrets = secretsFrom(new Uint8Array(32).fill(7), 'tk_owner_of_the_tests_0123456789abcdef')
    const shared = { clock: systemClock, random: systemRandom, secrets, logger, metrics: new Registry() }
    for (let from = 0; from < alertCount; from += 1_000) {
      const records = Array.from({ length: 1_000 }, (_, i) => {
        const severity = severities[(from + i) % 4] as (typeof severities)[number]
        return alerts.record('raised', `a${from + i}`, { severity })[0]
      })
      await log.append(topics.alerts, records)
    }
    control = new ControlView({ log, clock: systemClock, logger })
    await control.start()
    const services = [createNotifier({ ...shared, log, control, config })]
    host = await buildHost({ ...shared, log, services, control, config })
    url = await host.listen()
    await host.start()
    browser = await chromium.launch({ executablePath: executablePath as string, args: ['--no-sandbox'] })
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await host?.close()
    await control?.close()
    await log.close()
  })

  it('shows all of 6,000 open alerts, the gravest first, and stays live', async () => {
    const page = await browser.newPage()
    const complaints: string[] = []
    page.on('console', message => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('pageerror', error => complaints.push(String(error)))
    await page.goto(signInUrl(host.app, url))
    await page.waitForSelector('#open-list li', { timeout: 30_000 })
    expect(await page.locator('#open-list li').first().textContent()).toContain('extreme')
    await expect.poll(() => page.locator('#open-list li').count(), { timeout: 120_000 }).toBe(alertCount)
    expect(await page.locator('#open-count').textContent()).toBe(`(${alertCount})`)
    expect(await page.locator('#link-words').textContent()).toBe('Live')
    expect(await page.locator('#tally').textContent()).toContain('1500 extreme')
    // What happens now is shown, and the page has not ended.
    await alerts.write('escalated', 'a1', { severity: 'extreme', headline: 'Siege of Diosso grows' })
    await expect
      .poll(() => page.locator('#open-list li').first().textContent(), { timeout: 30_000 })
      .toContain('Siege of Diosso grows')
    expect(await page.locator('#link-words').textContent()).toBe('Live')
    expect(complaints).toEqual([])
  }, 180_000)

  it('shows a chosen alert from its headline on where the screen is narrow, and leads back to its row', async () => {
    const context = await browser.newContext({ viewport: { width: 390, height: 560 } })
    const page = await context.newPage()
    await page.goto(signInUrl(host.app, url))
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
