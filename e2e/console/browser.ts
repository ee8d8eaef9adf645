// A real browser for stories of the console, and the rules of accessibility that every view must
// keep.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { findHeadlessChromium } from '@tocsin/testing/process/chromium'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page
} from 'playwright-core'
import { afterEach, expect } from 'vitest'
import { buildConsole } from '../../services/console/build/build-console.ts'

export const executablePath = findHeadlessChromium() ?? undefined
if (executablePath === undefined)
  console.warn(
    '*** SKIPPED: no Chromium on this machine, so the console is not tested in a browser'
  )

/**
 * Many things run beside a test on two processors, and none of this is about how long a page takes,
 * ms.
 */
const patienceMs = 60_000

/** Polls with patience. */
export function soon<T>(read: () => Promise<T> | T) {
  return expect.poll(read, { timeout: patienceMs })
}

/**
 * Within so long the page says what is true, ms: whatever else the machine did meanwhile, as an
 * officer would see it.
 */
export const truthMs = 5_000

/** Something that is seen: what a selector finds, with these words in it. */
export interface Sign {
  readonly selector: string
  readonly said?: RegExp
}

/**
 * How often a page is looked at, and a pause between two looks in which it had no processor, ms.
 */
const lookMs = 50
const stallMs = 150

/**
 * After how long a page shows something since an act began, ms; without one, since now. By the
 * page's own clock that only goes on, without the time for which it had no processor: that is the
 * machine's, on which many things run beside a test.
 */
export async function shownAfterMs(
  page: Page,
  { selector, said = /(?:)/ }: Sign,
  act: () => unknown = () => {}
): Promise<number> {
  await page.evaluate(
    ([selector, said, lookMs, stallMs]) => {
      const beganMs = performance.now()
      let [lastMs, stalledMs] = [beganMs, 0]
      const held = globalThis as { shownMs?: number | null }
      held.shownMs = null
      const timer = setInterval(() => {
        const now = performance.now()
        if (now - lastMs > stallMs) stalledMs += now - lastMs - lookMs
        lastMs = now
        const found = [...document.querySelectorAll(selector)]
        if (
          !found.some(
            each => each.checkVisibility() && new RegExp(said).test(each.textContent ?? '')
          )
        )
          return
        held.shownMs = now - beganMs - stalledMs
        clearInterval(timer)
      }, lookMs)
    },
    [selector, said.source, lookMs, stallMs] as const
  )
  await act()
  const shown = () => page.evaluate<number | null>('globalThis.shownMs')
  await soon(shown).not.toBeNull()
  return (await shown()) as number
}

/**
 * Machines of tests have no graphics: maps are drawn by the processor. What is not a map isn't
 * drawn that way, which costs seven times as much.
 */
const drawsMaps = [
  '--disable-gpu-compositing',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader'
]
/** Too narrow for a map beside the list: where a test does not ask for one, none is drawn. */
const withoutMap = { width: 1100, height: 800 }

/**
 * Builds the console if it must, and starts a browser. `keepsPages`: for its Back key, as people's
 * browsers do.
 */
export async function startBrowser(keepsPages = false): Promise<Browser> {
  await buildConsole()
  return chromium.launch({
    executablePath: executablePath as string,
    args: ['--no-sandbox', ...drawsMaps],
    ignoreDefaultArgs: keepsPages ? ['--disable-back-forward-cache'] : []
  })
}

/** What a page complained of. */
export interface Watched {
  readonly page: Page
  readonly complaints: readonly string[]
}

/** Addresses of other hosts than the suite's that pages asked since a story began. */
let askedElsewhere: string[] = []
afterEach(() => {
  const asked = askedElsewhere
  askedElsewhere = []
  expect(asked, 'the console asks no other host for anything').toEqual([])
})

/**
 * Notes what the pages of a context ask of others; what a page makes itself, `data:` and `blob:`,
 * is asked of nobody.
 */
function watchHosts(context: BrowserContext, own: string): void {
  const note = (address: string) => {
    const { protocol, host } = new URL(address)
    if (/^(http|ws)s?:$/.test(protocol) && host !== own) askedElsewhere.push(address)
  }
  context.on('request', request => note(request.url()))
  context.on('page', page => page.on('websocket', socket => note(socket.url())))
}

/** Opens the console and signs in with a key. */
export async function openConsole(
  browser: Browser,
  {
    url,
    key,
    query = '',
    prepare,
    ...options
  }: BrowserContextOptions & {
    readonly url: string
    readonly key: string
    readonly query?: string
    /** What is done with the page before it is opened. */
    readonly prepare?: (page: Page) => Promise<unknown>
  }
): Promise<Watched> {
  // Without motion: contrast is not measured half-way between two colours.
  const context = await browser.newContext({
    viewport: withoutMap,
    reducedMotion: 'reduce',
    ...options
  })
  watchHosts(context, new URL(url).host)
  const page = await context.newPage()
  page.setDefaultTimeout(patienceMs)
  const complaints: string[] = []
  page.on('console', message => {
    // The browser itself notes every refusal: of who has not signed in, and while the suite is
    // down.
    if (
      message.type() === 'error' &&
      !/Failed to load resource|WebSocket connection/.test(message.text())
    )
      complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(String(error)))
  const waiting = new Set<string>()
  const failed: string[] = []
  page.on('request', request => waiting.add(request.url()))
  page.on('requestfinished', request => waiting.delete(request.url()))
  page.on('requestfailed', request =>
    failed.push(`${request.url()}: ${request.failure()?.errorText}`)
  )
  page.on('crash', () => failed.push('the page has crashed'))
  await prepare?.(page)
  await page.goto(`${url}/${query}`)
  try {
    await page.locator('#key').fill(key)
  } catch (error) {
    // A time-out alone tells nothing of a page that stood still before anybody could sign in.
    const shown = await page
      .locator('body')
      .textContent({ timeout: 5_000 })
      .catch(() => 'nothing that could be read')
    const why = [
      `it shows: ${shown}`,
      `it waits for: ${[...waiting].join(' ')}`,
      ...failed,
      ...complaints
    ].join('\n')
    throw new Error(`nobody could sign in at the page\n${why}`, { cause: error })
  }
  await page.keyboard.press('Enter')
  await page.locator('.page').waitFor()
  return { page, complaints }
}

/**
 * Types into a field of a page that is opened next as soon as it stands in the document, before the
 * browser has drawn it.
 */
export async function typedAtOnce(page: Page, selector: string, text: string): Promise<void> {
  const content = `(() => {
    const observer = new MutationObserver(() => {
      const field = document.querySelector(${JSON.stringify(selector)})
      if (field === null) return
      observer.disconnect()
      field.value = ${JSON.stringify(text)}
      field.dispatchEvent(new Event('input', { bubbles: true }))
    })
    observer.observe(document, { subtree: true, childList: true })
  })()`
  await page.addInitScript({ content })
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa']

/** What the rules of WCAG 2.2 AA say of what a page shows. */
export interface Looked {
  /** As `rule: elements`. */
  readonly violations: readonly string[]
  /**
   * What the rules can not decide by themselves: the rule, and why it can not tell. Its elements
   * are kept in the page.
   */
  readonly undecided: readonly string[]
}

const lookByAxe = `axe.run(document, { runOnly: ${JSON.stringify(tags)}, elementRef: true }).then(({ violations, incomplete }) => {
  globalThis.undecided = incomplete.flatMap(({ nodes }) => nodes.map(({ element }) => element))
  const reasonOf = ({ any, all, none }) => [...any, ...all, ...none].map(check => check.data?.messageKey ?? check.id)[0]
  return {
    violations: violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')),
    undecided: incomplete.flatMap(({ id, nodes }) => nodes.map(node => id + ': ' + reasonOf(node)))
  }
})`

export async function lookedAt(page: Page): Promise<Looked> {
  await page.evaluate(axe)
  // What lies half under the bar that stays above an open alert is whole after a line of scrolling:
  // it is looked at as it begins.
  await page.evaluate(`for (const each of document.querySelectorAll('.alert')) each.scrollTop = 0`)
  return page.evaluate(lookByAxe)
}

/** Violations of WCAG 2.2 AA in what the page shows, as `rule: elements`. */
export async function violationsOf(page: Page): Promise<readonly string[]> {
  return (await lookedAt(page)).violations
}
