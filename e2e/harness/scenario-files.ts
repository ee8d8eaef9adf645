// The scenarios of this repository, read and parsed.

import { readFile } from 'node:fs/promises'
import { parseScenario, parseSetup, type ScenarioLine, type ScenarioSetup } from '@tocsin/cli/scenario/scenario'

export interface Scenario {
  readonly lines: readonly ScenarioLine[]
  readonly setup: ScenarioSetup
}

/** The scenario `e2e/scenarios/<name>.ndjson` with its setup. */
export async function readScenario(name: string): Promise<Scenario> {
  const file = (ending: string) => readFile(new URL(`../scenarios/${name}.${ending}`, import.meta.url), 'utf8')
  return { lines: parseScenario(await file('ndjson')), setup: parseSetup(await file('setup.json')) }
}
