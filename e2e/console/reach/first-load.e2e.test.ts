// What a laptop on a bad link loads before it shows the queue.

import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { frontInBrowser } from '../../harness/front-in-browser.ts'
import { executablePath, openConsole } from '../browser.ts'

/** Of script before the map, gzipped. Source: the promise of the console. */
const scriptMax = 600_000

describe.skipIf(executablePath === undefined)('the first load', () => {
  const at = frontInBrowser()

  it('is less than 600 kB of script, without a map', async () => {
    const { page } = await openConsole(at.browser, {
      url: at.suite.url,
      key: at.suite.key,
      query: '?map=no'
    })
    await page.locator('.row-main').first().waitFor()
    const names = await page.evaluate<readonly string[]>(
      `performance.getEntriesByType('resource').map(({ name }) => name).filter(name => new URL(name).pathname.endsWith('.js'))`
    )
    expect(names.length).toBeGreaterThan(0)
    let bytes = 0
    for (const name of new Set(names))
      bytes += gzipSync(Buffer.from(await (await fetch(name)).arrayBuffer())).length
    expect(bytes).toBeLessThan(scriptMax)
    // It can fail: it has found what the page runs.
    expect(bytes).toBeGreaterThan(20_000)
    expect(names.filter(name => /map-script|maplibre/.test(name))).toEqual([])
    await page.context().close()
  }, 300_000)
})
