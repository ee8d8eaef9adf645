// One suite and one Chromium for all browser tests of a run. Tests open contexts of their own and
// use data of their own: each story has a country.

import { chromium } from 'playwright-core'
import type { TestProject } from 'vitest/node'
import { buildConsole } from '../../../services/console/build/build-console.ts'
import { WholeSuite } from '../../harness/whole-suite.ts'
import { executablePath } from './chromium.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Null: this machine has no Chromium. */
    browserRun: BrowserRun | null
  }
}

export interface BrowserRun {
  /** Address of the Chromium. */
  readonly browser: string
  readonly url: string
  readonly key: string
  readonly dataDir: string
}

/**
 * Machines of tests have no graphics: the processor draws maps. Only maps are drawn that way, since
 * it costs seven times as much.
 */
const mapArgs = [
  '--disable-gpu-compositing',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader'
]

export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  if (executablePath === undefined) {
    console.warn('*** SKIPPED: no Chromium on this machine, so nothing is tested in a browser')
    provide('browserRun', null)
    return async () => {}
  }
  await buildConsole()
  const [suite, browser] = await Promise.all([
    WholeSuite.start(),
    chromium.launchServer({ executablePath, args: ['--no-sandbox', ...mapArgs] })
  ])
  const { url, key, dataDir } = suite
  provide('browserRun', { browser: browser.wsEndpoint(), url, key, dataDir })
  return async () => {
    await browser.close()
    await suite.end()
  }
}
