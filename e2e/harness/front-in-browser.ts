// A whole suite with the alert of a front, and a browser to look at it with, for the tests of one
// file.

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { startBrowser } from '../console/browser.ts'
import { postFront } from './front-of-attacks.ts'
import { WholeSuite } from './whole-suite.ts'

export interface FrontInBrowser {
  readonly suite: WholeSuite
  readonly browser: Browser
}

/**
 * Starts both before the tests of the block in which it is called, and ends them after. They are
 * there from then on.
 */
export function frontInBrowser(): FrontInBrowser {
  let suite: WholeSuite | undefined
  let browser: Browser | undefined
  beforeAll(async () => {
    browser = await startBrowser()
    suite = await WholeSuite.start()
    await postFront(suite)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await suite?.end()
  })
  const there = <T>(each: T | undefined): T => {
    if (each === undefined) throw new Error('suite and browser are there once the tests run')
    return each
  }
  return {
    get suite() {
      return there(suite)
    },
    get browser() {
      return there(browser)
    }
  }
}
