// How long a page takes to show something, by its own clock.

import type { Page } from 'playwright-core'
import { soon } from './page.ts'

export interface Sign {
  readonly selector: string
  readonly text?: RegExp
}

/** Interval of the checks; a longer pause between two of them is the machine's, ms. */
const checkMs = 50
const stallMs = 150

/**
 * After how long a page shows something since an act began, ms. By the page's monotonic clock,
 * without the time for which the page had no processor.
 */
export async function shownAfterMs(
  page: Page,
  { selector, text = /(?:)/ }: Sign,
  act: () => unknown = () => {}
): Promise<number> {
  await page.evaluate(
    ([selector, text, checkMs, stallMs]) => {
      const startMs = performance.now()
      let [lastMs, stalledMs] = [startMs, 0]
      const result = globalThis as { shownMs?: number | null }
      result.shownMs = null
      const timer = setInterval(() => {
        const now = performance.now()
        if (now - lastMs > stallMs) stalledMs += now - lastMs - checkMs
        lastMs = now
        const isShown = [...document.querySelectorAll(selector)].some(
          each => each.checkVisibility() && new RegExp(text).test(each.textContent ?? '')
        )
        if (!isShown) return
        result.shownMs = now - startMs - stalledMs
        clearInterval(timer)
      }, checkMs)
    },
    [selector, text.source, checkMs, stallMs] as const
  )
  await act()
  const shown = () => page.evaluate<number | null>('globalThis.shownMs')
  await soon(shown).not.toBeNull()
  return (await shown()) as number
}
