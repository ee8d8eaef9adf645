// The scenarios of this repository, read and parsed as the command line does.

import { fileURLToPath } from 'node:url'
import { readScenarioFile, type ScenarioFile } from '@tocsin/host/scenario/scenario-file'

export type Scenario = ScenarioFile

/** The scenario `packages/host/scenarios/<name>.ndjson` with its setup. */
export async function readScenario(name: string): Promise<Scenario> {
  return readScenarioFile(
    fileURLToPath(new URL(`../../packages/host/scenarios/${name}.ndjson`, import.meta.url))
  )
}
