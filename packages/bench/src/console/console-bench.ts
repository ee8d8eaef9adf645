// Bench `console`: the console with ten thousand open alerts while twenty events a second arrive,
// in a real Chromium. Figures are the browser's own; beside each is what a page of plain rows does
// in the same run.

import { type OneNotifier, withNotifier } from '../stream/one-notifier.ts'
import {
  type BenchPage,
  type Held,
  heldBy,
  openConsole,
  openPage,
  openPlainRows,
  withBrowser
} from './bench-browser.ts'
import { type ConsoleBench, type ConsoleFigures, shortOf } from './console-figures.ts'
import { ConsoleLoad } from './console-load.ts'
import { heldText, renderConsoleBench } from './console-words.ts'
import { type FirstLoadBench, measureFirstLoad, renderFirstLoad } from './first-load.ts'
import { joined, type MainThread, traceMainThreads } from './main-thread.ts'
import { type Scrolled, scrollByTurns } from './scrolling.ts'
import { slopesOf } from './slopes.ts'

const openCount = 10_000
const perSecond = 20
const plainRows = 3_000
const scrollTurns = 3
/** The list moves for one, and stands still beside an open alert for the next, ms. */
const sampleMs = 60_000
const withMapCase = 'map'
const firstLoadCase = 'first-load'

interface ConsoleBenchOptions {
  readonly json: boolean
  readonly seconds: number
  /**
   * `map`: with the map beside the list. `first-load`: how soon it can be used on a slow laptop.
   */
  readonly case?: string
}

/** Measures and prints; `seconds` of arrivals. Resolves with the figures. */
export async function benchConsole({
  json,
  seconds,
  ...options
}: ConsoleBenchOptions): Promise<ConsoleBench | FirstLoadBench> {
  const cases = [withMapCase, firstLoadCase]
  if (options.case !== undefined && !cases.includes(options.case))
    throw new Error(`there is no case ${options.case}, only ${cases.join(', ')}`)
  const { buildConsole } = await import('../../../../services/console/build/build-console.ts')
  await buildConsole(text => console.error(text))
  if (options.case === firstLoadCase) {
    const loaded = await measureFirstLoad()
    console.log(json ? JSON.stringify(loaded) : renderFirstLoad(loaded))
    return loaded
  }
  const say = json ? () => {} : (text: string) => console.error(text)
  const figures = await withNotifier(one =>
    measured(one, seconds, options.case === withMapCase, say)
  )
  const short = shortOf(figures)
  const result: ConsoleBench = { bench: 'console', ...figures, short, reached: short.length === 0 }
  console.log(json ? JSON.stringify(result) : renderConsoleBench(result))
  return result
}

function measured(
  { url, headers, log }: OneNotifier,
  seconds: number,
  hasMap: boolean,
  say: (text: string) => void
): Promise<ConsoleFigures> {
  return withBrowser(hasMap, async browser => {
    const load = new ConsoleLoad(log)
    await load.raise(openCount)
    const [desk, plain] = [await openPage(browser, hasMap), await openPage(browser, hasMap)]
    await openConsole(desk, url, headers.authorization?.replace('Bearer ', '') ?? '')
    await openPlainRows(plain, plainRows)
    const pages = [desk, plain]
    const held = [await heldBy(desk)]
    let traced: readonly MainThread[] | null = null
    /** Collecting by force blocks the page: nothing is traced meanwhile. */
    const round = async <T>(work: () => Promise<T>): Promise<T> => {
      const worked = work()
      const figures = await traceMainThreads(browser, pages, worked)
      traced =
        traced === null
          ? figures
          : traced.map((figure, i) => joined(figure, figures[i] as MainThread))
      held.push(await heldBy(desk))
      say(heldText(held.length - 1, held.at(-1) as Held, figures[0] as MainThread))
      return worked
    }
    let hasArrived = false
    const arriving = load.runFor(seconds, perSecond).finally(() => {
      hasArrived = true
    })
    arriving.catch(() => {})
    const scrolls = await round(() => scrollByTurns(pages, scrollTurns))
    await letMove(desk)
    for (let minute = 1; !hasArrived; minute += 1) {
      await (minute % 2 === 0 ? read(desk) : letMove(desk))
      await round(() => Promise.race([arriving, minuteOf()]))
    }
    await arriving
    const [console, atRest] = traced as unknown as [MainThread, MainThread]
    const [own, ceiling] = scrolls as [Scrolled, Scrolled]
    return {
      open: openCount,
      perSecond,
      seconds,
      hasMap,
      scrolled: { console: own, plain: ceiling },
      mainThread: { console, plain: atRest },
      held,
      slopes: slopesOf(held)
    }
  })
}

function minuteOf(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, sampleMs))
}

/** Nobody reads: the list is at its top and moves. */
async function letMove({ page }: BenchPage): Promise<void> {
  await page.bringToFront()
  if ((await page.locator('.alert').count()) > 0) await page.keyboard.press('Escape')
  await page.evaluate(
    `document.activeElement.blur(), document.querySelector('.scroller').scrollTo(0, 0)`
  )
}

/** An alert is open: rows stand still, and what is new waits. */
async function read({ page }: BenchPage): Promise<void> {
  await page.locator('.row-main').first().click()
  await page.locator('.alert h2').waitFor()
}
