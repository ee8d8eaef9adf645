// Promise 2, repeatable: the same scenario makes the same bytes of alerts, however often the suite
// is killed. In every build the scenario advances in larger steps, with fewer restarts; the long
// run takes single days.

import type { ScenarioLine } from '@tocsin/host/scenario/scenario'
import { describe, expect, it } from 'vitest'
import { alertBytes, settled } from '../harness/logs.ts'
import { interrupted, play } from '../harness/play.ts'
import { readScenario, type Scenario } from '../harness/scenario-files.ts'
import { fullRun } from '../harness/test-size.ts'
import { WholeSuite } from '../harness/whole-suite.ts'

const killEvery = fullRun ? 10 : 30
const tickEveryDays = fullRun ? 1 : 28

interface PlayedOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly killEvery?: number
}

/**
 * Plays the scenario on fresh data; returns the bytes of its alerts and how often the suite was
 * killed.
 */
async function played(scenario: Scenario, { env = {}, killEvery: every }: PlayedOptions = {}) {
  const suite = await WholeSuite.start({ env })
  let kills = 0
  try {
    const killing = async () => {
      kills++
      await suite.killAndRestart()
    }
    const summary = await play(
      every === undefined ? suite.api : interrupted(suite.api, every, killing),
      scenario,
      {
        tickEveryDays
      }
    )
    expect(summary).toMatchObject({ posted: 47, refused: 1, finished: true })
    return { bytes: await settledBytes(suite), kills }
  } finally {
    await suite.end()
  }
}

async function settledBytes(suite: WholeSuite): Promise<readonly string[]> {
  await settled(suite.dataDir)
  return alertBytes(suite.dataDir, 'sahel')
}

describe('the scenario played again', () => {
  it(`makes the same bytes of alerts, killed at every ${killEvery}th record, with and without snapshots`, async () => {
    const scenario = await readScenario('sahel')
    const once = await played(scenario)
    expect(once.bytes.length).toBeGreaterThan(15)
    // A suite that is killed plays it a second time as well; without a kill only the long run does.
    if (fullRun) expect((await played(scenario)).bytes).toEqual(once.bytes)
    const withSnapshots = await played(scenario, {
      killEvery,
      env: { TOCSIN_TEST_RULES_SNAPSHOT_EVERY_RECORDS: '25' }
    })
    expect(withSnapshots.bytes).toEqual(once.bytes)
    const without = await played(scenario, {
      killEvery,
      env: { TOCSIN_TEST_RULES_SNAPSHOT_EVERY_RECORDS: '0' }
    })
    expect(without.bytes).toEqual(once.bytes)
    console.log(
      `${once.bytes.length} alert events, the same after ${withSnapshots.kills} kills with snapshots and ${without.kills} without`
    )
    expect(Math.min(withSnapshots.kills, without.kills)).toBeGreaterThan(fullRun ? 10 : 2)
  }, 900_000)

  it('differs when one report differs: the comparison can fail', async () => {
    const scenario = await readScenario('diosso-appeal')
    const changed = { ...scenario, lines: scenario.lines.map(earlier) }
    const bytesOf = async (of: Scenario) => {
      const suite = await WholeSuite.start()
      try {
        await play(suite.api, of)
        return await settledBytes(suite)
      } finally {
        await suite.end()
      }
    }
    const [once, other] = [await bytesOf(scenario), await bytesOf(changed)]
    // The beginning of a fold, and an alert.
    expect(once).toHaveLength(2)
    expect(other).toHaveLength(2)
    expect(other).not.toEqual(once)
  })
})

function earlier(line: ScenarioLine): ScenarioLine {
  return { ...line, body: { ...line.body, occurred: { from: '2023-12-02', to: '2025-03-07' } } }
}
