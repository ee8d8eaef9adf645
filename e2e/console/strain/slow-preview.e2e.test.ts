// A preview that takes long, at a console in a real browser: how far it is is told, and who leaves
// ends it in the suite.

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WholeSuite } from '../../harness/whole-suite.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from '../browser.ts'

const reports = 16_000
/** As much work for each incident as a rule may ask for. */
const names = (letter: string) =>
  JSON.stringify(Array.from({ length: 55 }, (_, i) => `${letter}${i}`))
const slowRule = `pattern: count\nwhere: '${names('a')}.all(a, ${names('b')}.all(b, a != b))'\n`

describe.skipIf(executablePath === undefined)('a preview that takes long', () => {
  let suite: WholeSuite
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
    suite = await WholeSuite.start()
    const day = (i: number) =>
      new Date(Date.now() - (1 + (i % 300)) * 86_400_000).toISOString().slice(0, 10)
    const lines = Array.from({ length: reports }, (_, i) =>
      JSON.stringify({
        ...{
          source: { id: 'archive' },
          externalId: `r${i}`,
          occurred: { from: day(i), to: day(i) },
          category: 'protest'
        },
        location: { country: 'ML', lat: 11 + (i % 97) / 20, lon: -9 + (i % 89) / 10 }
      })
    )
    const sent = await fetch(`${suite.url}/v1/reports?lane=backfill`, {
      method: 'POST',
      headers: { authorization: `Bearer ${suite.key}`, 'content-type': 'application/x-ndjson' },
      body: lines.join('\n')
    })
    expect([sent.status, (await sent.text()).includes('"status":4')]).toEqual([200, false])
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await suite?.end()
  })

  const underWay = async () =>
    ((await suite.api.call('GET', '/v1/rules/preview')).body as { preview: object | null }).preview
  const endedAs = async (outcome: string) => {
    const metrics = await (await fetch(`${suite.url}/metrics`)).text()
    return Number(
      new RegExp(
        `^tocsin_rules_previews_total\\{[^}]*outcome="${outcome}"[^}]*\\} (\\d+)`,
        'm'
      ).exec(metrics)?.[1] ?? 0
    )
  }

  it('tells how far it is, and is ended when its rule is left: the next one has its turn', async () => {
    const { page, complaints } = await openConsole(browser, {
      url: suite.url,
      key: suite.key,
      query: '?view=rules&item=new'
    })
    await page.getByLabel('Id', { exact: true }).fill('slow')
    await page.getByLabel('The rule, as YAML').fill(slowRule)
    const ask = page.getByRole('button', { name: 'Show what would change' })
    const progress = page.getByRole('progressbar', { name: 'How far it is' })
    await ask.click()
    await progress.waitFor()
    const before = Number(await progress.getAttribute('value'))
    await soon(async () => Number(await progress.getAttribute('value'))).toBeGreaterThan(before)
    expect(await page.locator('.preview-progress').textContent()).toMatch(
      /\d+ %\. It ends when this rule is left\./
    )
    expect(await violationsOf(page)).toEqual([])
    expect([await underWay(), await endedAs('given-up')]).toEqual([expect.anything(), 0])

    await page.getByRole('link', { name: 'Sources', exact: true }).click()
    await soon(() => endedAs('given-up')).toBe(1)
    expect(await underWay()).toBeNull()

    // What was typed is there, and nothing is waited for.
    await page.goBack()
    await soon(() => page.getByLabel('The rule, as YAML').inputValue()).toBe(slowRule)
    expect([await ask.isEnabled(), await progress.count()]).toEqual([true, 0])
    await page.getByLabel('The rule, as YAML').fill('pattern: mass-casualty\n')
    await ask.click()
    await soon(() => endedAs('done')).toBe(1)
    // A page that is closed ends its own as well.
    await page.getByLabel('The rule, as YAML').fill(slowRule)
    await ask.click()
    await progress.waitFor()
    await page.context().close()
    await soon(() => endedAs('given-up')).toBe(2)
    expect(complaints).toEqual([])
  }, 300_000)
})
