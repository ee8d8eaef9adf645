// The API documentation page in a real browser: it must show the operations and try one, within the
// content security policy, and without requests to other hosts.

import { findHeadlessChromium } from '@tocsin/testing/process/chromium'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WholeSuite } from '../harness/whole-suite.ts'

const executablePath = findHeadlessChromium() ?? undefined
if (executablePath === undefined) {
  console.warn(
    '*** SKIPPED: no Chromium on this machine, so the API documentation page is not tested in a browser'
  )
}

describe.skipIf(executablePath === undefined)('the page of the interface', () => {
  let suite: WholeSuite
  let browser: Browser

  beforeAll(async () => {
    suite = await WholeSuite.start()
    browser = await chromium.launch({
      executablePath: executablePath as string,
      args: ['--no-sandbox']
    })
  })
  afterAll(async () => {
    await browser?.close()
    await suite?.end()
  })

  it('shows every operation, tries one, and violates neither the policy nor asks another host', async () => {
    const page = await browser.newPage()
    const complaints: string[] = []
    const hosts = new Set<string>()
    page.on('console', message => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('pageerror', error => complaints.push(String(error)))
    page.on('request', request => hosts.add(new URL(request.url()).host))
    await page.goto(`${suite.url}/docs`)
    await page.waitForSelector('#operations-Reports-postReport')
    const shown = await page.locator('.opblock').count()
    const { paths } = (await (await fetch(`${suite.url}/openapi.json`)).json()) as {
      paths: Record<string, object>
    }
    expect(shown).toBe(Object.values(paths).flatMap(Object.keys).length)

    await page.locator('#operations-Operations-getLiveness .opblock-summary-control').click()
    await page.locator('#operations-Operations-getLiveness .try-out__btn').click()
    await page.locator('#operations-Operations-getLiveness .execute').click()
    const answer = page.locator(
      '#operations-Operations-getLiveness .live-responses-table .response-col_status'
    )
    await answer.first().waitFor()
    expect(
      await page.locator('#operations-Operations-getLiveness .live-responses-table').textContent()
    ).toContain('"alive": true')

    expect(complaints).toEqual([])
    expect([...hosts]).toEqual([new URL(suite.url).host])
  })
})
