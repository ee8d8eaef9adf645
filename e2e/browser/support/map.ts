// Maps of the console, as tests use them.

import { words } from '@tocsin/console/words/words'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/**
 * Waits until no word lies over a map: it is drawn. The page gives up after 20 s, which a busy
 * machine without graphics may need: then it is asked again.
 */
export async function waitUntilDrawn(page: Page, within = ''): Promise<void> {
  await page.locator(`${within} .map`).first().waitFor()
  const over = page.locator(`${within} .map-words`)
  const again = over.getByRole('button', { name: words.map.again })
  await expect
    .poll(
      async () => {
        if (await again.isVisible()) await again.press('Enter')
        return over.count()
      },
      { timeout: 180_000, interval: 500 }
    )
    .toBe(0)
}

export async function findMapBox(page: Page, within = ''): Promise<Box> {
  const box = await page.locator(`${within} .map canvas`).first().boundingBox()
  return box ?? expect.unreachable('the map has a size')
}
